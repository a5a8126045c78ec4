import Foundation
import NoisyQuadratic
import TestSupport
import Testing

@testable import NoisyQuadraticFiles

@Suite struct NamedProblemTests {
  private let good = ["\"curvature\": [1, 2]", "\"gradientNoise\": 1", "\"initialSecondMoment\": 1"]

  private func file(_ members: [String]) -> String { "{" + members.joined(separator: ", ") + "}" }

  @Test func everyFormOfEveryField() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      """
      {"name": "all", "curvature": [4, 1, 0], "multiplicity": [1, 2.5, 3],
       "gradientNoise": {"kind": "proportionalToCurvature", "scale": 0.5},
       "initialSecondMoment": [1, 2, 3], "batchSize": 8}
      """)
    let problem = try NamedProblem(contentsOf: path)
    let model = try NoisyQuadraticModel(
      curvature: [4, 1, 0], gradientNoise: [2, 0.5, 0], initialSecondMoment: [1, 2, 3],
      multiplicity: [1, 2.5, 3], batchSize: 8)
    #expect(problem.name == "all")
    #expect(problem.model == model)
    // The echo is itself a problem file.
    let echo = try NamedProblem(contentsOf: scratch.write(problem.definition.text, to: "echo.json"))
    #expect(echo == problem)
  }

  @Test("P2: a preconditioner's power, in files and as a coded model, means and second moments")
  func preconditionerPower() throws {
    let scratch = try Scratch()
    for start in [
      ["\"initialSecondMoment\": [1, 2]"], ["\"initialMean\": [1, -2]", "\"initialVariance\": [0.5, 0]"],
    ] {
      let plain = ["\"curvature\": [4, 0.25]", "\"gradientNoise\": [2, 3]", "\"batchSize\": 2"] + start
      let text = file(plain + ["\"preconditionerPower\": 0.5"])
      let problem = try NamedProblem(contentsOf: scratch.write(text))
      let expected = try NamedProblem(contentsOf: scratch.write(file(plain))).model.preconditioned(power: 0.5)
      #expect(problem.model == expected)
      #expect(problem.model.curvature == [2, 0.5])
      #expect(try JSONDecoder().decode(NoisyQuadraticModel.self, from: Data(text.utf8)) == expected)
      #expect(try NamedProblem(contentsOf: scratch.write(problem.definition.text)).model == expected)
    }
  }

  @Test func nameDefaultsToTheFile() throws {
    let scratch = try Scratch()
    #expect(
      try NamedProblem(contentsOf: scratch.write(file(good), to: "my.problem.json")).name == "my.problem")
  }

  @Test("Presets are echoed as problem files that give the same model", arguments: ReferenceProblem.allCases)
  func presetsRoundTrip(_ reference: ReferenceProblem) throws {
    let problem = try NamedProblem(reference)
    let scratch = try Scratch()
    let echo = try NamedProblem(contentsOf: scratch.write(problem.definition.text))
    #expect(echo.model == problem.model)
    #expect(echo.name == reference.rawValue)
  }

  private func bits(_ model: NoisyQuadraticModel) -> [[UInt64]] {
    [
      model.curvature, model.gradientNoise, model.initialMean, model.initialVariance,
      model.initialSecondMoment, model.multiplicity, [model.batchSize],
    ].map { $0.map(\.bitPattern) }
  }

  @Test("A model in memory reads back from its definition to the bit")
  func modelRoundTrip() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1 / 3, 0, .leastNonzeroMagnitude, 2], gradientNoise: [0.1, -0.0, 1e-300, 1e15 + 0.5],
      initialSecondMoment: [0.7, 1e300, 0, 3], multiplicity: [1, 2.5, 1e-9, 3e20], batchSize: 0.3)
    let problem = try NamedProblem(name: "in \"memory\"", model: model)
    let scratch = try Scratch()
    let echo = try NamedProblem(contentsOf: scratch.write(problem.definition.text))
    #expect(echo == problem)
    #expect(bits(echo.model) == bits(model))
  }

  @Test("A model with means keeps them, and its second moments to the bit")
  func meansRoundTrip() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.3], gradientNoise: [1, 1], initialMean: [0.1, -3], initialVariance: [0.7, 0])
    let problem = try NamedProblem(name: "mean", model: model)
    #expect(problem.model == model)
    let scratch = try Scratch()
    let echo = try NamedProblem(contentsOf: scratch.write(problem.definition.text)).model
    #expect(bits(echo) == bits(model))
  }

  @Test(arguments: ["", "  ", "\t", "a\nb", "a\u{2028}b", "\u{0}", "a\u{FFFF}"])
  func namesThatAreRefused(_ name: String) throws {
    let model = try ReferenceProblem.twoDimensional.model()
    #expect(throws: ProblemNameError(name: name)) { try NamedProblem(name: name, model: model) }
    #expect(!ProblemNameError(name: name).description.contains { $0.isNewline })
  }

  @Test("The example of the documentation: a model made in code is reported and plotted")
  func modelInMemoryIsReported() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.1], gradientNoise: [1, 0.1], initialSecondMoment: [1, 1])
    let schedule = try Schedule(learningRates: Array(repeating: 0.1, count: 100))
    let problem = try NamedProblem(name: "mine", model: model)
    let report = ScheduleGapReport(
      problem: problem, name: "constant", options: [], gap: try ScheduleGap(model, schedule))
    let scratch = try Scratch()
    try report.write(to: OutputDirectory(scratch.path), plots: [report.plot])
    let written = try JSONReader.read(Array(scratch.read("schedule-gap.json").utf8))["problem"]
    let definition = try #require(written?["definition"])
    #expect(try NamedProblem(contentsOf: scratch.write(definition.text)) == problem)
    #expect(try scratch.read("schedule-gap.gp").hasPrefix("# constant on mine"))
  }

  @Test(
    "Each fault is one line that names the field, the value and what was expected",
    arguments: [
      (["\"gradientNoise\": 1", "\"initialSecondMoment\": 1"], "curvature is missing"),
      (
        ["\"curvature\": []", "\"gradientNoise\": 1", "\"initialSecondMoment\": 1"],
        "curvature has 0 elements"
      ),
      (
        ["\"curvature\": [1, -2]", "\"gradientNoise\": 1", "\"initialSecondMoment\": 1"], "curvature[1] is -2"
      ),
      (["\"curvature\": [0]", "\"gradientNoise\": 1", "\"initialSecondMoment\": 1"], "not all zero"),
      (
        ["\"curvature\": [1, \"x\"]", "\"gradientNoise\": 1", "\"initialSecondMoment\": 1"],
        "curvature[1] is \"x\""
      ),
      (["\"curvature\": 3", "\"gradientNoise\": 1", "\"initialSecondMoment\": 1"], "curvature is 3"),
      (
        ["\"curvature\": {\"kind\": \"flat\"}", "\"gradientNoise\": 1", "\"initialSecondMoment\": 1"],
        "curvature.kind is \"flat\""
      ),
      (
        [
          "\"curvature\": {\"kind\": \"powerLaw\", \"dimension\": 1e14, \"exponent\": 1, \"maximum\": 1}",
          "\"gradientNoise\": 1", "\"initialSecondMoment\": 1",
        ], "of memory"
      ),
      (
        [
          "\"curvature\": {\"kind\": \"geometric\", \"dimension\": 2, \"minimum\": 1}",
          "\"gradientNoise\": 1",
          "\"initialSecondMoment\": 1",
        ], "curvature.maximum is missing"
      ),
      (
        ["\"curvature\": [1]", "\"gradientNoise\": [1, 2]", "\"initialSecondMoment\": 1"],
        "gradientNoise has 2 elements"
      ),
      (
        ["\"curvature\": [1]", "\"gradientNoise\": [-1]", "\"initialSecondMoment\": 1"],
        "gradientNoise[0] is -1"
      ),
      (
        [
          "\"curvature\": [1]", "\"gradientNoise\": {\"kind\": \"proportionalToCurvature\", \"scale\": -1}",
          "\"initialSecondMoment\": 1",
        ], "gradientNoise.scale is -1"
      ),
      (
        [
          "\"curvature\": [1]", "\"gradientNoise\": {\"kind\": \"leastSquares\", \"residualVariance\": -1}",
          "\"initialSecondMoment\": 1",
        ], "gradientNoise.residualVariance is -1"
      ),
      (
        [
          "\"curvature\": [1]", "\"gradientNoise\": {\"kind\": \"leastSquares\", \"scale\": 1}",
          "\"initialSecondMoment\": 1",
        ], "unknown key \"gradientNoise.scale\", expected kind, residualVariance"
      ),
      (
        [
          "\"curvature\": [1]", "\"gradientNoise\": {\"kind\": \"regression\"}",
          "\"initialSecondMoment\": 1",
        ],
        "gradientNoise.kind is \"regression\", expected \"proportionalToCurvature\", \"leastSquares\""
      ),
      (
        ["\"curvature\": [1]", "\"gradientNoise\": 1", "\"initialSecondMoment\": \"1\""],
        "initialSecondMoment is \"1\""
      ),
      (
        ["\"curvature\": [1]", "\"gradientNoise\": 1", "\"initialSecondMoment\": 1", "\"batchSize\": 0"],
        "batchSize is 0"
      ),
      (
        [
          "\"curvature\": [1, 1e-200]", "\"gradientNoise\": 1", "\"initialSecondMoment\": 1",
          "\"preconditionerPower\": 3",
        ],
        "curvature[1] is 1e-200"
      ),
      (
        [
          "\"curvature\": [1]", "\"gradientNoise\": 1", "\"initialSecondMoment\": 1", "\"multiplicity\": [0]",
        ],
        "multiplicity[0] is 0"
      ),
      (
        ["\"curvature\": [1]", "\"gradientNoise\": 1", "\"initialSecondMoment\": 1", "\"multiplicty\": [1]"],
        "unknown key \"multiplicty\""
      ),
      (
        ["\"curvature\": [1]", "\"curvature\": [1]", "\"gradientNoise\": 1", "\"initialSecondMoment\": 1"],
        "twice"
      ),
    ])
  func faults(_ members: [String], _ expected: String) throws {
    let scratch = try Scratch()
    let path = try scratch.write(file(members))
    #expect {
      try NamedProblem(contentsOf: path)
    } throws: { error in
      let line = "\(error)"
      return error is FileError && line.contains(expected) && line.contains(path) && !line.contains("\n")
    }
  }

  @Test func missingFilesAndDirectories() throws {
    let scratch = try Scratch()
    #expect(throws: FileError.unreadable(path: "/no/such/file", reason: "no such file")) {
      try NamedProblem(contentsOf: "/no/such/file")
    }
    #expect(throws: FileError.self) { try NamedProblem(contentsOf: scratch.path) }
  }
}
