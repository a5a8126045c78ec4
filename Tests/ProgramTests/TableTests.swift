import Foundation
import TestSupport
import Testing

/// What the programs print: finite numbers or words, in columns that stay apart.
@Suite struct TableTests {
  private static let two = """
    {"name": "two", "curvature": [1, 0.01], "gradientNoise": {"kind": "proportionalToCurvature", "scale": 1},
     "initialSecondMoment": 1}
    """
  /// Losses that need every column's room: 1e-300, and none at all without noise.
  private static let tiny = """
    {"curvature": [1e-300, 1e-301], "gradientNoise": 1e-300, "initialSecondMoment": 1}
    """
  private static let nothing = """
    {"curvature": [1, 0.5], "gradientNoise": 0, "initialSecondMoment": 0}
    """

  private func table(_ arguments: [String], _ problem: String) throws -> String {
    let scratch = try Scratch()
    let file = try scratch.write(problem)
    let result = try scratch.run(
      arguments[0], arguments.dropFirst() + ["--problem", file, "--no-plots"])
    #expect(result.status == 0, "\(result.errors)")
    return result.output
  }

  private static let runs = [
    ["schedule-gap", "--family", "constant:learningRate=1e10,momentum=0.9", "--horizon", "20"],
    [
      "schedule-gap", "--family", "constant:learningRate=1e80", "--learning-rate-limit", "1", "--horizon",
      "9",
    ],
    ["schedule-gap", "--family", "constant:learningRate=3", "--horizon", "40"],
    ["schedule-gap", "--family", "constant:learningRate=0", "--horizon", "3"],
    ["compare-horizons", "--horizon", "1", "--no-momentum"],
    ["compare-horizons", "--horizon", "3", "--learning-rate-limit", "none", "--growth-limit", "1"],
    ["meta-surface", "--horizons", "3,60", "--grid", "3", "--meta-steps", "2", "--rates", "1,1e40"],
    ["meta-surface", "--horizons", "3", "--grid", "2", "--meta-steps", "1"],
  ]

  @Test(
    "No nan and no inf reaches a table", .long, arguments: runs, LongTest.isAsked ? [two, nothing] : [two])
  func wordsForWhatIsNotFinite(_ arguments: [String], _ problem: String) throws {
    let output = try table(arguments, problem)
    #expect(output.firstMatch(of: /(?:^|[^a-z])(?:nan|inf)(?:$|[^a-z])/.ignoresCase()) == nil, "\(output)")
  }

  @Test("A loss beyond the range of numbers is called that, whatever became of its sums")
  func overflow() throws {
    let output = try table(Self.runs[0], Self.two)
    #expect(output.firstMatch(of: /given schedule +overflow +-\n/) != nil, "\(output)")
    #expect(output.firstMatch(of: /all +overflow +overflow/) != nil, "\(output)")
    #expect(output.contains("diverges: its loss is beyond the range of numbers from step "))
  }

  @Test("Columns stay two blanks apart whatever their cells", .long)
  func columnsStayApart() throws {
    let gap = try table(
      ["schedule-gap", "--family", "constant:learningRate=1e299", "--horizon", "3"], Self.tiny)
    #expect(gap.firstMatch(of: /no schedule ends below {2,}[0-9]/) != nil, "\(gap)")
    let comparison = try table(["compare-horizons", "--horizon", "3"], Self.tiny)
    let all = comparison.split(separator: "\n")
    let lines = all.drop { !$0.hasPrefix("schedule") }.prefix {
      !$0.hasPrefix("*") && !$0.hasPrefix("Looking")
    }
    #expect(lines.count == 5)
    for line in lines {
      // Ten columns, counted by the blanks between them.
      #expect(line.split(separator: /\ {2,}/).filter { $0 != "*" }.count == 10, "\(line)")
    }
  }

  @Test("A long name of a problem is cut where it is printed", .long)
  func longNames() throws {
    let name = String(repeating: "n", count: 5000)
    let problem =
      "{\"name\": \"\(name)\", \"curvature\": [1], \"gradientNoise\": 1, \"initialSecondMoment\": 1}"
    for arguments in [
      ["compare-horizons", "--horizon", "2"], ["meta-surface", "--horizons", "2", "--grid", "2"],
      ["schedule-gap", "--family", "constant:learningRate=0.1,momentum=0.5", "--horizon", "2"],
    ] {
      let line = try #require(try table(arguments, problem).split(separator: "\n").first)
      #expect(line.count < 300 && line.contains("n… (5000 characters)"), "\(line)")
    }
  }
}
