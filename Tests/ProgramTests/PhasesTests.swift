import Foundation
import TestSupport
import Testing

@testable import NoisyQuadraticFiles

/// The program `schedule-shapes phases` as its users meet it.
@Suite struct PhasesTests {
  private let small = [
    "phases", "--sources", "0.25,1", "--capacities", "2", "--dimension", "12", "--horizons", "6,30",
    "--continuous-horizons", "100,1000000", "--quiet", "--output",
  ]
  private let names = [
    "phases-approach.gp", "phases-schedules.gp", "phases.csv", "phases.gp", "phases.json",
  ]

  @Test("Z2: units done apart and merged are a single run, byte for byte, with consistent figures")
  func merged() throws {
    let scratch = try Scratch()
    func run(_ more: [String]) throws {
      let result = try scratch.run("schedule-shapes", small + more, path: "/nonexistent")
      #expect(result.status == 0 && result.errors.isEmpty && result.output.isEmpty, "\(result.errors)")
    }
    try run(["all"])
    #expect(try scratch.names(in: "all") == names)
    try run(["a", "--units", "0,3-5"])
    try run(["b", "--units", "1-2,6-7", "--threads", "1"])
    try run(["merged", "--merge", "a", "b"])
    for name in names { #expect(try scratch.read("merged/" + name) == scratch.read("all/" + name)) }
    // In the picture, the border of the phases runs between the cells of 0.25, which is hard, and of 1.
    #expect(try scratch.read("all/phases.gp").contains("$border << EOD\n0.5 -0.5\n0.5 0.5\nEOD"))
    let json = try JSONReader.read(Array(try scratch.read("all/phases.json").utf8))
    let points = try #require(json["points"]?.elements)
    #expect(points.map { $0["horizon"]?.number } == [6, 30, 100, 1e6, 6, 30, 100, 1e6])
    #expect(
      points.map { $0["phase"] == .string("hard") } == [true, true, true, true]
        + Array(repeating: false, count: 4))
    #expect(points[0]["lossExponent"] == .null && points[0]["lossExponentPredicted"]?.number == 0.25)
    let (first, last) = (try #require(points[4]["loss"]?.number), try #require(points[5]["loss"]?.number))
    let exponent = try #require(points[5]["lossExponent"]?.number)
    #expect(abs(exponent - log(first / last) / log(5)) < 1e-12)
    let deviation = try #require(points[5]["lossExponentDeviation"]?.number)
    #expect(abs(deviation - (exponent - 2.0 / 3)) < 1e-12)
    // The continuous limit begins a course of its own.
    #expect(points[6]["lossExponent"] == .null && points[6]["method"] == .string("continuous"))
    let listed = try scratch.run("schedule-shapes", small + ["a", "--list-units"]).output
    #expect(listed.contains("s0.25-b2-m0-h6") && listed.contains("s1-b2-m0-c1000000"))
    let table = try scratch.read("all/phases.csv").split(separator: "\n")
    #expect(
      table.count == 9 && table[0].hasPrefix("source,capacity,phase,noise,momentumLimit,horizon,method"))
  }

  @Test("The table has a row for every point, with momentum too")
  func table() throws {
    let scratch = try Scratch()
    let result = try scratch.run(
      "schedule-shapes",
      [
        "phases", "--sources", "0.25", "--capacities", "3", "--dimension", "4", "--horizons", "3,5",
        "--continuous-horizons", "10", "--momentum-limits", "0,0.5", "--no-plots",
      ])
    #expect(result.status == 0 && result.complaints.isEmpty, "\(result.errors)")
    let rows = result.output.split(separator: "\n").filter { $0.hasPrefix("|") }
    // Two tables: a head, a rule, two exact points and one of the continuous limit, and two with momentum.
    #expect(rows.count == 14)
    for table in [rows.prefix(7), rows.suffix(7)] {
      let heads = table[table.startIndex].split(separator: "|").map { $0.filter { $0 != " " } }
      #expect(Set(heads).count == heads.count)
      #expect(table.allSatisfy { $0.count == table[table.startIndex].count })
    }
    #expect(try scratch.names(in: "phases") == ["phases.csv", "phases.json"])
    // The continuous limit leaves noise that grows out.
    let growing = try scratch.run(
      "schedule-shapes",
      ["phases", "--noise", "gaussian-features", "--sources", "1", "--capacities", "2", "--dimension", "3"]
        + ["--horizons", "4", "--list-units"])
    #expect(growing.output.split(separator: "\n").count == 2, "\(growing.output)")
    #expect(growing.output.contains("s1-b2-m0-h4-gaussian-features"))
  }

  @Test(
    "Wrong usage is one line and writes nothing",
    arguments: [
      (["--sources", "0"], "--sources is 0, expected"),
      (["--capacities", "1"], "--capacities is 1, expected"),
      (["--capacities", "101"], "--capacities is 101.0, expected above 1 and at most 100"),
      (["--learning-rate-limit", "none"], "--learning-rate-limit is none, expected a limit"),
      (["--momentum-limits", "1"], "--momentum-limits is 1, expected"),
      (["--units", "9"], "--units is 9, expected"),
      (["--horizons", "10,10"], "--horizons is 10,10"),
      (["--continuous-horizons", "1,2,1"], "--continuous-horizons is 1,2,1"),
      (
        ["--noise", "gaussian-features"],
        "--continuous-horizons is 100,1000000, expected none with --noise gaussian-features"
      ),
      (
        ["--momentum-limits", "0.5"],
        "--continuous-horizons is 100,1000000, expected none without 0 among --momentum-limits"
      ),
    ])
  func wrongUsage(_ arguments: [String], _ expected: String) throws {
    let scratch = try Scratch()
    let (option, command) = (arguments[0], small.dropLast())
    let place = command.firstIndex(of: option)
    let base = place.map { Array(command[..<$0] + command[($0 + 2)...]) } ?? Array(command)
    let result = try scratch.run("schedule-shapes", base + arguments)
    result.expectRefusal(status: 64, expected)
    #expect(try scratch.names().isEmpty)
  }
}
