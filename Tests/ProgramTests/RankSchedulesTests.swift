import Foundation
import NoisyQuadratic
import TestSupport
import Testing

@testable import NoisyQuadraticFiles

/// The program `rank-schedules` as its users meet it.
@Suite struct RankSchedulesTests {
  private static let problem = """
    {"name": "two", "curvature": [1, 0.1], "gradientNoise": {"kind": "proportionalToCurvature", "scale": 1},
     "initialSecondMoment": 1}
    """
  private let small = ["--horizon", "4", "--families", "wsd-linear,constant,linear", "--horizon-factor", "2"]

  @Test("The ranking is the library's, the texts give its losses, and all files belong together")
  func files() throws {
    let scratch = try Scratch()
    let file = try scratch.write(Self.problem)
    let result = try scratch.run(
      "rank-schedules", small + ["--problem", file, "--export", "out"], path: "/nonexistent")
    #expect(result.status == 0 && result.complaints.isEmpty, "\(result.errors)")
    #expect(
      try scratch.names(in: "rank-schedules")
        == ["ranking.csv", "ranking.gp", "ranking.json", "schedules.gp", "transfer.csv", "transfer.gp"])
    let folders = try scratch.names(in: "out")
    #expect(["constant", "greedy", "linear", "wsd-linear", "schedule.json"].allSatisfy(folders.contains))
    let json = try JSONReader.read(Array(try scratch.read("rank-schedules/ranking.json").utf8))
    let model = try NamedProblem(contentsOf: file).model
    let study = try ScheduleRankingStudy(horizon: 4, schedules: [.constant, .linear, .stableLinear])
    let ranking = try study.rank(model)
    let rows = try #require(json["schedules"]?.elements)
    #expect(rows.count == 5 && rows[0]["name"] == .string("full-horizon") && rows[0]["ratio"] == .number(1))
    #expect(json["lowerBound"] == .number(ranking.lowerBound))
    let ranked = rows.filter { $0["rank"]?.number != nil }
    #expect(ranked.map { $0["name"] } == ranking.entries.map { .string($0.name) })
    #expect(ranked.map { $0["finalLoss"]?.number } == ranking.entries.map(\.finalLoss))
    #expect(ranked.compactMap { $0["rank"]?.number } == [1, 2, 3])
    for row in ranked {
      guard case .string(let text) = row["family"], let loss = row["familyLoss"]?.number else {
        Issue.record("no text")
        continue
      }
      let schedule = try FamilyText(text).schedule(steps: 4)
      #expect(model.expectedLoss(under: schedule).final == loss)
      #expect(result.output.contains("  \(text)"))
    }
    // The same numbers in the table and in the CSV files.
    let csv = try scratch.read("rank-schedules/ranking.csv").split(separator: "\n")
    #expect(csv.count == 6 && csv[0].hasPrefix("rank,schedule,finalLoss,ratio,"))
    for entry in ranking.entries {
      #expect(result.output.contains(entry.finalLoss.significant(8)))
      #expect(csv.contains { $0.contains(",\(entry.name),\(entry.finalLoss.jsonText),") })
    }
    let transfers = try #require(json["transfers"]?.elements)
    #expect(transfers.map { $0["horizon"]?.number } == [8, 4, 1])
    #expect(transfers.map { $0["batchSize"]?.number } == [1, 8, 8])
    // A line for each of 5 schedules, with 4, 3 and 3 rules.
    // Marks of the rules stand side by side, also where a limit makes their losses equal.
    let script = try scratch.read("rank-schedules/transfer.gp")
    for place in ["-0.375", "-0.125", "0.125", "0.375", "-0.25", "0", "0.25"] {
      #expect(script.contains("using ($1+\(place)):"), "\(place)")
    }
    let lines = try scratch.read("rank-schedules/transfer.csv").split(separator: "\n")
    #expect(lines.count == 51 && lines[1].hasPrefix("horizon,2,8,1,"))
    #expect(result.output.contains("warmup gains nothing: the best is 0 steps in wsd-linear"))
    #expect(result.output.contains("^ lowered, so that no rate exceeds the limit"))
  }

  @Test("What cannot be ranked is said in one line, and nothing is written")
  func refusals() throws {
    let scratch = try Scratch()
    for (arguments, text) in [
      (
        ["--families", "cosine,sine"],
        "--families is cosine,sine (entry 2 is sine), expected constant, linear"
      ),
      (["--families", "cosine,cosine"], "expected values that differ"),
      (["--momentum", "1"], "--momentum is 1, expected none, fitted or a number at least 0 and below 1"),
      (["--momentum", "0.9", "--momentum-limit", "0.5"], "--momentum is 0.9, expected at most the largest"),
      (["--horizon-factor", "0.5"], "--horizon-factor is 0.5, expected a number at least 1"),
      (["--no-transfer", "--batch-factor", "2"], "--batch-factor and --no-transfer exclude each other"),
      (["--horizon", "9000000000000000"], "--horizon is 9000000000000000"),
      (
        ["--horizon", "1000000", "--horizon-factor", "1000000"],
        "the run of --horizon-factor 1000000: horizon is 1000000000000"
      ),
    ] {
      try scratch.run("rank-schedules", arguments).expectRefusal(status: 64, text)
    }
    #expect(try scratch.names().isEmpty)
    let own = try scratch.write(Self.problem, to: "ranking.json")
    try scratch.run("rank-schedules", small + ["--problem", own, "--output", "."])
      .expectRefusal(status: 64, "where it would replace")
    #expect(try scratch.read("ranking.json") == Self.problem)
  }
}
