import Foundation
import NoisyQuadratic
import TestSupport
import Testing

@testable import NoisyQuadraticFiles

/// The option `--export` as its users meet it.
@Suite struct ExportTests {
  private let problem = """
    {"name": "two", "curvature": [1, 0.01], "gradientNoise": {"kind": "proportionalToCurvature", "scale": 1},
     "initialSecondMoment": 1}
    """
  private let all = [
    "learning_rate_optax.npy", "learning_rate_pytorch.npy", "learning_rate_velocity.npy",
    "momentum_optax.npy",
    "momentum_pytorch.npy", "momentum_velocity.npy", "schedule.csv", "schedule.json", "schedule_mlx.py",
    "schedule_optax.py", "schedule_pytorch.py",
  ]

  private func json(_ scratch: Scratch, _ name: String) throws -> JSONValue {
    try JSONReader.read(Array(try scratch.read(name).utf8))
  }

  @Test("compare-horizons exports the full horizon's schedule, and the others by name")
  func comparison() throws {
    let scratch = try Scratch()
    let file = try scratch.write(problem)
    let result = try scratch.compareHorizons([
      "--problem", file, "--horizon", "6", "--lookahead", "2", "--no-plots", "--export", "out/best",
    ])
    #expect(result.status == 0)
    #expect(result.complaints.isEmpty)
    #expect(result.output.hasSuffix("\nWritten to ./comparison\nExported to out/best\n"))
    #expect(try scratch.names(in: "out/best") == (all + ["constant", "greedy", "lookahead-2"]).sorted())
    #expect(try scratch.names(in: "out/best/greedy") == all)
    let rows = try #require(try json(scratch, "comparison/comparison.json")["schedules"]?.elements)
    for row in rows {
      guard case .string(let name) = try #require(row["name"]) else { continue }
      let export = try json(scratch, "out/best/\(name == "full-horizon" ? "" : name + "/")schedule.json")
      #expect(export["momentumConvention"] == .string("velocity"))
      #expect(export["learningRate"] == row["learningRate"])
      #expect(export["momentum"] == row["momentum"])
      let provenance = try #require(export["provenance"])
      #expect(provenance["finalLoss"] == row["finalLoss"])
      #expect(provenance["problem"] == .string("two"))
      #expect(provenance["options"]?["program"] == .string("compare-horizons"))
      #expect(provenance["options"]?["programVersion"] == .string(PackageVersion.current))
    }
  }

  @Test("schedule-gap exports the best schedule, and meta-surface that of every horizon", .long)
  func others() throws {
    let scratch = try Scratch()
    let file = try scratch.write(problem)
    let gap = try scratch.run(
      "schedule-gap",
      [
        "--problem", file, "--family", "cosine:initialValue=0.5", "--horizon", "6", "--no-plots", "--quiet",
        "--export", "gap",
      ])
    #expect(gap.status == 0)
    #expect(gap.output.isEmpty)
    #expect(try scratch.names(in: "gap") == all)
    #expect(
      try scratch.read("gap/schedule.csv") == scratch.read("schedule-gap/optimal-schedule.csv"))
    try scratch.run(
      "schedule-gap", ["--problem", file, "--schedule", "./gap/schedule.csv", "--export", "gap/"]
    ).expectRefusal(status: 64, "--export is gap/, where it would replace --schedule")
    // The export is a schedule that the program reads, and that nothing beats.
    let again = try scratch.run(
      "schedule-gap", ["--problem", file, "--schedule", "gap/schedule.json", "--no-plots"])
    #expect(again.status == 0)
    #expect(again.complaints.isEmpty)
    #expect(again.output.contains("no better schedule is known"))
    let surface = try scratch.run(
      "meta-surface",
      [
        "--problem", file, "--horizons", "4,8", "--grid", "2", "--meta-steps", "0", "--no-plots", "--export",
        "surface",
      ])
    #expect(surface.status == 0)
    #expect(try scratch.names(in: "surface") == ["horizon-4", "horizon-8"])
    #expect(try scratch.names(in: "surface/horizon-8") == all)
    #expect(try json(scratch, "surface/horizon-8/schedule.json")["learningRate"]?.numbers?.count == 8)
  }

  @Test("A schedule in PyTorch's convention is exported in it, and converted for optax")
  func otherConvention() throws {
    let scratch = try Scratch()
    let file = try scratch.write(problem)
    let result = try scratch.run(
      "schedule-gap",
      [
        "--problem", file, "--family", "constant:learningRate=0.1,momentum=0.5", "--horizon", "4",
        "--momentum-convention", "pytorch", "--no-plots", "--export", "out",
      ])
    #expect(result.status == 0)
    #expect(try scratch.names(in: "out") == all.filter { !$0.contains("velocity") })
    #expect(try json(scratch, "out/schedule.json")["momentumConvention"] == .string("pytorch"))
  }

  @Test("A directory that cannot be created is one line, before anything is computed or written")
  func refused() throws {
    let scratch = try Scratch()
    let file = try scratch.write(problem)
    let result = try scratch.compareHorizons(["--problem", file, "--horizon", "6", "--export", file])
    #expect(result.status == 73)
    #expect(result.isOneComplaint)
    #expect(try scratch.names() == ["problem.json"])
  }

  @Test("compare-horizons reads a model that was encoded in code")
  func encodedModel() throws {
    let scratch = try Scratch()
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.3], gradientNoise: [1, 0.1], initialMean: [0.1, -3], initialVariance: [0.7, 0])
    let file = try scratch.write(
      String(decoding: try JSONEncoder().encode(model), as: UTF8.self), to: "coded.json")
    let result = try scratch.compareHorizons([
      "--problem", file, "--horizon", "3", "--no-plots", "--no-momentum",
    ])
    #expect(result.status == 0)
    let written = try json(scratch, "comparison/comparison.json")["problem"]
    #expect(written?["initialLoss"] == .number(model.initialLoss))
    #expect(written?["name"] == .string("coded"))
  }
}
