import Foundation
import NoisyQuadratic
import TestSupport
import Testing

@testable import NoisyQuadraticFiles

/// The program as its users meet it.
@Suite struct ProblemFromSpectrumTests {
  private let name = "problem-from-spectrum"

  private func json(_ scratch: Scratch) throws -> JSONValue {
    try JSONReader.read(Array(try scratch.read("spectrum/spectrum.json").utf8))
  }

  private func model(_ scratch: Scratch) throws -> NoisyQuadraticModel {
    try NamedProblem(contentsOf: scratch.path + "/spectrum/problem.json").model
  }

  /// Writes numbers as NumPy does.
  private func write(_ values: [Double], shape: String, to name: String, in scratch: Scratch) throws -> String
  {
    let header = "{'descr': '<f8', 'fortran_order': False, 'shape': \(shape), }\n"
    var bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
    for value in values {
      bytes += (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt64($0))) }
    }
    let url = scratch.url.appendingPathComponent(name)
    try Data(bytes).write(to: url)
    return url.path
  }

  @Test("Eigenvalues, weights and noise from a table become a problem that other programs take")
  func table() throws {
    let scratch = try Scratch()
    let file = try scratch.write(
      "lambda,weight,noise\n4,1,8\n-1,0.5,9\n0,0.5,9\n1,2,3\n7,0,9\n", to: "mine.csv")
    let result = try scratch.run(
      name,
      [
        "--spectrum", file, "--noise-file", file, "--parameters", "100", "--initial-loss", "2.5",
        "--batch-size", "8", "--no-plots",
      ])
    #expect(result.status == 0, "\(result.errors)")
    let lines = result.complaints.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(
      lines[0].hasSuffix("mine.csv: the eigenvalue is read from \"lambda\" (otherwise: --eigenvalue-column)"))
    let warnings = lines.map { $0.dropFirst(name.count + 2) }
    #expect(warnings[1] == "warning: the weights sum to 4.00000, expected 1: they were divided by their sum")
    #expect(
      warnings[2]
        == "warning: 25.0% of the weight is left out of the problem: 12.5% at negative eigenvalues, "
        + "12.5% at or near zero")
    // 2 · 2.5 / (25 · 4 + 50 · 1)
    let moment = 5.0 / 150
    #expect(
      try model(scratch)
        == NoisyQuadraticModel(
          curvature: [4, 1], gradientNoise: [8, 3], initialSecondMoment: [moment, moment],
          multiplicity: [25, 50], batchSize: 8))
    #expect(try scratch.names(in: "spectrum") == ["problem.json", "spectrum.csv", "spectrum.json"])
    let json = try json(scratch)
    #expect(json["format"] == .string("noisy-quadratic/spectrum") && json["version"] == .number(1))
    #expect(json["shareLeftOut"]?["value"] == .number(0.25))
    #expect(json["spectrum"]?["mean"]?["standardError"] == .null)
    #expect(json["entries"]?.elements?.compactMap { $0["count"]?.number } == [2, 1, 1, 1])
    #expect(json["options"]?["initialLoss"] == .number(2.5) && json["options"]?["seed"] == nil)
    #expect(json["provenance"]?["format"] == .string("csv"))
    #expect(
      try scratch.read("spectrum/spectrum.csv").split(separator: "\n").prefix(3)
        == [
          "eigenvalue,weight,fate,multiplicity,gradientNoise,initialSecondMoment",
          "4,0.25,kept,25,8,\(moment.jsonText)", "-1,0.125,negative,,,",
        ])
    let run = try scratch.run(
      "schedule-gap",
      [
        "--problem", "spectrum/problem.json", "--family", "constant:learningRate=0.1", "--horizon", "3",
        "--no-plots",
      ])
    #expect(run.status == 0, "\(run.errors)")
    // What it wrote is a spectrum, too.
    let again = try scratch.run(name, ["--spectrum", "spectrum/spectrum.csv", "--no-plots", "--quiet"])
    #expect(again.status == 0 && again.output.isEmpty)
    #expect(try model(scratch).multiplicity == [0.25, 0.5])
  }

  @Test("M4, W4: a Hessian and gradients of examples give noise and start in its basis")
  func gradients() throws {
    let scratch = try Scratch()
    // Eigenvalues 3 and 1 along (1, 1) and (1, -1).
    let hessian = try write([2, 1, 1, 2], shape: "(2, 2)", to: "h.npy", in: scratch)
    let rows = [[1.0, 3], [2, 0], [3, 3], [6, 2]]
    let examples = try write(rows.flatMap { $0 }, shape: "(4, 2)", to: "g.npy", in: scratch)
    let result = try scratch.run(name, ["--hessian", hessian, "--gradients", examples, "--no-plots"])
    #expect(result.status == 0 && result.complaints.isEmpty, "\(result.errors)")
    #expect(result.output.contains("initial loss, unbiased from gradients"))
    let model = try model(scratch)
    for (i, direction) in [[1.0, -1], [1, 1]].enumerated() {
      let x = rows.map { ($0[0] * direction[0] + $0[1] * direction[1]) / 2.0.squareRoot() }
      let mean = x.reduce(0, +) / 4
      let c = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3
      let h = [1.0, 3][i]
      #expect(abs(model.curvature[i] - h) <= 1e-14)
      #expect(abs(model.gradientNoise[i] - c) <= 1e-13)
      #expect(abs(model.initialSecondMoment[i] - max(mean * mean - c / 4, 0) / h / h) <= 1e-13)
    }
    #expect(model.multiplicity == [1, 1])
    // The same with eigenvalues and eigenvectors from elsewhere.
    let s = 0.5.squareRoot()
    let vectors = try write([s, s, -s, s], shape: "(2, 2)", to: "v.npy", in: scratch)
    let values = try scratch.write("[1, 3]", to: "l.json")
    let other = try scratch.run(
      name,
      ["--spectrum", values, "--eigenvectors", vectors, "--gradients", examples, "--no-plots", "--quiet"])
    #expect(other.status == 0 && other.output.isEmpty, "\(other.errors)")
    let again = try self.model(scratch)
    for (a, b) in zip(again.gradientNoise, model.gradientNoise) { #expect(abs(a - b) <= 1e-13) }
  }

  @Test("Without a file it measures a Hessian of its own, and draws")
  func example() throws {
    let scratch = try Scratch()
    let result = try scratch.run(name, ["--probes", "2", "--steps", "12"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("24 eigenvalues in 2 lists"))
    let json = try json(scratch)
    #expect(json["provenance"]?["builtIn"] == .string("synthetic-hessian"))
    #expect(json["options"]?["seed"] == .number(0))
    // Its largest eigenvalue is 10, and twelve steps find it.
    #expect(abs((json["problem"]?["maximumCurvature"]?.number ?? 0) - 10) <= 1e-3)
    let names = try scratch.names(in: "spectrum")
    #expect(names.contains("spectrum.gp"))
    #expect(names.contains("spectrum.svg") == !result.output.contains("gnuplot is not installed"))
  }

  @Test("Bad files are refused in one line, and nothing is written")
  func badFiles() throws {
    let scratch = try Scratch()
    let good = try scratch.write("eigenvalue,weight\n1,0.5\n2,0.5\n", to: "good.csv")
    let asymmetric = try write([1, 2, 3, 4], shape: "(2, 2)", to: "asymmetric.npy", in: scratch)
    let wide = try write([1, 2], shape: "(1, 2)", to: "wide.npy", in: scratch)
    let cut = try write([1, 2], shape: "(3,)", to: "cut.npy", in: scratch)
    let noise = try scratch.write("[1]", to: "noise.json")
    let negative = try scratch.write("-1\n-2\n", to: "negative.csv")
    for (arguments, problem) in [
      (["--hessian", asymmetric], "the Hessian[1][0] is 3.0 but the Hessian[0][1] is 2.0"),
      (["--hessian", wide], "it has 1 rows and 2 columns"), (["--spectrum", cut], "the file is cut off"),
      (["--spectrum", good, "--noise-file", noise], "it has 1 numbers, expected 2, one per eigenvalue"),
      (["--spectrum", good, "--weight-column", "x"], "there is no column \"x\""),
      (["--spectrum", negative], "the largest eigenvalue is -1.0, expected one above the floor"),
      (
        ["--spectrum", good, "--eigenvectors", wide, "--gradients", wide],
        "it has weights, expected one list without weights"
      ),
    ] {
      try scratch.run(name, arguments).expectRefusal(status: 65, problem)
    }
    try scratch.run(name, ["--spectrum", "nowhere.csv"]).expectRefusal(status: 66, "no such file")
    #expect(!(try scratch.names().contains("spectrum")))
  }

  @Test(
    "Options that have no meaning together are refused",
    arguments: [
      (["--spectrum", "a", "--hessian", "b"], "--spectrum and --hessian exclude each other"),
      (["--spectrum", "a", "--seed", "1"], "--seed and --spectrum exclude each other"),
      (["--noise", "1", "--noise-scale", "2"], "--noise-scale and --noise exclude each other"),
      (["--moment", "1", "--initial-loss", "2"], "--initial-loss and --moment exclude each other"),
      (["--gradients", "g"], "--gradients is given without --hessian or --eigenvectors, expected both"),
      (["--hessian", "h", "--gradients", "g", "--noise", "1"], "--noise and --gradients exclude each other"),
      (["--noise-column", "c"], "--noise-column is given without --noise-file, expected both"),
      (["--floor", "1"], "--floor is 1, expected a number at least 0 and below 1"),
      (
        ["--spectrum", "a", "--initial-loss", "2"],
        "--initial-loss is given without --parameters, expected both"
      ),
      (["--name", " "], "--name is  , expected one line"),
    ])
  func contradictions(_ arguments: [String], _ expected: String) throws {
    try Scratch().run(name, arguments).expectRefusal(status: 64, expected)
  }
}
