import Foundation
import NoisyQuadratic
import NoisyQuadraticFiles
import TestSupport
import Testing

/// A client's way from a model made in code to a problem file and back, with what the library makes public.
@Suite struct ProblemInMemoryTests {
  private func models() throws -> [NoisyQuadraticModel] {
    [
      try NoisyQuadraticModel(
        curvature: [1 / 3, 0, 2], gradientNoise: [0.1, 0, 1e-300], initialSecondMoment: [0.7, 1e300, 3],
        multiplicity: [1, 2.5, 1e-9], batchSize: 0.3),
      try NoisyQuadraticModel(
        curvature: [1, 0.3], gradientNoise: [1, 0.1], initialMean: [0.1, -3], initialVariance: [0.7, 0]),
      try NoisyQuadraticModel(
        leastSquares: [1, 0.3], residualVariance: 0.1, initialSecondMoment: [1, 2], batchSize: 4),
      try NoisyQuadraticModel(
        leastSquares: [1, 0.3], residualVariance: 0, initialMean: [1, 2], initialVariance: [0, 1]),
    ]
  }

  @Test("A model made in code is written as a problem file and reads back as an equal problem")
  func written() throws {
    let scratch = try Scratch()
    for model in try models() {
      let problem = try NamedProblem(name: "mine", model: model)
      try problem.write(to: OutputDirectory(scratch.path + "/out"), as: "other.json")
      let again = try NamedProblem(contentsOf: scratch.path + "/out/other.json")
      #expect(again.model == model)
      #expect(again.name == "mine")
      #expect(
        try scratch.read("out/other.json").hasPrefix(
          "{\"format\": \"noisy-quadratic/problem\",\n \"version\": 1,\n \"name\": \"mine\",\n"))
      // Written once more, it is the same file.
      try again.write(to: OutputDirectory(scratch.path))
      #expect(try scratch.read("problem.json") == scratch.read("out/other.json"))
    }
  }

  @Test("A preset is written with its spectrum, and keeps its name under another file name")
  func spectraStaySpectra() throws {
    let scratch = try Scratch()
    let problem = try NamedProblem(.powerLaw)
    try problem.write(to: OutputDirectory(scratch.path))
    #expect(try scratch.read("problem.json").contains("{\"kind\": \"powerLaw\""))
    let again = try NamedProblem(contentsOf: scratch.path + "/problem.json")
    #expect(again.model == problem.model)
    #expect(again.name == problem.name)
  }

  @Test("An encoded model is a problem file, and a written problem file decodes as a model")
  func coded() throws {
    let scratch = try Scratch()
    for model in try models() {
      let text = String(decoding: try JSONEncoder().encode(model), as: UTF8.self)
      #expect(try NamedProblem(contentsOf: scratch.write(text, to: "coded.json")).model == model)
      try NamedProblem(name: "mine", model: model).write(to: OutputDirectory(scratch.path))
      let data = try Data(contentsOf: scratch.url.appendingPathComponent("problem.json"))
      #expect(try JSONDecoder().decode(NoisyQuadraticModel.self, from: data) == model)
    }
  }

  @Test(
    "A file of another format or version, and a start that is stated twice or by half, are one line each",
    arguments: [
      ("\"format\": \"noisy-quadratic/schedule\"", "format is \"noisy-quadratic/schedule\", expected"),
      ("\"format\": 3", "format is 3, expected"),
      ("\"version\": 2", "version is 2, expected 1; a newer version of this package wrote it"),
      ("\"version\": 0", "version is 0, expected 1"),
      ("\"version\": \"1\"", "version is \"1\", expected 1"),
      ("\"initialMean\": 0", "initialMean stands beside initialSecondMoment, expected one of them"),
      ("\"initialVariance\": [1]", "initialVariance stands beside initialSecondMoment, expected one of them"),
    ])
  func refused(_ member: String, _ expected: String) throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      "{\(member), \"curvature\": [1], \"gradientNoise\": 1, \"initialSecondMoment\": 1}")
    let error = #expect(throws: FileError.self) { try NamedProblem(contentsOf: path) }
    #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains { $0.isNewline } == false)
  }

  @Test("Means and variances at the start, as numbers or arrays")
  func meansAndVariances() throws {
    let scratch = try Scratch()
    let rest = "\"curvature\": [1, 2], \"gradientNoise\": 1"
    let path = try scratch.write("{\(rest), \"initialMean\": -1, \"initialVariance\": [0, 4]}")
    let model = try NamedProblem(contentsOf: path).model
    #expect(model.initialMean == [-1, -1])
    #expect(model.initialVariance == [0, 4])
    for (start, problem) in [
      ("\"initialMean\": 1", "initialVariance is missing"),
      ("\"initialVariance\": 1", "initialMean is missing"),
      ("\"initialMean\": 1, \"initialVariance\": -1", "initialVariance is -1"),
    ] {
      let path = try scratch.write("{\(rest), \(start)}")
      let error = #expect(throws: FileError.self) { try NamedProblem(contentsOf: path) }
      #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }
  }
}
