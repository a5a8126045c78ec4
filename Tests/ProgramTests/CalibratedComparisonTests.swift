import TestSupport
import Testing

@testable import NoisyQuadraticFiles

/// The program `calibrated-comparison` as its users meet it.
@Suite struct CalibratedComparisonTests {
  private let small = [
    "--images", "60", "--hessian-images", "40", "--hidden", "5", "--steps-before", "0,4", "--budget", "6",
    "--batch-size", "20", "--lanczos-steps", "5", "--repeats", "2",
    "--meta-steps", "4",
  ]
  private let names = ["calibrated-comparison.json", "runs.csv", "spectra.csv"]

  private func json(_ scratch: Scratch) throws -> JSONValue {
    try JSONReader.read(Array(try scratch.read("calibration/calibrated-comparison.json").utf8))
  }

  @Test func tablesFilesAndKeys() throws {
    let scratch = try Scratch()
    let result = try scratch.run("calibrated-comparison", small + ["--no-plots"])
    #expect(result.status == 0 && result.complaints.isEmpty, "\(result.errors)")
    for phrase in ["60 drawn digits", "model-greedy", "meta-descent-5", "Loss after 6 steps", "good for"] {
      #expect(result.output.contains(phrase), "\(phrase)")
    }
    #expect(try scratch.names(in: "calibration") == names)
    let json = try json(scratch)
    #expect(json["format"] == .string("noisy-quadratic/calibrated-comparison"))
    let checkpoints = try #require(json["checkpoints"]?.elements)
    #expect(checkpoints.map { $0["step"]?.number } == [0, 4])
    for checkpoint in checkpoints {
      let model = try #require(checkpoint["model"])
      let count = try #require(model["curvature"]?.numbers).count
      #expect(count > 0 && model["gradientNoise"]?.numbers?.count == count)
      #expect(model["initialSecondMoment"]?.numbers?.count == count)
      #expect(checkpoint["schedules"]?.elements?.count == 7)
      #expect(checkpoint["learningRates"]?["meta-descent-5"]?.number != nil)
    }
    let runs = try scratch.read("calibration/runs.csv").split(separator: "\n")
    #expect(runs.count == 1 + 2 * 7 * 7)
    #expect(
      runs[0] == "checkpoint,schedule,step,learningRate,predicted,local,measured,standardError,momentum")
    let spectra = try scratch.read("calibration/spectra.csv")
    #expect(spectra.hasPrefix("checkpoint,measure,curvature,weight\n0,eigenvalues,"))
  }

  @Test(.long) func momentumIsEverybodys() throws {
    let scratch = try Scratch()
    let result = try scratch.run(
      "calibrated-comparison", small + ["--no-plots", "--momentum", "0.8", "--export", "best"])
    // The optimum of the model at every checkpoint.
    for folder in ["best/steps-before-0", "best/steps-before-4"] {
      #expect(try scratch.read(folder + "/schedule.json").contains("\"momentumConvention\": \"velocity\""))
      #expect(try scratch.names(in: folder).contains("schedule_pytorch.py"))
    }
    #expect(result.status == 0 && result.output.contains("and momenta"), "\(result.errors)")
    let checkpoints = try #require(try json(scratch)["checkpoints"]?.elements)
    for checkpoint in checkpoints {
      #expect(checkpoint["momenta"]?["constant-6"]?.number == 0.8)
      let chosen = try #require(checkpoint["momenta"]?["meta-descent-5"]?.number)
      #expect(chosen > 0 && chosen < 1 && chosen != 0.8)
    }
    let rows = try scratch.read("calibration/runs.csv").split(separator: "\n").dropFirst()
    let momenta = rows.compactMap { row in
      Double(row.split(separator: ",", omittingEmptySubsequences: false).last ?? "")
    }
    #expect(
      momenta.count == 2 * 7 * 6 && momenta.allSatisfy { (0..<1).contains($0) } && momenta.contains(0.8))
    // What theory and practice are compared by must start from the same state.
    for row in rows.map({ $0.split(separator: ",", omittingEmptySubsequences: false) }) where row[2] == "0" {
      let (local, measured) = (try #require(Double(row[5])), try #require(Double(row[6])))
      #expect(abs(local - measured) < 1e-5 * measured)
    }
  }

  @Test(.long) func divergenceIsAResultAndKeepsWhatWasMeasured() throws {
    for (checkpoints, count) in [("0,4", 1), ("4", 0)] {
      let scratch = try Scratch()
      let result = try scratch.run(
        "calibrated-comparison",
        small.with(["--no-plots", "--learning-rate", "1e30", "--steps-before", checkpoints]))
      #expect(result.status == 0 && result.output.contains("Ended at step"), "\(result.errors)")
      let json = try json(scratch)
      #expect(json["checkpoints"]?.elements?.count == count)
      #expect(json["endedAtStep"]?.number.map { (1...4).contains($0) } == true)
    }
  }

  @Test("Units that two processes do are merged to the files of one", .long)
  func units() throws {
    let scratch = try Scratch()
    let common = small + ["--quiet", "--seeds", "2"]
    func run(_ options: String...) throws -> ProgramRun {
      try scratch.run("calibrated-comparison", common + options, path: "/nonexistent")
    }
    #expect(try run("--output", "whole", "--export", "best", "--threads", "3").status == 0)
    let list = try run("--list-units")
    for phrase in ["seed-0-step-0", "seed-1-step-4", "missing"] { #expect(list.output.contains(phrase)) }
    #expect(try run("--output", "a", "--units", "0,3").status == 0)
    let early = try run("--output", "merged", "--merge", "a", "b")
    early.expectRefusal(status: 66, "b: it does not exist")
    #expect(try run("--output", "b", "--units", "1-2").status == 0)
    #expect(
      try scratch.names(in: "b/units").filter { $0.hasSuffix(".unit") }
        == ["seed-0-step-4.unit", "seed-1-step-0.unit"])
    #expect(try run("--output", "merged", "--merge", "a", "b").status == 0)
    let summary = ["calibrated-comparison-seeds.csv", "calibrated-comparison-seeds.json"]
    #expect(try scratch.names(in: "merged") == summary + ["seed-0", "seed-1"])
    let files = summary + names.flatMap { ["seed-0/\($0)", "seed-1/\($0)"] }
    for name in files {
      #expect(try scratch.read("merged/" + name) == scratch.read("whole/" + name), "\(name)")
    }
    #expect(try scratch.read("whole/seed-0/runs.csv") != scratch.read("whole/seed-1/runs.csv"))
    let rows = try scratch.read("whole/" + summary[0]).split(separator: "\n")
    #expect(rows[0] == "table,row,figure,median,smallest,largest,seed0,seed1")
    #expect(rows.contains { $0.hasPrefix("losses,4 model-optimum,measured,") })
    // One seed alone.
    let alone = try scratch.run(
      "calibrated-comparison", small + ["--quiet", "--seed", "1", "--output", "alone"], path: "/nonexistent")
    #expect(alone.status == 0)
    for name in names { #expect(try scratch.read("alone/" + name) == scratch.read("whole/seed-1/" + name)) }
    for seed in 0...1 {
      #expect(try scratch.names(in: "best/seed-\(seed)") == ["steps-before-0", "steps-before-4"])
    }
    // Of other options.
    let other = try scratch.run(
      "calibrated-comparison", common.with(["--budget", "5", "--output", "merged", "--merge", "a", "b"]))
    other.expectRefusal(status: 65, "the unit is of other options: budget is 6, expected 5")
  }

  @Test func theModelIsAProblemFile() throws {
    let scratch = try Scratch()
    _ = try scratch.run("calibrated-comparison", small + ["--no-plots", "--quiet"])
    let json = try json(scratch)
    let checkpoint = try #require(json["checkpoints"]?.elements?.last)
    let file = try scratch.write(try #require(checkpoint["model"]).text)
    let model = try NamedProblem(contentsOf: file).model
    let (loss, offset) = try (
      #require(checkpoint["loss"]?.number), #require(checkpoint["lossOffset"]?.number)
    )
    #expect(abs(model.initialLoss + offset - loss) <= 1e-9 * model.initialLoss)
  }

  @Test(.long) func twoRunsAreEqual() throws {
    let scratch = try Scratch()
    var texts: [[String]] = []
    for _ in 0..<2 {
      let result = try scratch.run(
        "calibrated-comparison", small.with(["--quiet", "--activation", "tanh", "--steps-before", "4"]),
        path: "/nonexistent")
      #expect(result.status == 0 && result.output.isEmpty, "\(result.errors)")
      texts.append(try names.map { try scratch.read("calibration/" + $0) })
    }
    #expect(texts[0] == texts[1])
    #expect(
      try scratch.names(in: "calibration")
        == (names + ["predictions.gp", "schedules.gp", "spectra.gp"]).sorted())
  }

  @Test("Pictures are drawn where gnuplot is installed", .gnuplot, .long)
  func pictures() throws {
    let scratch = try Scratch()
    // One order has no standard error; at a wild rate there is little to see.
    for options in [
      [], ["--repeats", "1", "--steps-before", "0", "--budget", "1"], ["--learning-rate", "5"],
    ] {
      let result = try scratch.run("calibrated-comparison", small.with(["--quiet"] + options))
      #expect(result.status == 0, "\(result.errors)")
      for name in ["spectra", "predictions", "schedules"] {
        #expect(try scratch.read("calibration/\(name).svg").contains("</svg>"))
      }
    }
  }

  @Test(
    "Wrong usage is one line, status 64 to 78, and writes nothing",
    arguments: LongTest.cases([
      (["--images", "0"], Int32(64), "--images is 0"), (["--images", "x"], 64, "--images is x"),
      (["--images", "10"], 64, "--batch-size is 100"),
      (["--steps-before", "1,"], 64, "--steps-before is 1, (entry 2 is empty), expected integers"),
      (["--steps-before", "-1"], 64, "--steps-before is -1"),
      (["--steps-before", "1,2,3,4,5,6,7"], 64, "--steps-before has 7 numbers"),
      (["--budget", "0"], 64, "--budget is 0"), (["--learning-rate", "nan"], 64, "--learning-rate is nan"),
      (["--batch-size", "0"], 64, "batch-size is 0"),
      (["--hidden", "10,x"], 64, "--hidden is 10,x (entry 2 is x), expected integers"),
      (["--activation", "gelu"], 64, "--activation is gelu"),
      (["--lanczos-steps", "0"], 64, "--lanczos-steps is 0"), (["--repeats", "0"], 64, "--repeats is 0"),
      (["--meta-steps", "0"], 64, "--meta-steps is 0"),
      (["--hessian-images", "0"], 64, "--hessian-images is 0"),
      (["--seed", "-1"], 64, "--seed is -1"), (["--data", "nowhere"], 66, "nowhere"),
      (["--output", ""], 64, "--output is empty"), (["--output", "/dev/null/x"], 73, "/dev/null/x"),
      (["--nonsense"], 64, "--nonsense"),
    ]))
  func wrongUsage(_ arguments: [String], _ status: Int32, _ expected: String) throws {
    let scratch = try Scratch()
    let result = try scratch.run("calibrated-comparison", ["--images", "200"].with(arguments))
    result.expectRefusal(status: status, expected)
    #expect(try scratch.names().isEmpty)
  }

  @Test func helpStatesUnitsDefaultsAndExitCodes() throws {
    let scratch = try Scratch()
    let result = try scratch.run("calibrated-comparison", ["--help"])
    #expect(result.status == 0)
    for phrase in ["cross-entropy", "0,100,1000", "Exit status", "5000", "./calibration"] {
      #expect(result.output.contains(phrase), "\(phrase)")
    }
  }
}
