import Foundation
import NoisyQuadratic
import TestSupport
import Testing

@testable import NoisyQuadraticFiles

/// The program as its users meet it.
@Suite struct CompareHorizonsTests {
  private let problem = """
    {"name": "two", "curvature": [1, 0.01], "gradientNoise": {"kind": "proportionalToCurvature", "scale": 1},
     "initialSecondMoment": 1}
    """

  private func json(_ scratch: Scratch, _ directory: String = "comparison") throws -> [String: Any] {
    let data = Data(try scratch.read(directory + "/comparison.json").utf8)
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private func schedules(_ json: [String: Any]) throws -> [[String: Any]] {
    try #require(json["schedules"] as? [[String: Any]])
  }

  @Test func tableFilesAndNames() throws {
    let scratch = try Scratch()
    let file = try scratch.write(problem)
    let result = try scratch.compareHorizons([
      "--problem", file, "--horizon", "12", "--lookahead", "3,12,1", "--held", "--no-plots",
    ])
    #expect(result.status == 0)
    #expect(result.complaints.isEmpty)
    #expect(result.output.contains("Looking one step ahead"))
    #expect(try scratch.names(in: "comparison") == ["comparison.csv", "comparison.json"])
    let json = try json(scratch)
    let names = try schedules(json).map { $0["name"] as? String }
    #expect(
      names == [
        "greedy", "constant", "lookahead-1", "lookahead-1-held", "lookahead-3", "lookahead-3-held",
        "lookahead-12", "lookahead-12-held", "full-horizon",
      ])
    #expect(json["format"] as? String == "noisy-quadratic/comparison")
    #expect(json["version"] as? Int == 1)
    #expect(json["horizon"] as? Int == 12)
    #expect(json["steps"] as? [Int] == Array(0..<12))
    #expect(json["lossSteps"] as? [Int] == Array(0...12))
    #expect(json["learningRateLimit"] as? Double == 2)
    #expect(json["momentumLimit"] as? Double == 0.9999)
  }

  @Test func numbersRoundTripAndReproduceTheLosses() throws {
    let scratch = try Scratch()
    let file = try scratch.write(problem)
    #expect(
      try scratch.compareHorizons(["--problem", file, "--horizon", "20", "--no-plots", "--quiet"]).output
        .isEmpty)
    let model = try NamedProblem(contentsOf: file).model
    // Not Foundation's reader, which may be off by a bit.
    let json = try JSONReader.read(Array(try scratch.read("comparison/comparison.json").utf8))
    guard case .array(let rows)? = json["schedules"] else {
      Issue.record("no schedules")
      return
    }
    #expect(rows.count == 7)
    for row in rows {
      let schedule = try Schedule(
        learningRates: #require(row["learningRate"]?.numbers), momenta: #require(row["momentum"]?.numbers))
      let losses = try #require(row["loss"]?.numbers)
      // The same kernels on the same bits.
      #expect(model.expectedLoss(under: schedule).values == losses)
      #expect(row["finalLoss"] == losses.last.map { .number($0) })
      #expect(losses.count == 21)
    }
    let lines = try scratch.read("comparison/comparison.csv").split(separator: "\n")
    #expect(lines.count == 22)
    #expect(lines[0].hasPrefix("step,greedy.learningRate,greedy.momentum,greedy.loss,constant.learningRate"))
    #expect(lines[21].hasPrefix("20,,,"))
  }

  @Test(.long) func twoRunsDifferInSecondsOnly() throws {
    let scratch = try Scratch()
    let file = try scratch.write(problem)
    var texts: [String] = []
    for _ in 0..<2 {
      _ = try scratch.compareHorizons(
        ["--problem", file, "--horizon", "7", "--quiet"], path: "/nonexistent")
      let text = try scratch.read("comparison/comparison.json")
      texts.append(text.replacing(/"seconds": [-+.e0-9]+/, with: ""))
    }
    #expect(texts[0] == texts[1])
    #expect(!texts[0].contains("seconds"))
  }

  @Test func noMomentumReportsZero() throws {
    let scratch = try Scratch()
    let file = try scratch.write(problem)
    _ = try scratch.compareHorizons([
      "--problem", file, "--horizon", "6", "--no-momentum", "--no-plots", "--learning-rate-limit", "0.25",
    ])
    let json = try json(scratch)
    #expect(json["momentumLimit"] as? Double == 0)
    for row in try schedules(json) {
      #expect(row["momentum"] as? [Double] == Array(repeating: 0, count: 6))
      #expect(try #require(row["learningRate"] as? [Double]).allSatisfy { $0 <= 0.25 })
    }
  }

  @Test func withoutGnuplotScriptsAreWrittenAndOneLineSaysSo() throws {
    let scratch = try Scratch()
    let file = try scratch.write(problem)
    let result = try scratch.compareHorizons(["--problem", file, "--horizon", "6"], path: "/nonexistent")
    #expect(result.status == 0)
    #expect(result.output.contains("gnuplot is not installed"))
    #expect(
      try scratch.names(in: "comparison") == [
        "comparison.csv", "comparison.json", "fixed-rates.gp", "look-ahead.gp", "schedules.gp",
      ])
  }

  @Test(
    "Pictures are drawn where gnuplot is installed", .gnuplot, .long,
    arguments: [
      ["--horizon", "6"], ["--horizon", "1"], ["--horizon", "5", "--no-momentum", "--held"],
      ["--horizon", "4", "--learning-rate-limit", "none"],
    ])
  func pictures(_ options: [String]) throws {
    let scratch = try Scratch()
    // A name that would end a string of the script, no noise, and a direction without curvature.
    let file = try scratch.write(
      "{\"name\": \"a \\\"b\\\" `c` \\\\ é\", \"curvature\": [1, 0], \"gradientNoise\": 0, \"initialSecondMoment\": 1}"
    )
    let result = try scratch.compareHorizons(["--problem", file] + options)
    #expect(result.status == 0, "\(result.errors)")
    for name in ["schedules", "fixed-rates"] {
      let svg = try scratch.read("comparison/\(name).svg")
      #expect(svg.hasSuffix("</svg>\n\n") || svg.contains("</svg>"))
      #expect(svg.contains("<title>") && !svg.contains("<title>Gnuplot"))
      #expect(FileManager.default.fileExists(atPath: scratch.path + "/comparison/\(name).png"))
    }
  }

  @Test(
    "Wrong usage is one line, status 64 to 78, and writes nothing",
    arguments: LongTest.cases([
      (["--horizon", "-5"], Int32(64), "--horizon is -5"), (["--horizon", "0"], 64, "--horizon is 0"),
      (["--horizon", "x"], 64, "--horizon is x"), (["--horizon", "1000000000000"], 64, "of memory"),
      (["--horizon", "99999999999999999999999"], 64, "--horizon"), (["--horizon"], 64, "Missing value"),
      (["--preset", "x"], 64, "--preset is x"), (["--preset", "wu2018", "--problem", "x"], 64, "exclude"),
      (["--problem", "none.json"], 66, "none.json"), (["--problem", "."], 66, "directory"),
      (["--lookahead", "0"], 64, "--lookahead is 0"), (["--lookahead", "251"], 64, "--lookahead is 251"),
      (["--lookahead", "5,"], 64, "--lookahead is 5, (entry 2 is empty), expected integers ≥ 1, separated"),
      (["--learning-rate-limit", "0"], 64, "limit is 0"),
      (["--learning-rate-limit", "-1"], 64, "limit is -1"),
      (["--learning-rate-limit", "nan"], 64, "limit is nan"),
      (["--momentum-limit", "1"], 64, "limit is 1"), (["--momentum-limit", "-0.5"], 64, "limit is -0.5"),
      (["--nonsense"], 64, "--nonsense"),
      (["extra"], 64, "extra"), (["--output", "/dev/null/x", "--horizon", "2"], 73, "/dev/null/x"),
      (["--output", "", "--horizon", "2"], 64, "--output is empty"),
    ]))
  func wrongUsage(_ arguments: [String], _ status: Int32, _ expected: String) throws {
    let scratch = try Scratch()
    let result = try scratch.compareHorizons(arguments)
    result.expectRefusal(status: status, expected)
    #expect(try scratch.names().isEmpty)
  }

  @Test(
    "Wrong data is one line, status 65, and writes nothing",
    arguments: [
      "", "{", "[1]", "{\"curvature\": [1, -1], \"gradientNoise\": 1, \"initialSecondMoment\": 1}",
      "{\"curvature\": [1e200], \"gradientNoise\": 1, \"initialSecondMoment\": 1e200}",
    ])
  func wrongData(_ text: String) throws {
    let scratch = try Scratch()
    let file = try scratch.write(text)
    let result = try scratch.compareHorizons(["--problem", file, "--horizon", "3"])
    #expect(result.status == 65)
    #expect(result.errors.contains(file) && result.isOneComplaint)
    #expect(try scratch.names() == ["problem.json"])
  }

  @Test(.long) func plotsOfAnEarlierRunAreRemoved() throws {
    let scratch = try Scratch()
    let file = try scratch.write(problem)
    _ = try scratch.compareHorizons(["--problem", file, "--horizon", "6"])
    #expect(try scratch.names(in: "comparison").contains("schedules.gp"))
    _ = try scratch.compareHorizons(["--problem", file, "--horizon", "6", "--no-plots"])
    #expect(try scratch.names(in: "comparison") == ["comparison.csv", "comparison.json"])
  }

  @Test(.long) func controlCharactersOfANameReachNeitherTerminalNorPicture() throws {
    let scratch = try Scratch()
    let file = try scratch.write(
      "{\"name\": \"a\\u001b[31m\\nb\", \"curvature\": [1], \"gradientNoise\": 1, \"initialSecondMoment\": 1}"
    )
    let result = try scratch.compareHorizons(["--problem", file, "--horizon", "3"])
    #expect(result.status == 0)
    #expect(!result.output.contains("\u{1b}") && result.output.hasPrefix("a [31m b: "))
    #expect(!(try scratch.read("comparison/schedules.gp")).contains("\u{1b}"))
  }

  @Test(.long) func theFullHorizonIsNeverAboveAnotherRow() throws {
    let scratch = try Scratch()
    for horizon in ["3", "10"] {
      _ = try scratch.compareHorizons(["--preset", "two-dimensional", "--horizon", horizon, "--no-plots"])
      let rows = try schedules(json(scratch))
      let losses = try rows.map { try #require($0["finalLoss"] as? Double) }
      let (last, least) = (try #require(losses.last), try #require(losses.min()))
      #expect(last <= least * (1 + 1e-9))
    }
  }

  @Test(.long) func aLimitOnGrowthIsKeptAndItsCostIsSaid() throws {
    let scratch = try Scratch()
    let result = try scratch.compareHorizons([
      "--preset", "two-dimensional", "--horizon", "6", "--lookahead", "2", "--growth-limit", "1.5",
      "--no-plots",
    ])
    let row = try #require(try schedules(json(scratch)).last)
    #expect(row["name"] as? String == "growth-limited")
    let statistics = try #require(row["statistics"] as? [String: Any])
    #expect(statistics["growthLimit"] as? Double == 1.5)
    let growth = try #require((statistics["largestGrowth"] as? [String: Any])?["factor"] as? Double)
    let free = try #require((statistics["unlimitedGrowth"] as? [String: Any])?["factor"] as? Double)
    #expect(growth <= 1.5 * (1 + 1e-9) && free > 1.5)
    let loss = try #require(row["finalLoss"] as? Double)
    #expect(loss > (try #require(statistics["unlimitedLoss"] as? Double)))
    #expect(result.output.contains("With no direction's loss above 1.500 times its start the run ends at "))
    let loose = try scratch.compareHorizons([
      "--preset", "two-dimensional", "--horizon", "6", "--lookahead", "2", "--growth-limit", "1e9",
      "--no-plots",
    ])
    #expect(loose.output.contains("nothing changes"))
  }

  @Test func helpStatesUnitsDefaultsAndExitCodes() throws {
    let scratch = try Scratch()
    let result = try scratch.compareHorizons(["--help"])
    #expect(result.status == 0)
    for phrase in ["1/curvature", "default: 250", "Exit status", "0.9999", "velocity", "--full-series"] {
      #expect(result.output.contains(phrase), "\(phrase)")
    }
    #expect(try scratch.compareHorizons(["--version"]).output == "0.1.0\n")
  }
}
