import Foundation
import NoisyQuadratic
import NoisyQuadraticFiles
import TestSupport
import Testing

/// The program `meta-surface` as its users meet it.
@Suite struct MetaSurfaceTests {
  private let problem = """
    {"name": "two", "curvature": [1, 0.01], "gradientNoise": {"kind": "proportionalToCurvature", "scale": 1},
     "initialSecondMoment": 1}
    """
  private let small = ["--horizons", "5,20", "--grid", "6", "--meta-steps", "8", "--time-scale", "10"]

  private func json(_ scratch: Scratch) throws -> [String: Any] {
    let data = Data(try scratch.read("meta-surface/meta-surface.json").utf8)
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func tableFilesAndKeys() throws {
    let scratch = try Scratch()
    let file = try scratch.write(problem)
    let result = try scratch.run("meta-surface", ["--problem", file, "--no-plots"] + small)
    #expect(result.status == 0 && result.complaints.isEmpty)
    #expect(result.output.hasPrefix("two: ") && result.output.contains("The best exponent for 5 steps"))
    #expect(try scratch.names(in: "meta-surface") == ["meta-surface.csv", "meta-surface.json"])
    let json = try json(scratch)
    #expect(json["format"] as? String == "noisy-quadratic/meta-surface")
    #expect(json["version"] as? Int == 1)
    #expect(json["timeScale"] as? Double == 10)
    #expect(json["momentum"] as? Double == 0.9)
    #expect(json["longestHorizon"] as? Int == 20)
    #expect((json["initialValue"] as? [Double])?.count == 6)
    let panels = try #require(json["horizons"] as? [[String: Any]])
    #expect(panels.map { $0["horizon"] as? Int } == [5, 20])
    for panel in panels {
      #expect(Set(panel.keys) == ["horizon", "best", "loss", "descents"])
      let descents = try #require(panel["descents"] as? [[String: Any]])
      #expect(descents.count == 4)
      #expect(descents.allSatisfy { ($0["loss"] as? [Double])?.count == 9 })
    }
  }

  @Test func numbersAreThoseOfTheLibrary() throws {
    let scratch = try Scratch()
    let file = try scratch.write(problem)
    #expect(
      try scratch.run("meta-surface", ["--problem", file, "--no-plots", "--quiet"] + small).output.isEmpty)
    let model = try NamedProblem(contentsOf: file).model
    let family = InverseTimeFamily(timeScale: 10, momentum: .fixed(0.9))
    let json = try json(scratch)
    let rates = try #require(json["initialValue"] as? [Double])
    let exponents = try #require(json["exponent"] as? [Double])
    #expect(rates.first == 0.001 && rates.last == 0.5)
    func loss(_ rate: Double, _ exponent: Double, _ steps: Int) throws -> Double {
      model.expectedLoss(under: try family.schedule([rate, exponent], steps: steps)).final
    }
    for panel in try #require(json["horizons"] as? [[String: Any]]) {
      let horizon = try #require(panel["horizon"] as? Int)
      let losses = try #require(panel["loss"] as? [[Double]])
      #expect(losses.count == 6)
      var lowest = Double.infinity
      for (row, exponent) in zip(losses, exponents) {
        #expect(row.count == 6)
        for (value, rate) in zip(row, rates) {
          // Foundation's reader may be off by a bit.
          #expect(abs(value / (try loss(rate, exponent, horizon)) - 1) <= 1e-13)
          lowest = min(lowest, value)
        }
      }
      let best = try #require(panel["best"] as? [String: Any])
      let (rate, exponent) = try (
        #require(best["initialValue"] as? Double), #require(best["exponent"] as? Double)
      )
      let found = try #require(best["loss"] as? Double)
      #expect(found <= lowest * (1 + 1e-12))
      #expect(abs(found / (try loss(rate, exponent, horizon)) - 1) <= 1e-13)
      let longest = try #require(best["lossAtLongestHorizon"] as? Double)
      #expect(abs(longest / (try loss(rate, exponent, 20)) - 1) <= 1e-13)
      for descent in try #require(panel["descents"] as? [[String: Any]]) {
        let path = try #require(descent["loss"] as? [Double])
        #expect(try #require(path.min()) >= found * (1 - 1e-12))
        #expect(try #require(path.last) < path[0])
      }
    }
    let lines = try scratch.read("meta-surface/meta-surface.csv").split(separator: "\n")
    #expect(lines.count == 1 + 2 * 36)
    #expect(lines[0] == "horizon,initialValue,exponent,loss")
    #expect(lines[1].hasPrefix("5,0.001,0.01,"))
    #expect(lines[72].hasPrefix("20,0.5,200,"))
    let tabled = lines.dropFirst().compactMap { $0.split(separator: ",").last.flatMap { Double($0) } }
    let surfaces = try #require(json["horizons"] as? [[String: Any]]).compactMap { $0["loss"] as? [[Double]] }
    for (a, b) in zip(tabled, surfaces.flatMap { $0 }.flatMap { $0 }) { #expect(abs(a / b - 1) <= 1e-15) }
    #expect(tabled.count == 72)
  }

  @Test(.long) func twoRunsAreEqual() throws {
    let scratch = try Scratch()
    let file = try scratch.write(problem)
    var texts: [String] = []
    for _ in 0..<2 {
      _ = try scratch.run(
        "meta-surface", ["--problem", file, "--quiet"] + small, path: "/nonexistent")
      texts.append(try scratch.read("meta-surface/meta-surface.json"))
    }
    #expect(texts[0] == texts[1])
    #expect(
      try scratch.names(in: "meta-surface") == ["meta-surface.csv", "meta-surface.gp", "meta-surface.json"])
  }

  @Test(
    "Pictures are drawn where gnuplot is installed", .gnuplot, .long,
    arguments: [
      "{\"curvature\": [1], \"gradientNoise\": 1, \"initialSecondMoment\": 1, \"name\": \"a \\\"b\\\" `c` \\\\ é\"}",
      // Nothing to lose, nothing to gain, and a largest curvature at which every rate of the default is small.
      "{\"curvature\": [1, 0], \"gradientNoise\": 1, \"initialSecondMoment\": 0}",
      "{\"curvature\": [1000], \"gradientNoise\": 0, \"initialSecondMoment\": 1}",
    ])
  func pictures(_ text: String) throws {
    let scratch = try Scratch()
    let file = try scratch.write(text)
    for options in [[], ["--horizons", "3", "--meta-steps", "0"], ["--rates", "1e-9,1e9", "--grid", "2"]] {
      let result = try scratch.run("meta-surface", ["--problem", file] + small.with(options))
      #expect(result.status == 0, "\(result.errors)")
      let svg = try scratch.read("meta-surface/meta-surface.svg")
      #expect(svg.contains("</svg>") && svg.contains("<title>Final loss"))
      #expect(FileManager.default.fileExists(atPath: scratch.path + "/meta-surface/meta-surface.png"))
    }
  }

  @Test func divergenceIsNull() throws {
    let scratch = try Scratch()
    let file = try scratch.write(problem)
    let result = try scratch.run(
      "meta-surface",
      [
        "--problem", file, "--rates", "1,1e40", "--horizons", "50", "--grid", "8", "--meta-steps", "2",
        "--no-plots",
      ])
    #expect(result.status == 0, "\(result.errors)")
    let panels = try #require(try json(scratch)["horizons"] as? [[String: Any]])
    let losses = try #require(panels[0]["loss"] as? [[Any]])
    #expect(losses[0][7] is NSNull && losses[0][0] is Double)
    #expect(try scratch.read("meta-surface/meta-surface.csv").contains(",\n"))
  }

  @Test(
    "Wrong usage is one line, status 64 to 78, and writes nothing",
    arguments: LongTest.cases([
      (["--horizons", "0"], Int32(64), "--horizons is 0"),
      (["--horizons", "5,"], 64, "--horizons is 5, (entry 2 is empty)"),
      (["--horizons", "100000000000000000000"], 64, "--horizons"),
      (["--horizons", "1000000000000"], 64, "the longest allowed"), (["--grid", "1"], 64, "--grid is 1"),
      (["--grid", "1001"], 64, "--grid is 1001"), (["--grid", "x"], 64, "--grid is x"),
      (["--rates", "1"], 64, "--rates is 1"), (["--rates", "2,1"], 64, "--rates is 2,1"),
      (["--rates", "-1,1"], 64, "--rates is -1,1"), (["--exponents", "1,inf"], 64, "--exponents is 1,inf"),
      (["--exponents", "0,1"], 64, "--exponents is 0,1"), (["--momentum", "1"], 64, "--momentum is 1"),
      (["--momentum", "nan"], 64, "--momentum is nan"), (["--time-scale", "0"], 64, "--time-scale is 0"),
      (["--meta-steps", "-1"], 64, "--meta-steps is -1"),
      (["--meta-rate", "0"], 64, "--meta-rate is 0"), (["--preset", "x"], 64, "--preset is x"),
      (["--problem", "none.json"], 66, "none.json"), (["--nonsense"], 64, "--nonsense"),
      (["--output", "/dev/null/x", "--horizons", "2"], 73, "/dev/null/x"),
      (["--output", "", "--horizons", "2"], 64, "--output is empty"),
    ]))
  func wrongUsage(_ arguments: [String], _ status: Int32, _ expected: String) throws {
    let scratch = try Scratch()
    let result = try scratch.run("meta-surface", arguments)
    result.expectRefusal(status: status, expected)
    #expect(try scratch.names().isEmpty)
  }

  @Test(
    "A horizon beyond memory is refused",
    .enabled(
      if: ProcessInfo.processInfo.physicalMemory < 190_000_000_000,
      "this machine has the memory for the longest horizon there is"))
  func beyondMemory() throws {
    let scratch = try Scratch()
    let result = try scratch.run("meta-surface", ["--horizons", "1000000000"])
    #expect(result.status == 64 && result.isOneComplaint && result.errors.contains("of memory"))
    #expect(try scratch.names().isEmpty)
  }

  @Test func helpStatesUnitsDefaultsAndExitCodes() throws {
    let scratch = try Scratch()
    let result = try scratch.run("meta-surface", ["--help"])
    #expect(result.status == 0)
    for phrase in ["1/curvature", "100,1000,5000,20000", "Exit status", "zhang2019", "velocity"] {
      #expect(result.output.contains(phrase), "\(phrase)")
    }
  }
}
