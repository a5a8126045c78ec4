import Foundation
import NoisyQuadratic
import TestSupport
import Testing

@testable import NoisyQuadraticFiles

/// The program as its users meet it.
@Suite struct ScheduleGapProgramTests {
  private let problem = """
    {"name": "two", "curvature": [1, 0.01], "gradientNoise": {"kind": "proportionalToCurvature", "scale": 1},
     "initialSecondMoment": 1}
    """
  private let cosine = ["--family", "cosine:initialValue=0.5", "--horizon", "20"]

  private func json(_ scratch: Scratch, _ directory: String = "schedule-gap") throws -> JSONValue {
    try JSONReader.read(Array(try scratch.read(directory + "/schedule-gap.json").utf8))
  }

  @Test func tableFilesAndNumbers() throws {
    let scratch = try Scratch()
    let file = try scratch.write(problem)
    let result = try scratch.run("schedule-gap", ["--problem", file, "--no-plots"] + cosine)
    #expect(result.status == 0)
    #expect(result.complaints.isEmpty)
    #expect(
      try scratch.names(in: "schedule-gap")
        == ["optimal-schedule.csv", "schedule-gap.csv", "schedule-gap.json"])
    let model = try NamedProblem(contentsOf: file).model
    let gap = try ScheduleGap(model, .cosine(initialValue: 0.5, steps: 20))
    let regret = try #require(gap.regret)
    let json = try json(scratch)
    #expect(json["format"] == .string("noisy-quadratic/schedule-gap"))
    let ratio = try #require(gap.ratio)
    let numbers: [(String, Double)] = [
      ("version", 1), ("horizon", 20), ("learningRateLimit", 2), ("momentumLimit", 0),
      ("stepsBeyondLimits", 0),
      ("excess", gap.excess), ("ratio", ratio),
    ]
    for (key, value) in numbers { #expect(json[key] == .number(value), "\(key)") }
    let rows = try #require(json["schedules"]?.elements)
    #expect(rows.map { $0["name"] } == [.string("given"), .string("optimal")])
    #expect(rows[0]["loss"]?.numbers == gap.losses.values)
    #expect(rows[1]["learningRate"]?.numbers == gap.optimum.schedule.learningRates)
    #expect(json["regret"]?["regret"]?.numbers == regret.segments.map(\.regret))
    #expect(json["regret"]?["slope"]?.numbers == regret.segments.map(\.slope))
    #expect(json["regret"]?["attainable"]?.numbers == regret.attainable)
    #expect(json["regret"]?["bestLearningRate"]?.numbers == regret.bestResponse.learningRates)
    let parts = try #require(json["parts"]?.elements)
    #expect(parts.map { $0["firstStep"] } == [0, 4, 8, 12, 16].map { .number($0) })
    let shares = parts.compactMap { $0["share"]?.number }
    #expect(abs(shares.reduce(0, +) - 1) <= 1e-9)
    #expect(json["bands"]?.elements?.count == 2)
    // The same numbers in the table and in the CSV file.
    #expect(result.output.contains("given schedule"))
    #expect(result.output.contains(gap.finalLoss.significant(8)))
    #expect(result.output.contains("of the excess is lost in the"))
    let lines = try scratch.read("schedule-gap/schedule-gap.csv")
      .split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 23 && lines[22].isEmpty)
    #expect(lines[0].hasPrefix("step,given.learningRate,given.momentum,given.loss,optimal.learningRate,"))
    #expect(lines[0].hasSuffix(",best.learningRate,best.momentum,attainable,regret"))
    let last = lines[21].split(separator: ",", omittingEmptySubsequences: false)
    #expect(last.count == 11 && last[0] == "20" && last[3] == Substring(gap.finalLoss.jsonText))
    #expect(last[9] == last[3] && last[10].isEmpty)
    #expect(lines[1].split(separator: ",").last == Substring(regret.segments[0].regret.jsonText))
  }

  @Test("A schedule with batch sizes is compared with the best rates for them; with momentum it is refused")
  func batchSizes() throws {
    let scratch = try Scratch()
    let text = problem.replacingOccurrences(
      of: "\"initialSecondMoment\"", with: "\"preconditionerPower\": 0.5, \"initialSecondMoment\"")
    let file = try scratch.write(text, to: "problem.json")
    let schedule = try scratch.write(
      "step,learningRate,batchSize\n0,0.5,1\n1,0.4,2\n2,0.1,8\n", to: "ramp.csv")
    let arguments = ["--problem", file, "--schedule", schedule, "--no-plots"]
    let result = try scratch.run("schedule-gap", arguments)
    #expect(result.status == 0)
    #expect(result.output.contains("that is possible with its batch sizes"))
    let rows = try #require(try json(scratch)["schedules"]?.elements)
    #expect(rows.allSatisfy { $0["batchSize"]?.numbers == [1, 2, 8] })
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.01], gradientNoise: [1, 0.01], initialSecondMoment: [1, 1]
    ).preconditioned(power: 0.5)
    let best = try BatchScheduleSolver().solve(model, batchSizes: [1, 2, 8])
    let optimal = try ScheduleFile(contentsOf: scratch.path + "/schedule-gap/optimal-schedule.csv").schedule
    let loss = model.expectedLoss(under: optimal).final
    #expect(rows[1]["finalLoss"] == .number(loss) && abs(loss / best.finalLoss - 1) <= 1e-9)
    let lines = try scratch.read("schedule-gap/schedule-gap.csv").split(separator: "\n")
    #expect(lines[0].hasSuffix(",batchSize") && lines[3].hasSuffix(",8") && lines[4].hasSuffix(","))
    // The option is the cause, or the file.
    try scratch.run("schedule-gap", arguments + ["--momentum-limit", "0.5"]).expectRefusal(
      status: 64, "--momentum-limit is 0.5, expected 0 for \(schedule), which has batchSize")
    let both = try scratch.write(
      "step,learningRate,momentum,batchSize\n0,0.5,0,1\n1,0.4,0.9,2\n", to: "both.csv")
    try scratch.run("schedule-gap", ["--problem", file, "--schedule", both, "--no-plots"]).expectRefusal(
      status: 65, "\(both): momentum[1] is 0.9, expected 0 in a schedule with batchSize, because")
    let tiny = try scratch.write("step,learningRate,batchSize\n0,0.5,1e-310\n", to: "tiny.csv")
    try scratch.run("schedule-gap", ["--problem", file, "--schedule", tiny, "--no-plots"]).expectRefusal(
      status: 65, "\(file) with \(tiny): gradientNoise[0] is 1.0, expected a number that stays finite over")
  }

  @Test("Rates a thousandth of the best are too small everywhere, a warm restart is too large at the end")
  func verdicts() throws {
    let file = try NamedProblem(ReferenceProblem.powerLaw)
    func parts(_ schedule: Schedule) throws -> [ScheduleGapReport.Part] {
      try ScheduleGapReport(
        problem: file, name: "", options: [], gap: ScheduleGap(file.model, schedule, segments: 10)
      ).parts
    }
    let small = try parts(.constant(learningRate: 1e-3, steps: 30))
    #expect(small.allSatisfy { $0.verdict == .tooSmall })
    let best = try FullHorizonSolver().solve(file.model, horizon: 30).schedule.learningRates
    let restart = try parts(Schedule(learningRates: best.prefix(25) + Array(repeating: 1, count: 5)))
    #expect(restart.map(\.verdict) == Array(repeating: .aboutRight, count: 4) + [.tooLarge])
    #expect(restart[4].share > 0.99)
    #expect(restart.map(\.steps) == [0..<6, 6..<12, 12..<18, 18..<24, 24..<30])
  }

  @Test(.long) func theOptimalScheduleReadBackHasNoGap() throws {
    let scratch = try Scratch()
    let file = try scratch.write(problem)
    for momentum in ["0", "0.9"] {
      let options = ["--problem", file, "--momentum-limit", momentum, "--no-plots"]
      _ = try scratch.run("schedule-gap", options + cosine)
      let result = try scratch.run(
        "schedule-gap",
        options + ["--schedule", "schedule-gap/optimal-schedule.csv", "--output", "again"])
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("no better schedule is known"))
      let excess = try #require(try json(scratch, "again")["excess"]?.number)
      let loss = try #require(try json(scratch)["schedules"]?.elements?[1]["finalLoss"]?.number)
      #expect(excess <= 1e-6 * loss)
    }
  }

  @Test("Limits: the schedule's own where it goes beyond 2/hmax, and as asked for")
  func limits() throws {
    let scratch = try Scratch()
    let file = try scratch.write(problem)
    func run(_ options: String...) throws -> (json: JSONValue, output: String) {
      let result = try scratch.run(
        "schedule-gap", ["--problem", file, "--horizon", "6", "--no-plots"] + options)
      #expect(result.status == 0, "\(result.errors)")
      return (try json(scratch), result.output)
    }
    let own = try run("--family", "linear:initialValue=3").json
    #expect(own["learningRateLimit"] == .number(3))
    #expect(own["stepsBeyondLimits"] == .number(0))
    let momentum = try run("--family", "constant:learningRate=0.1,momentum=0.5").json
    #expect(momentum["momentumLimit"] == .number(0.9999))
    let beyond = try run("--family", "constant:learningRate=0.3", "--learning-rate-limit", "0.001")
    #expect(beyond.json["stepsBeyondLimits"] == .number(6))
    #expect(beyond.output.contains("exceeds these limits in 6 of its steps"))
    #expect(beyond.output.contains("below the"))
    let wild = try run("--family", "constant:learningRate=1e80", "--learning-rate-limit", "1")
    #expect(wild.output.contains("diverges"))
    #expect(wild.json["regret"] == .null && wild.json["excess"] == .null)
  }

  @Test(
    "The picture is drawn where gnuplot is installed", .gnuplot, .long,
    arguments: [
      ["--family", "constant:learningRate=0.1", "--horizon", "1"],
      ["--family", "constant:learningRate=0.1,momentum=0.9", "--horizon", "7"],
      ["--family", "constant:learningRate=1e80", "--horizon", "9", "--learning-rate-limit", "1"],
      ["--family", "cosine:initialValue=1", "--horizon", "9", "--learning-rate-limit", "none"],
    ])
  func pictures(_ options: [String]) throws {
    let scratch = try Scratch()
    // A name that would end a string of the script, no noise, and a direction without curvature.
    let file = try scratch.write(
      "{\"name\": \"a \\\"b\\\" `c` \\\\ é\", \"curvature\": [1, 0], \"gradientNoise\": 0, \"initialSecondMoment\": 1}"
    )
    let result = try scratch.run("schedule-gap", ["--problem", file] + options)
    #expect(result.status == 0, "\(result.errors)")
    let svg = try scratch.read("schedule-gap/schedule-gap.svg")
    #expect(svg.contains("</svg>") && svg.contains("<title>") && !svg.contains("<title>Gnuplot"))
    #expect(FileManager.default.fileExists(atPath: scratch.path + "/schedule-gap/schedule-gap.png"))
    _ = try scratch.run("schedule-gap", ["--problem", file, "--no-plots"] + options)
    #expect(
      try scratch.names(in: "schedule-gap")
        == ["optimal-schedule.csv", "schedule-gap.csv", "schedule-gap.json"])
  }

  @Test func withoutGnuplotTheScriptIsWrittenAndOneLineSaysSo() throws {
    let scratch = try Scratch()
    let file = try scratch.write(problem)
    let result = try scratch.run("schedule-gap", ["--problem", file] + cosine, path: "/nonexistent")
    #expect(result.status == 0)
    #expect(result.output.contains("gnuplot is not installed"))
    #expect(try scratch.names(in: "schedule-gap").contains("schedule-gap.gp"))
  }

  @Test(
    "Wrong usage and data are one line, status 64 to 78, and write nothing",
    arguments: LongTest.cases([
      ([], Int32(64), "expected --schedule or --family"),
      (["--family", "x"], 64, "--family: the family is x"),
      (["--family", "cosine:peak=1"], 64, "no parameter peak"),
      (["--family", "constant:learningRate=1", "--schedule", "a.csv"], 64, "exclude each other"),
      (["--schedule", "bad.csv", "--horizon", "5"], 64, "exclude each other"),
      (["--schedule", "none.csv"], 66, "none.csv"), (["--schedule", "."], 66, "directory"),
      (["--schedule", "bad.csv"], 65, "bad.csv: line 2: learningRate is \"x\""),
      (["--schedule", "/dev/zero"], 66, "it is a device"),
      (["--family", "constant:learningRate=1", "--problem", "none.json"], 66, "none.json"),
      (["--family", "constant:learningRate=1", "--horizon", "0"], 64, "--horizon is 0"),
      (
        ["--family", "constant:learningRate=1", "--between", "hold"], 64,
        "--between and --family exclude each other"
      ),
      (["--family", "constant:learningRate=1", "--horizon", "1000000000000"], 64, "of memory"),
      (["--family", "constant:learningRate=1", "--learning-rate-limit", "0"], 64, "limit is 0"),
      (["--family", "constant:learningRate=1", "--momentum-limit", "1"], 64, "limit is 1"),
      (["--family", "constant:learningRate=1", "--output", ""], 64, "--output is empty"),
      (["--family", "constant:learningRate=1", "--output", "/dev/null/x"], 73, "/dev/null/x"),
      (["--nonsense"], 64, "--nonsense"),
    ]))
  func wrongUsage(_ arguments: [String], _ status: Int32, _ expected: String) throws {
    let scratch = try Scratch()
    _ = try scratch.write("step,learningRate\n0,x\n", to: "bad.csv")
    let result = try scratch.run("schedule-gap", arguments)
    result.expectRefusal(status: status, expected)
    #expect(try scratch.names() == ["bad.csv"])
  }

  @Test("What is assumed about a log is said on standard error, in the names of the options")
  func notes() throws {
    let scratch = try Scratch()
    let file = try scratch.write(problem)
    let options = ["--problem", file, "--no-plots", "--schedule"]
    func lines(_ name: String, _ more: String...) throws -> [String] {
      let result = try scratch.run("schedule-gap", options + [name] + more)
      #expect(result.status == 0, "\(result.errors)")
      return result.complaints.split(separator: "\n").map(String.init)
    }
    _ = try scratch.write(
      "epoch,lr-SGD,lr-SGD-momentum,step,train_loss\r\n,0.1,0.5,10,\r\n1,,,10,2.5\r\n,0.05,0.5,12,",
      to: "metrics.csv")
    #expect(
      try lines("metrics.csv", "--between", "linear") == [
        "schedule-gap: metrics.csv: the learning rate is read from \"lr-SGD\", the momentum is read from "
          + "\"lr-SGD-momentum\" (otherwise: --rate-column, --momentum-column)",
        "schedule-gap: metrics.csv: rows without a learning rate are left out, 1 of 3",
        "schedule-gap: metrics.csv: the log begins at step 10, and the schedule with it: earlier steps are not judged "
          + "(otherwise: --first-step, --between)",
        "schedule-gap: metrics.csv: 2 rows are 2 steps apart: rates between rows are interpolated; the schedule ends "
          + "with the last row, after 3 steps",
        "schedule-gap: metrics.csv: no momentum convention is stated, velocity is assumed: v = mu v - alpha g, theta = "
          + "theta + v (otherwise: --momentum-convention)",
      ])
    let given = try #require(try json(scratch)["schedules"]?.elements?[0])
    #expect(given["learningRate"]?.numbers == [0.1, (0.1 + 0.05) / 2, 0.05])
    #expect(given["momentum"]?.numbers == [0.5, 0.5, 0.5])
    #expect(try json(scratch)["options"]?["between"] == .string("linear"))
    #expect(try json(scratch)["options"]?["rateColumn"] == nil)
    // Nothing is said where nothing is assumed.
    _ = try scratch.write("step,learningRate,momentum\n0,0.1,0.5\n", to: "own.csv")
    #expect(try lines("own.csv", "--momentum-convention", "velocity").isEmpty)
    _ = try scratch.write(
      "{\"log_history\": [{\"step\": 1, \"learning_rate\": 0.1, \"loss\": 2, \"grad_norm\": NaN}]}",
      to: "state.json")
    #expect(try lines("state.json").isEmpty)
    _ = try scratch.write("{\"it\": 0, \"x\": 0.1}\n{\"it\": 1, \"x\": 0.2}\n", to: "log.jsonl")
    #expect(try lines("log.jsonl", "--step-column", "it", "--rate-column", "x").isEmpty)
  }

  @Test(
    "A log that can be read in several ways is refused, and the line names the option that decides",
    arguments: [
      (
        "step,lr\n0,1\n5,1\n", [String](), 65,
        "line 3: step is 5 after 0, and rows are 5 steps apart, expected --between hold"
      ),
      ("step,iter,lr\n0,0,1\n", [], 65, "expected --step-column with one of them"),
      (
        "step,value\n0,1\n", [], 65,
        "no column is known as the learning rate among \"step\", \"value\", expected --rate-column"
      ),
      (
        "step,value\n0,1\n", ["--rate-column", "lr"], 65,
        "there is no column \"lr\", expected one of \"step\", \"value\""
      ),
      (
        "step,lr,momentum,beta1\n0,1,0,0\n", [], 65,
        "\"momentum\", \"beta1\", expected --momentum-column with one of them"
      ),
      (
        "step,lr,momentum,momentumConvention\n0,1,0.5,pytorch\n", ["--momentum-convention", "optax"], 65,
        "states the momentum convention pytorch, expected --momentum-convention pytorch or none"
      ),
      (
        "step,lr\n0,1\n", ["--first-step", "1"], 65, "the last step is 0, expected --first-step at most that"
      ),
      ("step,lr\n0,1\n", ["--first-step", "-1"], 64, "--first-step is -1, expected an integer"),
      ("step,lr\n0,1\n", ["--between", "nearest"], 64, "--between is nearest, expected hold or linear"),
      (
        "step,lr\n0,1\n", ["--momentum-convention", "sgd"], 64,
        "--momentum-convention is sgd, expected velocity,"
      ),
      ("step,lr\n0,1\n", ["--rate-column="], 64, "--rate-column is empty, expected a name"),
    ])
  func undecided(_ text: String, _ options: [String], _ status: Int32, _ expected: String) throws {
    let scratch = try Scratch()
    _ = try scratch.write(text, to: "log.csv")
    let result = try scratch.run("schedule-gap", ["--schedule", "log.csv"] + options)
    result.expectRefusal(status: status, expected)
    #expect(try scratch.names() == ["log.csv"])
  }

  @Test func helpStatesUnitsDefaultsAndExitCodes() throws {
    let scratch = try Scratch()
    let result = try scratch.run("schedule-gap", ["--help"])
    #expect(result.status == 0)
    let phrases = ["1/curvature", "default: 250", "Exit status", "0.9999", "--full-series"]
    for phrase in phrases + FamilyText.familyNames {
      #expect(result.output.contains(phrase), "\(phrase)")
    }
  }
}
