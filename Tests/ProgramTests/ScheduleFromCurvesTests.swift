import Foundation
import TestSupport
import Testing

@testable import NoisyQuadraticFiles

/// The program as its users meet it.
@Suite struct ScheduleFromCurvesTests {
  private let quick = ["--optimizer", "adaptive", "--replicates", "0", "--no-decays", "--no-plots"]

  private func json(_ scratch: Scratch) throws -> JSONValue {
    try JSONReader.read(Array(try scratch.read("schedule-from-curves/curve-fit.json").utf8))
  }

  /// A directory with three curves.
  private func curves() throws -> Scratch {
    let scratch = try Scratch()
    for (name, rates) in [
      ("cosine", SampleCurve.cosine(48)), ("drop", SampleCurve.drop(48)),
      ("constant", Array(repeating: 0.1, count: 64)),
    ] { _ = try scratch.write(SampleCurve.text(rates), to: name + ".csv") }
    return scratch
  }

  @Test("Curves in; table, files and the exported optimum out", .long)
  func wholePath() throws {
    let scratch = try curves()
    let result = try scratch.run(
      "schedule-from-curves",
      [
        "--fit", "cosine.csv,drop.csv", "--test", "constant.csv", "--horizon", "30", "--peak", "0.08",
        "--floor",
        "0.01", "--warmup", "4", "--monotone", "--export", "best",
      ] + quick)
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      try scratch.names(in: "schedule-from-curves")
        == ["curve-fit.csv", "curve-fit.json", "optimal-schedule.csv", "schedules.csv"])
    let json = try json(scratch)
    #expect(json["format"] == .string("noisy-quadratic/curve-fit"))
    #expect(json["options"]?["fit"] == .array([.string("cosine.csv"), .string("drop.csv")]))
    #expect(json["options"]?["program"] == .string("schedule-from-curves"))
    let test = try #require(json["tests"]?.elements?.first)
    #expect(test["file"] == .string("constant.csv"))
    // The losses are those of a model of this kind.
    #expect((test["worstRelativeError"]?.number ?? 1) < 0.05)
    let schedules = try #require(json["schedules"]?.elements)
    #expect(schedules.count == 9 && schedules[0]["name"] == .string("optimal"))
    let losses = schedules.compactMap { $0["predictedFinalLoss"]?.number }
    #expect(losses.count == 9)
    for loss in losses { #expect(loss >= losses[0] * (1 - 1e-9)) }
    let best = try #require(schedules[0]["learningRate"]?.numbers)
    #expect(best.count == 30)
    for t in 0..<4 { #expect(abs(best[t] - 0.08 * Double(t + 1) / 5) < 1e-15) }
    #expect(best[4...].allSatisfy { $0 >= 0.01 && $0 <= 0.08 })
    #expect(zip(best[4...], best[5...]).allSatisfy { $0 >= $1 })
    let exported = try JSONReader.read(Array(try scratch.read("best/schedule.json").utf8))
    #expect(exported["learningRate"]?.numbers == best)
    #expect(exported["provenance"]?["predictedFinalLoss"] == .number(losses[0]))
    #expect(try scratch.names(in: "best/cosine").contains("schedule_pytorch.py"))
    for words in ["held-out curve", "optimal", "above optimal", "The best schedule is predicted to end at"] {
      #expect(result.output.contains(words), "\(words)")
    }
    #expect(!result.output.contains(" \n"))
    let lines = result.complaints.split(separator: "\n")
    #expect(lines[0].hasSuffix("is read from \"lr\", as in 2 other files (otherwise: --rate-column)"))
    #expect(lines.contains { $0.contains("warning: two curves cannot test the model") })
  }

  @Test("Rows after the first step, rates in other files, and notes that many files share", .long)
  func notesAndSchedules() throws {
    let scratch = try Scratch()
    var rates = "step,learningRate\n"
    for (t, rate) in SampleCurve.cosine(48).enumerated() { rates += "\(t),\(rate)\n" }
    _ = try scratch.write(rates, to: "rates.csv")
    for name in ["a.csv", "b.csv"] {
      _ = try scratch.write(SampleCurve.text(SampleCurve.cosine(48), from: 8), to: name)
    }
    let own = try scratch.run("schedule-from-curves", ["--fit", "a.csv,b.csv"] + quick)
    #expect(own.status == 0)
    let lines = own.complaints.split(separator: "\n")
    #expect(lines[0].hasSuffix("is read from \"lr\", as in another file (otherwise: --rate-column)"))
    #expect(lines[1].contains("begins 8 steps after") && lines[1].contains("as in another file"))
    #expect(lines.contains { $0.contains("warning: the rates of all curves are proportional") })
    #expect(try json(scratch)["givenSteps"] == .number(8))
    let other = try scratch.run(
      "schedule-from-curves", ["--fit", "a.csv,b.csv", "--schedules", "rates.csv,rates.csv"] + quick)
    #expect(other.status == 0)
    #expect(!other.complaints.contains("as in another file"))
    #expect(try json(scratch)["givenSteps"] == .number(0))
  }

  @Test("A run so far is the beginning of every schedule", .long)
  func continuation() throws {
    let scratch = try curves()
    _ = try scratch.write("step,lr\n0,0.02\n1,0.03\n2,0.07\n", to: "run.csv")
    let result = try scratch.run(
      "schedule-from-curves",
      ["--fit", "cosine.csv,drop.csv", "--continue", "run.csv", "--horizon", "20"] + quick)
    #expect(result.status == 0, "\(result.errors)")
    let schedules = try #require(try json(scratch)["schedules"]?.elements)
    for schedule in schedules {
      #expect(schedule["learningRate"]?.numbers?.prefix(3) == [0.02, 0.03, 0.07])
    }
    #expect(result.output.contains("of which the first 3 are the run so far"))
  }

  @Test(
    "Wrong usage and data are one line, and write nothing",
    arguments: LongTest.cases(
      [
        (["--test", "a.csv"], Int32(64), "--test is given without --fit, expected both"),
        (["--continue", "a.csv"], 64, "--continue is given without --fit"),
        (
          ["--fit", "a.csv", "--schedules", "a.csv,a.csv"], 64, "--schedules has 2 files, expected 1, as many"
        ),
        (
          ["--fit", "a.csv", "--test", "a.csv", "--schedules", "a.csv,a.csv,a.csv"], 64,
          "expected 1, or 2 with"
        ),
        (["--fit", "--test", "a.csv"], 64, "--fit is --test, expected a path"),
        (["--fit", "a.csv,"], 64, "--fit is a.csv, (entry 2 is empty), expected a file"),
        (["--replicates", "1"], 64, "--replicates is 1, expected 0 or an integer from 2"),
        (["--level", "1"], 64, "--level is 1, expected a number above 0 and below 1"),
        (["--optimizer", "adam"], 64, "--optimizer is adam, expected automatic, adaptive or sgd"),
        (["--fit", "none.csv"], 66, "cannot read none.csv"),
        (["--fit", "bad.csv"], 65, "bad.csv: line 3: loss is -1.0, expected a number > 0"),
        (["--fit", "a.csv", "--loss-column", "x"], 65, "there is no column \"x\""),
        (["--fit", "a.csv", "--first-step", "9"], 65, "expected --first-step at most that"),
        (["--fit", "a.csv,a.csv"], 65, "a.csv, a.csv: losses is 4, expected at least 20"),
        (["--fit", "a.csv", "--floor", "2"], 64, "--floor is 2.0, expected from 0 to the peak rate 1.0"),
        (["--fit", "a.csv", "--horizon", "3", "--warmup", "3"], 64, "--warmup is 3, expected from 0 to 2"),
        (
          ["--fit", "a.csv", "--horizon", "2", "--continue", "a.csv"], 64,
          "--horizon is 2, expected more than the 3"
        ),
        (
          ["--fit", "schedules.csv", "--output", "."], 64,
          "--output is ., where it would replace schedules.csv"
        ),
        (
          ["--fit", "schedule.csv", "--export", "."], 64, "--export is ., where it would replace schedule.csv"
        ),
        (["--fit", "a.csv", "--output", "/dev/null/x"], 73, "/dev/null/x"),
      ] as [([String], Int32, String)]))
  func wrongUsage(_ arguments: [String], _ status: Int32, _ expected: String) throws {
    let scratch = try Scratch()
    let names = ["a.csv", "schedule.csv", "schedules.csv"]
    for name in names { _ = try scratch.write("step,learningRate,loss\n1,1,3\n2,1,2\n", to: name) }
    _ = try scratch.write("step,learningRate,loss\n1,1,3\n2,1,-1\n", to: "bad.csv")
    let result = try scratch.run("schedule-from-curves", arguments + ["--quiet"])
    result.expectRefusal(status: status, expected)
    #expect(try scratch.names() == (names + ["bad.csv"]).sorted())
  }

  @Test("Help has examples with a person's own files, units and exit statuses")
  func help() throws {
    let help = try Scratch().run("schedule-from-curves", ["--help"]).output
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for phrase in ["--fit cosine.csv,constant.csv", "Units:", "Exit status", "automatic, adaptive or sgd"] {
      #expect(help.contains(phrase), "\(phrase)")
    }
  }

  @Test("Without a file the whole path is taken on simulated curves, and the truth is shown", .long)
  func simulated() throws {
    let scratch = try Scratch()
    let result = try scratch.run(
      "schedule-from-curves", ["--replicates", "0", "--no-decays", "--no-plots"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("of the true optimum"))
    let json = try json(scratch)
    let truth = try #require(json["trueOptimalLoss"]?.number)
    let reached = try #require(json["schedules"]?.elements?[0]["trueFinalLoss"]?.number)
    #expect(reached >= truth * (1 - 1e-6) && reached <= 1.01 * truth)
  }
}
