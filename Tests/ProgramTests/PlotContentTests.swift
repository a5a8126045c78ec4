import Foundation
import NoisyQuadraticFiles
import TestSupport
import Testing

/// Which panels, marks and keys the scripts have.
@Suite struct PlotContentTests {
  private let two = """
    {"name": "two", "curvature": [1, 0.01], "gradientNoise": {"kind": "proportionalToCurvature", "scale": 1},
     "initialSecondMoment": 1}
    """

  /// A script that a program writes where there is no gnuplot.
  private func script(
    _ name: String, of program: String, _ options: [String], problem: String? = nil
  ) throws -> String {
    let scratch = try Scratch()
    let file = try scratch.write(problem ?? two)
    let source = program == "calibrated-comparison" ? [] : ["--problem", file]
    let result = try scratch.run(
      program, source + ["--output", "out", "--quiet"] + options, path: "/nonexistent")
    #expect(result.status == 0, "\(result.errors)")
    return try scratch.read("out/\(name).gp")
  }

  @Test(
    "The momentum panel is there only where there is momentum", .long, arguments: [[], ["--no-momentum"]])
  func momentum(_ options: [String]) throws {
    let text = try script("schedules", of: "compare-horizons", ["--horizon", "3"] + options)
    #expect(text.contains("set title 'momentum'") == options.isEmpty)
    #expect(text.contains("set title 'loss, direction of lowest curvature'"))
    let given = ["--horizon", "3", "--family", "constant:learningRate=0.1", "--momentum-limit", "0"]
    let gap = try script("schedule-gap", of: "schedule-gap", given)
    #expect(!gap.contains("set title 'momentum'") && gap.contains("multiplot layout 2,2"))
  }

  @Test func aSingleDirectionHasOneLoss() throws {
    let one = "{\"curvature\": [1], \"gradientNoise\": 1, \"initialSecondMoment\": 1}"
    let text = try script(
      "schedules", of: "compare-horizons", ["--horizon", "2", "--no-momentum"], problem: one)
    #expect(text.contains("multiplot layout 1,3") && !text.contains("highest curvature"))
  }

  @Test("Quantities have units, and keys stand beside the curves", .long)
  func unitsAndKeys() throws {
    let texts = [
      try script("schedules", of: "compare-horizons", ["--horizon", "4"]),
      try script("look-ahead", of: "compare-horizons", ["--horizon", "4"]),
      try script("fixed-rates", of: "compare-horizons", ["--horizon", "4"]),
      try script(
        "schedule-gap", of: "schedule-gap", ["--horizon", "4", "--family", "constant:learningRate=0.1"]),
      try script(
        "meta-surface", of: "meta-surface", ["--horizons", "2", "--grid", "2", "--meta-steps", "1"]),
    ]
    for text in texts {
      #expect(text.contains("s unit'") && !text.contains("opaque"))
      // A key inside is that of a legend, where nothing else is.
      for line in text.split(separator: "\n") where line.contains("set key ") {
        #expect(
          ["outside", "set key noautotitle", "on inside center center"].contains { line.contains($0) },
          "\(line)")
      }
    }
    for text in [texts[0], texts[3], texts[4]] { #expect(text.contains("1/curvature'")) }
    for text in texts.dropLast() { #expect(text.contains("step")) }
  }

  @Test("Earlier curves are wider, so that those with the same course are seen")
  func widths() throws {
    let text = try script("schedules", of: "compare-horizons", ["--horizon", "3"])
    let widths = text.matches(of: /\$schedule\d using 1:2 .*linewidth ([0-9.]+)/).compactMap { Double($0.1) }
    #expect(widths.count == 4 && widths == widths.sorted(by: >) && Set(widths).count == 4)
  }

  @Test("The best point is in the panel, or marked at its edge and in its title")
  func bestBeyondTheEdge() throws {
    let options = ["--horizons", "3", "--grid", "3", "--meta-steps", "0"]
    let outside = try script("meta-surface", of: "meta-surface", options)
    #expect(outside.contains("lies outside") && outside.contains("the best, beyond the edge"))
    #expect(outside.contains("pointtype 12") && !outside.contains("pointtype 13"))
    #expect(!outside.contains("meta-descents"))
    // A rate of zero has no place on a logarithmic axis at all.
    let still = "{\"curvature\": [1, 0], \"gradientNoise\": 1, \"initialSecondMoment\": 0}"
    #expect(
      try script("meta-surface", of: "meta-surface", options, problem: still)
        .contains("the best, rate 0, exponent"))
    let inside = try script("meta-surface", of: "meta-surface", options + ["--exponents", "0.00001,10"])
    #expect(!inside.contains("outside'") && inside.contains("pointtype 13") && !inside.contains("hollow"))
  }

  @Test("Bars lie on a logarithmic axis where they differ much", .long)
  func bars() throws {
    func panel(_ family: String) throws -> Substring {
      let text = try script(
        "schedule-gap", of: "schedule-gap", ["--horizon", "50", "--family", family])
      return try #require(text.split(separator: "set title 'final loss by curvature'").last)
    }
    #expect(try panel("constant:learningRate=1.9").contains("\n  set logscale y\n"))
    // Beside a loss of 10^20 the best one is still seen.
    let wild = try panel("constant:learningRate=2.5")
    let range = try #require(wild.firstMatch(of: /set yrange \[(.+):(.+)\]/))
    let (low, high) = try (#require(Double(range.1)), #require(Double(range.2)))
    // The flat direction begins with a loss of 0.005, which no schedule lowers much in 50 steps.
    let height = (log10(0.004) - log10(low)) / (log10(high) - log10(low))
    #expect(high > 1e15 && height > 0.1)
    let one = "{\"curvature\": [1], \"gradientNoise\": 1, \"initialSecondMoment\": 1}"
    let equal = try script(
      "schedule-gap", of: "schedule-gap", ["--horizon", "3", "--family", "constant:learningRate=0.3"],
      problem: one)
    let bars = try #require(equal.split(separator: "set title 'final loss by curvature'").last)
    // And from zero on where they do not.
    #expect(bars.contains("unset logscale y\n  set yrange [0:") || bars.contains("set yrange [0.0:"))
  }

  @Test("Error bars need two repeats", .long, arguments: [1, 2])
  func errorBars(_ repeats: Int) throws {
    let text = try script(
      "predictions", of: "calibrated-comparison",
      [
        "--images", "60", "--hessian-images", "40", "--hidden", "5", "--steps-before", "0", "--budget", "3",
        "--batch-size", "20", "--lanczos-steps", "3", "--meta-steps", "2", "--repeats", "\(repeats)",
      ])
    #expect(text.contains("yerrorbars") == (repeats > 1))
    #expect(text.contains("two standard errors") == (repeats > 1))
    #expect(text.contains("training loss, nats") && !text.contains("opaque"))
  }
}
