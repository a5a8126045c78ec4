import Foundation
import NoisyQuadratic
import NoisyQuadraticFiles
import TestSupport
import Testing

@Suite struct ProblemFileTests {
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
    let problem = try ProblemFile(contentsOf: path)
    let model = try NoisyQuadraticModel(
      curvature: [4, 1, 0], gradientNoise: [2, 0.5, 0], initialSecondMoment: [1, 2, 3],
      multiplicity: [1, 2.5, 3], batchSize: 8)
    #expect(problem.name == "all")
    #expect(problem.model == model)
    // The echo is itself a problem file.
    let echo = try ProblemFile(contentsOf: scratch.write(problem.definition.text, to: "echo.json"))
    #expect(echo == problem)
  }

  @Test func nameDefaultsToTheFile() throws {
    let scratch = try Scratch()
    #expect(
      try ProblemFile(contentsOf: scratch.write(file(good), to: "my.problem.json")).name == "my.problem")
  }

  @Test("Presets are echoed as problem files that give the same model", arguments: ReferenceProblem.allCases)
  func presetsRoundTrip(_ reference: ReferenceProblem) throws {
    let problem = try ProblemFile(reference)
    let scratch = try Scratch()
    let echo = try ProblemFile(contentsOf: scratch.write(problem.definition.text))
    #expect(echo.model == problem.model)
    #expect(echo.name == reference.rawValue)
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
        ["\"curvature\": [1]", "\"gradientNoise\": 1", "\"initialSecondMoment\": \"1\""],
        "initialSecondMoment is \"1\""
      ),
      (
        ["\"curvature\": [1]", "\"gradientNoise\": 1", "\"initialSecondMoment\": 1", "\"batchSize\": 0"],
        "batchSize is 0"
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
      try ProblemFile(contentsOf: path)
    } throws: { error in
      let line = "\(error)"
      return error is FileError && line.contains(expected) && line.contains(path) && !line.contains("\n")
    }
  }

  @Test func missingFilesAndDirectories() throws {
    let scratch = try Scratch()
    #expect(throws: FileError.unreadable(path: "/no/such/file", reason: "no such file")) {
      try ProblemFile(contentsOf: "/no/such/file")
    }
    #expect(throws: FileError.self) { try ProblemFile(contentsOf: scratch.path) }
  }
}
