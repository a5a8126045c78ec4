import Foundation
import TestSupport
import Testing

@testable import NoisyQuadraticFiles

/// Units of work, listed, done apart and merged, as users meet them.
@Suite struct UnitProgramTests {
  private let offline = [
    "offline", "--images", "40", "--hidden", "4", "--batch-size", "20", "--horizons", "5,20", "--samples",
    "12", "--meta-steps", "2", "--longest-descent", "5", "--evaluation-batches", "5", "--no-plots",
  ]
  private let online = [
    "online", "--images", "40", "--hidden", "4", "--batch-size", "20", "--steps", "20", "--meta-steps", "1",
    "--starts", "0.1", "--evaluation-batches", "5", "--no-plots",
  ]

  @Test("Units done apart and merged give the bytes of a single run, and everything else is refused", .long)
  func apart() throws {
    let scratch = try Scratch()
    func run(_ arguments: [String]) throws -> ProgramRun {
      try scratch.run("meta-optimize", offline + arguments)
    }
    #expect(try run(["--output", "whole", "--quiet"]).status == 0)
    #expect(try scratch.names(in: "whole") == ["offline.csv", "offline.json"])
    let list = try run(["--list-units", "--output", "a"])
    let rows = list.output.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(list.status == 0 && rows.count == 7)
    #expect(
      rows.dropFirst().map { $0[1] } == [
        "seed-0-samples-0-9", "seed-0-samples-10-11", "seed-0-descent-5-0", "seed-0-descent-5-1",
        "seed-0-curve-5", "seed-0-curve-20",
      ])
    #expect(rows[5][3] == "0-1" && rows[5].last == "missing")
    #expect(try !scratch.names().contains("a"))

    #expect(try run(["--units", "1-2", "--output", "a"]).output == "2 units are finished in a/units\n")
    try run(["--units", "4", "--output", "a"]).expectRefusal(
      status: 75, "seed-0-curve-5 needs unit 0, which is not finished in a/units")
    #expect(try run(["--units", "0,3", "--output", "b", "--threads", "1"]).status == 0)
    try run(["--merge", "a", "b", "--output", "c"]).expectRefusal(
      status: 75, "2 of 6 units are missing or not finished: 4-5")
    // What the curves need has to be in one place.
    for name in ["seed-0-samples-10-11.unit", "seed-0-descent-5-0.unit"] {
      try FileManager.default.copyItem(
        atPath: scratch.path + "/a/units/" + name, toPath: scratch.path + "/b/units/" + name)
    }
    #expect(try run(["--units", "4-5", "--output", "b"]).status == 0)
    try run(["--merge", "a", "b", "--output", "c"]).expectRefusal(
      status: 65, "seed-0-samples-10-11 is finished in a/units and in b/units, expected once")
    try run(["--merge", "b", "--output", "c", "--momentum", "0.8"]).expectRefusal(
      status: 65, "the unit is of other options: momentum is 0.9, expected 0.8")
    try run(["--merge", "b", "--output", "c", "--seed", "1"]).expectRefusal(
      status: 75, "6 of 6 units are missing or not finished: 0-5")
    try run(["--merge", "b", "nowhere", "--output", "c"]).expectRefusal(status: 66, "cannot read nowhere")
    #expect(try !scratch.names().contains("c"))
    #expect(try run(["--output", "c", "--quiet", "--merge", "b"]).status == 0)
    for name in ["offline.csv", "offline.json"] {
      #expect(try scratch.read("c/" + name) == scratch.read("whole/" + name))
    }
    // A larger study takes over what does not depend on its size.
    let larger = try run(["--list-units", "--output", "b", "--curve-steps", "30"])
    #expect(
      larger.status == 65 && larger.errors.contains("seed-0-curve-5.unit: the unit is of other options"))
    for name in ["seed-0-curve-5.unit", "seed-0-curve-20.unit"] {
      try FileManager.default.moveItem(
        atPath: scratch.path + "/b/units/" + name, toPath: scratch.path + "/" + name)
    }
    let kept = try run(["--list-units", "--output", "b", "--curve-steps", "30"])
    #expect(kept.output.split(separator: "finished").count == 5, "\(kept.output)")
    for name in ["seed-0-curve-5.unit", "seed-0-curve-20.unit"] {
      try FileManager.default.moveItem(
        atPath: scratch.path + "/" + name, toPath: scratch.path + "/b/units/" + name)
    }
    // Merging leaves the units.
    #expect(try scratch.names(in: "b/units").filter { $0.hasSuffix(".unit") }.count == 6)
  }

  @Test("A unit under way is done by no other process; SIGTERM saves it and ends the program", .long)
  func signals() throws {
    let scratch = try Scratch()
    let program = Scratch.products.appendingPathComponent("meta-optimize").path
    let script = """
      long() {
        "$0" offline --images 40 --batch-size 20 --hidden 4 --horizons 5000000 --samples 1 --meta-steps 0 --units 0 \
          --quiet $1
      }
      start() {
        rm -rf meta-optimize
        long & first=$!
        tries=0
        while [ ! -e meta-optimize/units/.lock ] && [ $tries -lt 600 ]; do sleep 0.05; tries=$((tries + 1)); done
        sleep 0.2
      }
      # The function is a shell of its own around the program.
      end() { pkill -TERM -P $first; wait $first; echo "first $?"; }
      start
      long; echo "second $?"
      long --restart; echo "third $?"
      end
      ls meta-optimize/units
      start
      rm -r meta-optimize/units; touch meta-optimize/units
      end
      """
    let result = try scratch.run(URL(fileURLWithPath: "/bin/sh"), ["-c", script, program])
    #expect(
      result.output == "second 75\nthird 75\nfirst 143\nseed-0-samples-0-0.unit\nfirst 73\n",
      "\(result.errors)")
    #expect(result.errors.contains("seed-0-samples-0-0 is being done by another process"))
    #expect(result.errors.contains("stopped by SIGTERM; what was done is saved in ./meta-optimize/units"))
    // A save that fails is told.
    #expect(result.errors.split(separator: "\n").last?.contains("a file of that name is in the way") == true)
  }

  @Test("Several seeds: a folder for each, with the bytes of its own run, and the spread")
  func seeds() throws {
    let scratch = try Scratch()
    let result = try scratch.run("meta-optimize", online + ["--seeds", "2", "--output", "both"])
    #expect(result.status == 0 && result.output.contains("\n\nMedian (range) over 2 seeds, 0 to 1\n\n"))
    #expect(
      try scratch.names(in: "both") == ["online-seeds.csv", "online-seeds.json", "seed-0", "seed-1"])
    #expect(
      try scratch.run("meta-optimize", online + ["--seed", "1", "--output", "one", "--quiet"]).status == 0)
    for name in ["online.csv", "online.json"] {
      #expect(try scratch.read("both/seed-1/" + name) == scratch.read("one/" + name))
    }
    let summary = try JSONReader.read(Array(try scratch.read("both/online-seeds.json").utf8))
    #expect(summary["seeds"]?.numbers == [0, 1] && summary["options"]?["seed"] == nil)
    let rows = try #require(summary["tables"]?.elements?.first?["rows"]?.elements)
    #expect(rows.map { $0["run"] } == ["fixed-0.1", "smd-0.1", "deterministic-0.1"].map(JSONValue.string))
    let figure = try #require(rows[1]["loss at the end"])
    let values = try #require(figure["values"]?.numbers)
    #expect(figure["median"]?.number == (values[0] + values[1]) / 2)
    #expect(figure["smallest"]?.number == values.min() && figure["largest"]?.number == values.max())
    let last = try JSONReader.read(Array(try scratch.read("one/online.json").utf8))
    #expect(last["runs"]?.elements?[1]["loss"]?.numbers?.last == values[1])
  }

  @Test(
    "Wrong usage is one line and writes nothing",
    arguments: LongTest.cases([
      (["--units", "6"], Int32(64), "--units is 6, expected numbers from 0 to 5"),
      (["--units", "2-1"], 64, "--units is 2-1, expected numbers or ranges"),
      (["--units", ""], 64, "--units is empty"),
      (["--units", "1", "--list-units"], 64, "--units and --list-units"),
      (["--units", "0-99999999999999999999"], 64, "--units is 0-99999999999999999999"),
      (["--units", "1", "--merge", "a"], 64, "--merge and --units exclude each other"),
      (["--merge", "a", "--restart"], 64, "--restart and --merge exclude each other"),
      (["--merge", ""], 64, "--merge is empty at place 1"), (["--merge", "/dev/null"], 66, "/dev/null"),
      (["--seeds", "0"], 64, "--seeds is 0"),
      (["--seed", "9007199254740992", "--seeds", "2"], 64, "--seed is 9007199254740992, expected at most"),
      (["--threads", "0"], 64, "--threads is 0"),
    ]))
  func wrongUsage(_ arguments: [String], _ status: Int32, _ expected: String) throws {
    let scratch = try Scratch()
    try scratch.run("meta-optimize", offline + arguments).expectRefusal(status: status, expected)
    #expect(try scratch.names().isEmpty)
  }
}
