import Foundation
import TestSupport
import Testing

@testable import NoisyQuadraticFiles

/// The program `sweep` as its users meet it.
@Suite struct SweepTests {
  private static let two = """
    {"name": "two", "curvature": [1, 0.2], "gradientNoise": {"kind": "proportionalToCurvature", "scale": 1},
     "initialSecondMoment": 1}
    """
  private static let loud = """
    {"curvature": [1, 0.5], "gradientNoise": 1e10, "initialSecondMoment": 1}
    """
  private let small = ["--horizons", "1,2", "--lookaheads", "2"]

  private func json(_ scratch: Scratch, _ name: String = "sweep/sweep.json") throws -> JSONValue {
    try JSONReader.read(Array(try scratch.read(name).utf8))
  }

  private func text(_ value: JSONValue?) -> String? {
    if case .string(let text) = value { text } else { nil }
  }

  /// Results with the script of the plot, whether or not gnuplot is installed.
  private func results(_ scratch: Scratch, _ directory: String) throws -> String {
    #expect(try scratch.names(in: directory) == ["sweep.csv", "sweep.gp", "sweep.json"])
    return try ["sweep.csv", "sweep.gp", "sweep.json"].map { try scratch.read("\(directory)/\($0)") }.joined()
  }

  @Test("Rows hold the numbers of compare-horizons", .long)
  func comparison() throws {
    let scratch = try Scratch()
    let file = try scratch.write(Self.two)
    let result = try scratch.run(
      "sweep",
      [
        "--problems", file, "--horizons", "3,2", "--lookaheads", "3,2", "--momentum-limits", "0",
        "--learning-rate-limits", "1/hmax,2/hmax", "--no-plots",
      ])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    #expect(try scratch.names(in: "sweep") == ["sweep.csv", "sweep.json"])
    let points = try #require(try json(scratch)["points"]?.elements)
    #expect(points.map { $0["horizon"]?.number } == [3, 2, 3, 2])
    #expect(points.map { text($0["limit"]) } == ["1/hmax", "1/hmax", "2/hmax", "2/hmax"])
    #expect(try json(scratch)["lookaheads"]?.numbers == [2, 3])
    // A look-ahead above the horizon has no loss.
    #expect(points[1]["lookahead3Loss"] == .null && points[0]["lookahead3Loss"]?.number != nil)
    let point = points[2]
    #expect(
      try scratch.compareHorizons([
        "--problem", file, "--horizon", "3", "--lookahead", "2,3", "--no-momentum", "--no-plots", "--quiet",
      ]).status == 0)
    let comparison = try json(scratch, "comparison/comparison.json")
    let rows = try #require(comparison["schedules"]?.elements)
    let keys = ["greedyLoss", "constantLoss", "lookahead2Loss", "lookahead3Loss", "optimalLoss"]
    #expect(keys.map { point[$0]?.number } == rows.map { $0["finalLoss"]?.number })
    let rates = try #require(rows[4]["learningRate"]?.numbers)
    #expect(point["constantRate"] == .number(try #require(rows[1]["learningRate"]?.numbers?[0])))
    #expect(point["firstRate"]?.number == rates[0] && point["lastRate"]?.number == rates[2])
    #expect(point["peakRate"]?.number == rates.max())
    #expect(point["lowerBound"] == comparison["problem"]?["informationBound"])
    #expect(point["learningRateLimit"]?.number == 2 && points[0]["learningRateLimit"]?.number == 1)
    #expect(point["error"] == .null && text(point["termination"]) == text(rows[4]["termination"]))
    // The table has the same numbers.
    let lines = try scratch.read("sweep/sweep.csv").split(separator: "\n")
    let (names, cells) = (
      lines[0].split(separator: ","), lines[3].split(separator: ",", omittingEmptySubsequences: false)
    )
    #expect(lines.count == 5 && names.count == cells.count)
    for (name, cell) in zip(names, cells) {
      let value = point[String(name)]
      #expect(
        name == "problem" ? cell == "two" : cell == value?.number?.jsonText ?? text(value) ?? "", "\(name)")
    }
  }

  @Test("Units done apart and merged are a single run, byte for byte", .long)
  func merged() throws {
    let scratch = try Scratch()
    let file = try scratch.write(Self.two)
    let options =
      small + [
        "--problems", file, "--presets", "two-dimensional", "--certify", "0.5", "--quiet", "--output",
      ]
    func run(_ more: [String]) throws {
      let result = try scratch.run("sweep", options + more, path: "/nonexistent")
      #expect(result.status == 0 && result.errors.isEmpty && result.output.isEmpty, "\(result.errors)")
    }
    try run(["all"])
    try run(["a", "--units", "3,0", "--threads", "1"])
    try run(["b", "--units", "1-2"])
    #expect(try scratch.names(in: "a") == ["units"])
    try run(["merged", "--merge", "a", "b"])
    #expect(try results(scratch, "merged") == results(scratch, "all"))
    // Units are numbered by problem, then horizon, and have the names of their files.
    let listed = try scratch.run("sweep", options + ["a", "--list-units"]).output.split(separator: "\n")
    #expect(listed.count == 5)
    let expected = [
      ("two-dimensional-", "-h1", "finished"), ("two-dimensional-", "-h2", "missing"),
      ("two-", "-h1", "missing"),
      ("two-", "-h2", "finished"),
    ]
    for (i, (first, last, state)) in expected.enumerated() {
      let words = listed[i + 1].split(separator: " ")
      #expect(words[0] == "\(i)" && words[1].hasPrefix(first) && words[1].hasSuffix(last), "\(listed[i + 1])")
      #expect(words.last == state.prefix(20), "\(listed[i + 1])")
    }
    let missing = try scratch.run("sweep", options + ["x", "--merge", "a"])
    missing.expectRefusal(status: 75, "2 of 4 units are missing or not finished: 1-2")
    #expect(try !scratch.names().contains("x"))
  }

  @Test("A larger grid takes over what a smaller one has finished", .long)
  func reuse() throws {
    let scratch = try Scratch()
    let files = [try scratch.write(Self.two), try scratch.write(Self.loud, to: "loud.json")]
    let common = ["--quiet", "--no-plots", "--lookaheads", "1"]
    #expect(
      try scratch.run("sweep", common + ["--problems", files[1], "--horizons", "3", "--units", "0"]).status
        == 0)
    let name = try #require(try scratch.names(in: "sweep/units").last)
    let unit = "\(scratch.path)/sweep/units/\(name)"
    let before = try #require(
      try FileManager.default.attributesOfItem(atPath: unit)[.systemFileNumber] as? Int)
    // A file that is written again is another file.
    let larger = common + ["--problems", files.joined(separator: ","), "--horizons", "2,3"]
    #expect(try scratch.run("sweep", larger + ["--units", "2-3"]).status == 0)
    #expect(
      try FileManager.default.attributesOfItem(atPath: unit)[.systemFileNumber] as? Int == before)
    #expect(try scratch.names(in: "sweep/units").count { $0.hasSuffix(".unit") } == 2)
    #expect(try scratch.run("sweep", larger).status == 0)
    #expect(try scratch.run("sweep", larger + ["--output", "fresh"]).status == 0)
    #expect(try scratch.read("sweep/sweep.json") == scratch.read("fresh/sweep.json"))
    // What a unit depends on is kept with it.
    let again = common + ["--problems", files[1], "--horizons", "3"]
    #expect(try scratch.run("sweep", again + ["--units", "0"]).status == 0)
    try scratch.run("sweep", again + ["--certify", "0.5"])
      .expectRefusal(status: 65, "the unit is of other options: certify is null, expected 0.5")
  }

  @Test("A point that cannot be computed has its reason, and the others go on")
  func errors() throws {
    let scratch = try Scratch()
    let options = [
      "--problems", try scratch.write(Self.loud), "--batch-sizes", "1e-300,1", "--horizons", "2",
    ]
    let result = try scratch.run("sweep", options + ["--no-plots"])
    #expect(result.status == 0 && result.isOneComplaint)
    #expect(result.errors.contains("warning: 1 of 2 points cannot be computed"), "\(result.errors)")
    #expect(result.errors.contains("the first is 0: gradientNoise[0] is"))
    #expect(result.output.contains("error: gradientNoise[0] is"))
    let points = try #require(try json(scratch)["points"]?.elements)
    #expect(text(points[0]["error"])?.hasPrefix("gradientNoise[0] is") == true)
    #expect(points[0]["optimalLoss"] == nil && points[1]["optimalLoss"]?.number != nil)
    let lines = try scratch.read("sweep/sweep.csv").split(separator: "\n")
    #expect(lines.count == 3 && lines[1].hasPrefix("problem,1e-300,2/hmax,0,2,,,") && lines[2].hasSuffix(","))
  }

  @Test("Problems of one name are told apart by their files")
  func equalNames() throws {
    let scratch = try Scratch()
    for directory in ["a", "b"] {
      try FileManager.default.createDirectory(
        at: scratch.url.appendingPathComponent(directory), withIntermediateDirectories: true)
    }
    for (name, text) in [("a/p.json", Self.two), ("b/p.json", Self.two + " "), ("b/two.json", Self.loud)] {
      _ = try scratch.write(text, to: name)
    }
    let options = ["--horizons", "2", "--lookaheads", "1", "--quiet", "--problems"]
    try scratch.run("sweep", options + ["a/p.json,b/p.json"])
      .expectRefusal(status: 64, "--problems has b/p.json, which is the same problem as a/p.json")
    _ = try scratch.write(Self.two.replacing("0.2", with: "0.3"), to: "b/p.json")
    let result = try scratch.run("sweep", options + ["a/p.json,b/p.json"], path: "/nonexistent")
    #expect(result.status == 0, "\(result.errors)")
    let problems = try #require(try json(scratch)["problems"]?.elements)
    #expect(problems.map { text($0["label"]) } == ["a/p.json", "b/p.json"])
    #expect(problems.map { text($0["name"]) } == ["two", "two"])
    let script = try scratch.read("sweep/sweep.gp")
    #expect(script.contains("set title 'a/p.json'") && script.contains("set title 'b/p.json'"))
  }

  @Test("The picture has a panel for every problem and pair of limits, nine at most")
  func panels() throws {
    let scratch = try Scratch()
    let file = try scratch.write(Self.two.replacing("[1, 0.2]", with: "[1]"))
    let limits = (1..<10).map { "0.\($0)" }.joined(separator: ",")
    let result = try scratch.run(
      "sweep",
      [
        "--problems", file, "--learning-rate-limits", limits + ",none", "--horizons",
        "2,1",
        "--lookaheads", "1,2,3", "--quiet",
      ], path: "/nonexistent")
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    let script = try scratch.read("sweep/sweep.gp")
    #expect(script.contains("the first 9 of 10 panels") && script.contains("no momentum; batch size 1; "))
    #expect(script.matches(of: /set title 'rate limit 0\.\d'/).count == 9)
    #expect(script.contains("look-ahead 2") && script.contains("multiplot layout 3,3"))
    // Horizons ascend. A look-ahead above all of them has no curve, but a place in the legend.
    let table = try #require(script.firstMatch(of: /\$panel0 << EOD\n1 .*\n2 .*\nEOD/)).0
    #expect(table.split(separator: "\n")[1].split(separator: " ").count == 7)
    #expect(!script.contains("$panel0 using 1:6") && script.contains("$panel0 using 1:7"))
  }

  @Test("Pictures are drawn where gnuplot is installed", .gnuplot, .long)
  func pictures() throws {
    let scratch = try Scratch()
    let options = ["--presets", "two-dimensional,power-law", "--horizons", "3,10", "--batch-sizes", "1,8"]
    #expect(try scratch.run("sweep", options + ["--quiet"]).status == 0)
    #expect(
      try scratch.names(in: "sweep") == ["sweep.csv", "sweep.gp", "sweep.json", "sweep.png", "sweep.svg"])
  }

  // Every third is always tried, the others in long tests.
  private static let mistakes: [([String], Int32, String)] = [
    (["--horizons", "10,20,10"], 64, "--horizons is 10,20,10 (entry 3 is 10), expected values that differ"),
    (["--horizons", "nan"], 64, "--horizons is nan, expected integers ≥ 1, separated by commas"),
    (["--horizons", ""], 64, "--horizons is empty"),
    (["--problems", "nowhere.json"], 66, "cannot read nowhere.json"),
    (["--horizons", "0"], 64, "--horizons is 0, expected integers ≥ 1"),
    (["--presets", "wu2018,wu2018"], 64, "expected values that differ"),
    (
      [
        "--horizons", (1...400).map { "\($0)" }.joined(separator: ","),
        "--batch-sizes", (1...251).map { "\($0)" }.joined(separator: ","),
      ], 64, "has 100400 points, expected at most 100000"
    ),
    (["--presets", "power-law,nothing"], 64, "--presets is power-law,nothing (entry 2 is nothing)"),
    (["--learning-rate-limits", "2/hmax,-1"], 64, "--learning-rate-limits is 2/hmax,-1 (entry 2 is -1)"),
    (["--problems", "sweep.json", "--output", "."], 64, "--output is ., where it would replace sweep.json"),
    (["--learning-rate-limits", "0.1,0.10"], 64, "(entry 2 is 0.10), expected values that differ"),
    (["--batch-sizes", "1,inf"], 64, "--batch-sizes is 1,inf (entry 2 is inf)"),
    (["--horizons", "1000000000000"], 64, "--horizons is 1000000000000, which"),
    (
      ["--momentum-limits", "0,1"], 64, "--momentum-limits is 0,1 (entry 2 is 1), expected numbers at least 0"
    ),
    (["--lookaheads", "0"], 64, "--lookaheads is 0"),
    (["--presets", "two-dimensional", "--units", "3"], 64, "--units is 3, expected numbers from 0 to 2"),
    (["--certify", "1"], 64, "--certify is 1"),
    (["--problems", ","], 64, "--problems is , (entry 1 is empty), expected a file"),
  ]

  @Test("Wrong input is one line, and nothing is written", arguments: LongTest.cases(mistakes))
  func wrongInput(arguments: [String], status: Int32, text: String) throws {
    let scratch = try Scratch()
    _ = try scratch.write(Self.two, to: "sweep.json")
    let result = try scratch.run("sweep", arguments)
    result.expectRefusal(status: status, text)
    #expect(try scratch.names() == ["sweep.json"])
  }
}
