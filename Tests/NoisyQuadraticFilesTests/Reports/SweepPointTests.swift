import NoisyQuadratic
import TestSupport
import Testing

@testable import NoisyQuadraticFiles

/// The names of a sweep's points, which are also names of files.
@Suite struct SweepPointTests {
  private func problem(_ name: String, curvature: Double = 1) throws -> NamedProblem {
    try NamedProblem(
      name: name,
      model: NoisyQuadraticModel(
        curvature: [curvature], gradientNoise: [1], initialSecondMoment: [1]))
  }

  @Test("A point's name tells its problem, batch size, limits and horizon")
  func name() throws {
    let problem = try NamedProblem(ReferenceProblem.powerLaw)
    let point = SweepPoint(problem: 3, batchSize: 2, rateLimit: "2/hmax", momentumLimit: 0.9, horizon: 100)
    // As on every machine.
    #expect(point.name(of: problem.identifier) == "power-law-b06fee93-b2-2_hmax-m0.9-h100")
  }

  @Test("Names are of letters, digits, dots, underscores and dashes, whatever the problem's name")
  func safeNames() throws {
    let names = HostileName.all.filter { !$0.allSatisfy(\.isWhitespace) } + ["-a", ".hidden", "日本", "A/B"]
    var known: Set<String> = []
    for name in names {
      let shown = name.onOneLine
      guard !shown.allSatisfy(\.isWhitespace) else { continue }
      let point = SweepPoint(
        problem: 0, batchSize: 1e20, rateLimit: "1e-20", momentumLimit: 0, horizon: 1)
      let text = point.name(of: try problem(shown).identifier)
      #expect(text.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,199}/) != nil, "\(text)")
      #expect(known.insert(text).inserted, "\(text)")
    }
  }

  @Test("Problems of equal names have different identifiers, and equal problems equal ones")
  func identifiers() throws {
    let a = try problem("same").identifier
    #expect(try problem("same").identifier == a)
    #expect(try problem("same", curvature: 2).identifier != a)
    #expect(try problem("other").identifier.hasSuffix(String(a.suffix(8))) == false)
  }

  @Test("Every part of a point is in its name")
  func parts() {
    let points = [
      (1.0, "none", 0.0, 5), (2, "none", 0, 5), (1, "paper", 0, 5), (1, "none", 0.5, 5), (1, "none", 0, 6),
    ]
    .map { SweepPoint(problem: 0, batchSize: $0, rateLimit: $1, momentumLimit: $2, horizon: $3) }
    #expect(Set(points.map { $0.name(of: "p") }).count == points.count)
  }

  @Test("A report refuses what does not belong together")
  func reports() throws {
    let problem = try problem("one")
    let point = SweepPoint(problem: 0, batchSize: 1, rateLimit: "none", momentumLimit: 0, horizon: 2)
    let bias = try HorizonBiasStudy(horizon: 2, lookaheads: [1], limits: HyperparameterLimits())
      .bias(of: problem.model)
    func report(
      _ points: [SweepPoint], _ outcomes: [SweepReport.Outcome], lookaheads: [Int] = [1],
      labels: [String] = ["one"]
    ) throws {
      _ = try SweepReport(
        problems: [problem], labels: labels, lookaheads: lookaheads, options: [], points: points,
        outcomes: outcomes)
    }
    try report([point], [.bias(bias)])
    try report([point], [.error("reason")])
    func expect(_ error: NoisyQuadraticError, _ make: () throws -> Void) {
      #expect(throws: error, performing: make)
    }
    expect(.invalidCount(field: "points", value: 0, expected: "at least 1")) { try report([], []) }
    expect(.lengthMismatch(field: "outcomes", expected: 1, actual: 0)) { try report([point], []) }
    expect(.lengthMismatch(field: "labels", expected: 1, actual: 0)) {
      try report([point], [.bias(bias)], labels: [])
    }
    expect(.lengthMismatch(field: "outcomes[0].lookaheadLosses", expected: 2, actual: 1)) {
      try report([point], [.bias(bias)], lookaheads: [1, 2])
    }
    let longer = SweepPoint(problem: 0, batchSize: 1, rateLimit: "none", momentumLimit: 0, horizon: 3)
    expect(.invalidCount(field: "outcomes[0].horizon", value: 2, expected: "3")) {
      try report([longer], [.bias(bias)])
    }
    let other = SweepPoint(problem: 1, batchSize: 1, rateLimit: "none", momentumLimit: 0, horizon: 2)
    expect(.invalidCount(field: "points[0].problem", value: 1, expected: "below 1")) {
      try report([other], [.bias(bias)])
    }
  }
}
