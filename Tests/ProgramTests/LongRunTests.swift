import Foundation
import NoisyQuadratic
import TestSupport
import Testing

@testable import NoisyQuadraticFiles

/// Runs of more than 10000 steps, whose files list 10000 of them.
@Suite struct LongRunTests {
  private let horizon = 10_003
  private let problem = "{\"curvature\": [1], \"gradientNoise\": 1, \"initialSecondMoment\": 1}"

  // Foundation's reader, which is fast: equal texts give equal numbers.
  private func json(_ scratch: Scratch, _ name: String) throws -> [String: Any] {
    let data = Data(try scratch.read(name).utf8)
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private func fullSeriesOption(_ json: [String: Any]) -> Bool? {
    (json["options"] as? [String: Any])?["fullSeries"] as? Bool
  }

  /// Checks that a file lists 10000 steps, with the numbers that the full series has there.
  private func compare(_ thinned: [String: Any], _ full: [String: Any]) throws {
    let rows = try #require(thinned["schedules"] as? [[String: Any]])
    let fullRows = try #require(full["schedules"] as? [[String: Any]])
    #expect(rows.count == fullRows.count)
    for (key, last, names) in [
      ("steps", horizon - 1, ["learningRate", "momentum"]), ("lossSteps", horizon, ["loss"]),
    ] {
      let steps = try #require(thinned[key] as? [Int])
      #expect(steps.count == 10_000 && steps.first == 0 && steps.last == last)
      for name in names {
        for (row, fullRow) in zip(rows, fullRows) {
          // Null where a schedule has diverged.
          let numbers = try #require(row[name] as? NSArray)
          let all = try #require(fullRow[name] as? NSArray)
          try #require(all.count == last + 1)
          #expect(numbers == steps.map { all[$0] } as NSArray, "\(name)")
        }
      }
    }
  }

  @Test(.long) func aComparisonListsTenThousandStepsUnlessAskedForAll() throws {
    let scratch = try Scratch()
    let options = [
      "--problem", try scratch.write(problem), "--no-momentum", "--horizon", "\(horizon)", "--lookahead", "1",
      "--learning-rate-limit", "0.001", "--no-plots", "--quiet", "--output",
    ]
    for (name, option) in [("thinned", []), ("full", ["--full-series"])] {
      #expect(try scratch.compareHorizons(options + [name] + option).status == 0)
    }
    let thinned = try json(scratch, "thinned/comparison.json")
    let full = try json(scratch, "full/comparison.json")
    #expect(fullSeriesOption(thinned) == false && fullSeriesOption(full) == true)
    #expect(full["steps"] as? [Int] == Array(0..<horizon))
    #expect(full["lossSteps"] as? [Int] == Array(0...horizon))
    try compare(thinned, full)
    // The table has one line for every entry of lossSteps.
    let lines = try scratch.read("full/comparison.csv").split(separator: "\n")
    try #require(lines.count == horizon + 2)
    let listed = try #require(thinned["lossSteps"] as? [Int])
    #expect(
      try scratch.read("thinned/comparison.csv").split(separator: "\n")
        == [lines[0]] + listed.map { lines[$0 + 1] })
  }

  @Test(.long) func aScheduleGapListsTenThousandStepsUnlessAskedForAll() throws {
    let scratch = try Scratch()
    // A schedule that diverges has no regret, which would take most of the time.
    let options = [
      "--problem", try scratch.write(problem), "--family", "constant:learningRate=1e80", "--horizon",
      "\(horizon)", "--learning-rate-limit", "0.0001", "--no-plots", "--quiet", "--output",
    ]
    for (name, option) in [("thinned", []), ("full", ["--full-series"])] {
      #expect(try scratch.run("schedule-gap", options + [name] + option).status == 0)
    }
    for (name, isFull, lines) in [("thinned", false, 10_001), ("full", true, horizon + 2)] {
      let json = try json(scratch, name + "/schedule-gap.json")
      #expect(fullSeriesOption(json) == isFull && (json["steps"] == nil) == isFull)
      #expect(try scratch.read(name + "/schedule-gap.csv").count(where: \.isNewline) == lines)
    }
    // The best schedule is an input again, and has every step.
    let best = try scratch.read("thinned/optimal-schedule.csv")
    #expect(best.count(where: \.isNewline) == horizon + 1)
    #expect(best == (try scratch.read("full/optimal-schedule.csv")))
  }

  @Test(.long) func whereAScheduleLosesIsToldAtTheListedSteps() throws {
    let scratch = try Scratch()
    let file = try NamedProblem(contentsOf: scratch.write(problem))
    let gap = try ScheduleGap(
      file.model, .linear(initialValue: 0.001, steps: horizon),
      limits: HyperparameterLimits(learningRate: .value(0.001), momentum: 0), segments: 2)
    let regret = try #require(gap.regret)
    for name in ["thinned", "full"] {
      try ScheduleGapReport(problem: file, name: "", options: [], gap: gap, fullSeries: name == "full")
        .write(to: OutputDirectory(scratch.path + "/" + name))
    }
    let thinned = try json(scratch, "thinned/schedule-gap.json")
    let full = try json(scratch, "full/schedule-gap.json")
    try compare(thinned, full)
    // Files with every step are as they always were.
    #expect(full["steps"] == nil && full["lossSteps"] == nil)
    let steps = try #require(thinned["steps"] as? [Int])
    let series = try #require(thinned["regret"] as? [String: Any])
    let fullSeries = try #require(full["regret"] as? [String: Any])
    for key in ["bestLearningRate", "bestMomentum"] {
      let all = try #require(fullSeries[key] as? [Double])
      try #require(all.count == horizon)
      #expect(series[key] as? [Double] == steps.map { all[$0] }, "\(key)")
    }
    for key in ["firstStep", "regret", "slope", "attainable"] {
      #expect(series[key] as? [Double] == fullSeries[key] as? [Double], "\(key)")
    }
    // The second segment begins at a step that is left out: its numbers stand on the next line.
    let start = regret.segments[1].steps.lowerBound
    let listed = try #require(thinned["lossSteps"] as? [Int])
    let next = try #require(listed.first { $0 >= start })
    #expect(next == start + 1)
    var lines = try scratch.read("full/schedule-gap.csv").split(separator: "\n")
    try #require(lines.count == horizon + 2 && lines[next + 1].hasSuffix(",,"))
    lines[next + 1].removeLast(2)
    lines[next + 1] += ",\(regret.attainable[1].jsonText),\(regret.segments[1].regret.jsonText)"
    #expect(
      try scratch.read("thinned/schedule-gap.csv").split(separator: "\n")
        == [lines[0]] + listed.map { lines[$0 + 1] })
  }
}
