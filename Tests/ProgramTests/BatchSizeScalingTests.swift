import Foundation
import TestSupport
import Testing

@testable import NoisyQuadraticFiles

/// The program `batch-size-scaling` as its users meet it.
@Suite struct BatchSizeScalingTests {
  private static let two = """
    {"name": "two", "curvature": [1, 0.2], "gradientNoise": {"kind": "proportionalToCurvature", "scale": 1},
     "initialSecondMoment": 1}
    """

  private func json(_ scratch: Scratch) throws -> JSONValue {
    try JSONReader.read(Array(try scratch.read("batch-size-scaling/scaling.json").utf8))
  }

  @Test("Files and tables hold the same steps", .long)
  func small() throws {
    let scratch = try Scratch()
    let file = try scratch.write(Self.two)
    let result = try scratch.run(
      "batch-size-scaling",
      [
        "--problem", file, "--batch-sizes", "8,1", "--powers", "0,0.5", "--pieces", "2", "--target", "0.05",
        "--no-plots",
      ])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    #expect(try scratch.names(in: "batch-size-scaling") == ["scaling.csv", "scaling.json"])
    let problems = try #require(try json(scratch)["problems"]?.elements)
    #expect(problems.count == 1 && problems[0]["dimension"]?.number == 2)
    let curves = try #require(problems[0]["curves"]?.elements)
    // The bound, the schedule and the pieces, and three methods with two preconditioners.
    #expect(curves.count == 3 + 3 * 2)
    let points = try curves.map { try #require($0["points"]?.elements) }
    #expect(points.allSatisfy { $0.map { $0["batchSize"]?.number } == [1, 8] })
    let steps = points.map { $0.compactMap { $0["steps"]?.number } }
    // No method is faster than the best schedule, and none needs more steps with larger batches. Momentum may be.
    for (i, curve) in curves.enumerated() {
      #expect(steps[i].count == 2 && steps[i][1] <= steps[i][0])
      for point in points[i] {
        let (loss, before) = (
          try #require(point["loss"]?.number), try #require(point["previousLoss"]?.number)
        )
        #expect(loss <= 0.05 && before > 0.05)
        #expect(steps[0][0] <= steps[i][0], "\(curve)")
      }
    }
    #expect(steps[1][0] <= steps[2][0])
    // The momentum is there for momentum alone.
    #expect(
      points.map { $0[0]["momentum"]?.number != nil } == [
        false, false, false, false, false, true, true, false, false,
      ])
    let lines = try scratch.read("batch-size-scaling/scaling.csv").split(separator: "\n")
    #expect(lines.count == 1 + 9 * 2)
    #expect(lines[1].hasPrefix("two,bound,0,1,true,\(Int(steps[0][0])),"))
    let rows = result.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(rows.contains(["1"] + [0, 1, 2, 3, 5, 7].map { "\(Int(steps[$0][0]))" }))
    #expect(rows.contains(["8"] + [3, 4, 5, 6, 7, 8].map { "\(Int(steps[$0][1]))" }))
  }

  @Test("Without the power 0, tables and plots are those of the lowest power", .long)
  func powers() throws {
    let scratch = try Scratch()
    let file = try scratch.write(Self.two)
    let result = try scratch.run(
      "batch-size-scaling",
      [
        "--problem", file, "--batch-sizes", "1,8", "--powers", "0.25,0.5", "--pieces", "2", "--target",
        "0.05",
      ])
    #expect(result.status == 0)
    let head = try #require(result.output.split(separator: "\n").first { $0.contains("batch  ") })
    for name in ["bound", "schedule", "pieces-2", "average", "momentum", "constant"] {
      #expect(head.contains(name), "\(head)")
    }
    let script = try scratch.read("batch-size-scaling/scaling.gp")
    for title in ["best schedule", "constant rate"] { #expect(script.contains("title '\(title)'")) }
  }

  @Test("Pictures show all methods, and unreachable targets are dashes", .long)
  func plots() throws {
    let scratch = try Scratch()
    let result = try scratch.run(
      "batch-size-scaling",
      [
        "--dimension", "40", "--bins", "6", "--batch-sizes", "1,64", "--powers", "0,0.5", "--pieces", "2",
        "--target", "0.4", "--max-steps", "60", "--quiet",
      ])
    #expect(result.status == 0 && result.output.isEmpty && result.errors.isEmpty, "\(result.errors)")
    let names = try scratch.names(in: "batch-size-scaling")
    for name in ["scaling", "scaling-powers", "scaling-rates", "scaling-schedules"] {
      #expect(names.contains(name + ".gp"))
    }
    let script = try scratch.read("batch-size-scaling/scaling.gp")
    for title in ["constant rate", "rate and momentum", "averaged iterates", "2 pieces", "perfect scaling"] {
      #expect(script.contains("title '\(title)'"))
    }
    let problems = try #require(try json(scratch)["problems"]?.elements)
    #expect(problems.compactMap { $0["dimension"]?.number } == [6, 40])
    // A point that is not reached has no figures.
    let rows = try scratch.read("batch-size-scaling/scaling.csv").split(separator: "\n")
    let missed = rows.filter { $0.contains(",false,") }
    #expect(!missed.isEmpty && missed.allSatisfy { $0.hasSuffix(",false,,,,,,,,,,") })
    let points = problems.flatMap { $0["curves"]?.elements ?? [] }.flatMap { $0["points"]?.elements ?? [] }
    #expect(points.count { $0["isReached"] == .bool(false) && $0["loss"] == .null } == missed.count)
  }

  @Test("A target that nothing reaches is told in plain words, and pictures of nothing are left out", .long)
  func unreachable() throws {
    let scratch = try Scratch()
    let result = try scratch.run(
      "batch-size-scaling",
      [
        "--dimension", "5", "--spectrum", "exact", "--batch-sizes", "1,64", "--powers", "0", "--pieces", "2",
        "--target", "0.001", "--max-steps", "60",
      ])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    for line in [
      "- : the target is not reached within 60 steps",
      "scaling-rates is not drawn: it has no point to show.",
    ] { #expect(result.output.contains(line + "\n"), "\(result.output)") }
    #expect(!result.output.contains("%"))
    let names = try scratch.names(in: "batch-size-scaling")
    #expect(!names.contains("scaling-rates.gp") && names.contains("scaling.gp"), "\(names)")
  }

  @Test(arguments: [
    (["--target", "0"], "--target is 0"), (["--batch-sizes", "4,x"], "--batch-sizes"),
    (["--powers", "1"], "--powers"),
    (["--pieces", "1"], "--pieces"), (["--bins", "1"], "--bins"),
    (["--momentum-limit", "1"], "--momentum-limit"),
    (["--preset", "power-law", "--dimension", "5"], "--dimension"), (["--spectrum", "fine"], "--spectrum"),
    (["--preset", "power-law", "--problem", "x.json"], "--preset"), (["--max-steps", "0"], "--max-steps"),
  ]) func wrongUsage(_ arguments: [String], _ text: String) throws {
    let scratch = try Scratch()
    try scratch.run("batch-size-scaling", arguments).expectRefusal(status: 64, text)
    #expect(try scratch.names().isEmpty)
  }
}
