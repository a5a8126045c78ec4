import NoisyQuadratic
import Testing

/// Moments after k constant steps, to more digits than a double holds.
struct ClosedFormOracle: Decodable, Sendable, CustomTestStringConvertible {
  struct Row: Sendable {
    let steps: Int
    let moments, conditions: [Double]
  }

  private struct File: Decodable {
    let sets: [ClosedFormOracle]
  }

  let tag: String
  let h, c, m0, alpha, mu: Double
  private let rows: [[Double]]

  var testDescription: String { "\(tag): h \(h), c \(c), α \(alpha), μ \(mu)" }
  var cases: [Row] {
    rows.map { Row(steps: Int($0[0]), moments: Array($0[1...3]), conditions: Array($0[4...6])) }
  }

  func state() throws -> MomentState {
    MomentState(try model())
  }

  /// The direction beside another that makes h = 0 legal.
  func model() throws -> NoisyQuadraticModel {
    try NoisyQuadraticModel(curvature: [h, 1], gradientNoise: [c, 0], initialSecondMoment: [m0, 0])
  }

  static let all = (try? Fixture.load(File.self, "closed-forms").sets) ?? []
}

@Suite("Closed forms of constant steps")
struct ClosedFormTests {
  @Test("The oracle is read")
  func complete() {
    #expect(ClosedFormOracle.all.reduce(0) { $0 + $1.cases.count } == 482)
  }

  @Test("C1–C3: k steps against high precision, k up to a million", arguments: ClosedFormOracle.all)
  func highPrecision(_ oracle: ClosedFormOracle) throws {
    for row in oracle.cases {
      var state = try oracle.state()
      try state.advance(steps: row.steps, learningRate: oracle.alpha, momentum: oracle.mu)
      #expect(state.step == row.steps)
      let actual = [state.secondMoment[0], state.crossMoment[0], state.velocitySecondMoment[0]]
      // αh and μ are each wrong by half an ulp, which the condition magnifies; rounding on the way adds
      // a few ulp per doubling, relative to the moments for p and r and to √(pr) for q.
      let doublings = Double(Int.bitWidth - row.steps.leadingZeroBitCount)
      let size = (row.moments[0] * row.moments[2]).squareRoot()
      for (j, scale) in [row.moments[0], max(abs(row.moments[1]), size), row.moments[2]].enumerated() {
        let own = abs(row.moments[j])
        let allowed = Double.ulpOfOne * (4 * row.conditions[j] * own + 16 * doublings * scale)
        let error = abs(actual[j] - row.moments[j])
        #expect(error <= allowed, "moment \(j) after \(row.steps): \(actual[j]), not \(row.moments[j])")
      }
    }
  }

  /// Moments after k steps at h = c = 1 from 0, by the recursion of second moments on 400 bits: α, μ, k, p, q,
  /// r.
  private static let edge = (try? Fixture.load([[Double]].self, "edge-noise")) ?? []

  @Test("C3: noise at the edge of stability and at the double root there, to the last digits")
  func edgeOfStability() throws {
    #expect(Self.edge.count == 28)
    for row in Self.edge {
      let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [1], initialSecondMoment: [0])
      var state = MomentState(model)
      try state.advance(steps: Int(row[2]), learningRate: row[0], momentum: row[1])
      for (j, value) in [
        state.secondMoment[0], state.crossMoment[0], state.velocitySecondMoment[0],
      ].enumerated() {
        // 2(1 + μ) − α has no rounding here, and each doubling has a few.
        #expect(relativeError(value, row[3 + j]) <= 32 * .ulpOfOne, "moment \(j) of \(row[0...2])")
      }
    }
  }

  @Test("C1–C3: a constant run in one leap equals its steps", arguments: [0, 1e-3, 0.25, 0.5, 0.81, 0.99])
  func stepping(_ mu: Double) throws {
    var random = TestRandom(5)
    let model = try random.model(dimension: 12)
    for alpha in [0, 1e-6, 0.01, 0.25, 1, 1.5, 1.95] {
      for steps in [1, 2, 3, 17, 200] {
        var (leap, walk) = (MomentState(model), MomentState(model))
        try leap.advance(steps: steps, learningRate: alpha, momentum: mu)
        try walk.advance(Schedule.constant(learningRate: alpha, momentum: mu, steps: steps))
        #expect(leap.step == walk.step)
        // Up to 200 steps of a few ulp on either side.
        #expect(largestScaledError(leap.secondMoment, walk.secondMoment) <= 1e-12)
        #expect(largestScaledError(leap.crossMoment, walk.crossMoment) <= 1e-11)
        #expect(largestScaledError(leap.velocitySecondMoment, walk.velocitySecondMoment) <= 1e-11)
        #expect(
          abs(leap.expectedLoss - walk.expectedLoss) <= 1e-12 * model.initialLoss + 1e-11 * walk.expectedLoss)
      }
    }
  }

  @Test("C2, C3: a leap from a moving state equals its steps", arguments: [0, 0.3, 0.9])
  func midRun(_ mu: Double) throws {
    var random = TestRandom(6)
    let model = try random.model(dimension: 7)
    var state = MomentState(model)
    try state.advance(random.schedule(steps: 9, momentum: 0.9))
    var walk = state
    try state.advance(steps: 23, learningRate: 0.7, momentum: mu)
    try walk.advance(Schedule.constant(learningRate: 0.7, momentum: mu, steps: 23))
    #expect(largestScaledError(state.secondMoment, walk.secondMoment) <= 1e-13)
    #expect(largestScaledError(state.crossMoment, walk.crossMoment) <= 1e-12)
    #expect(largestScaledError(state.velocitySecondMoment, walk.velocitySecondMoment) <= 1e-12)
    #expect(largestScaledError(state.mean, walk.mean) <= 1e-13)
    #expect(largestScaledError(state.velocityMean, walk.velocityMean) <= 1e-12)
  }

  @Test("C2: two leaps are one", arguments: [0, 0.25, 0.95])
  func semigroup(_ mu: Double) throws {
    var random = TestRandom(7)
    let model = try random.model(dimension: 7)
    var (once, twice) = (MomentState(model), MomentState(model))
    try once.advance(steps: 1000, learningRate: 0.05, momentum: mu)
    try twice.advance(steps: 377, learningRate: 0.05, momentum: mu)
    try twice.advance(steps: 623, learningRate: 0.05, momentum: mu)
    // Conditioned by k αh/(1−μ) ≲ 1000 for the directions that still move.
    #expect(largestScaledError(twice.secondMoment, once.secondMoment) <= 1e-12)
    #expect(largestScaledError(twice.velocitySecondMoment, once.velocitySecondMoment) <= 1e-12)
  }

  @Test("C3: without curvature the noise is a random walk's", arguments: [0, 0.5, 0.9])
  func flat(_ mu: Double) throws {
    let model = try NoisyQuadraticModel(
      curvature: [0, 1], gradientNoise: [2, 0], initialSecondMoment: [3, 0])
    var state = MomentState(model)
    let (k, alpha) = (50, 0.25)
    try state.advance(steps: k, learningRate: alpha, momentum: mu)
    let n = Double(k)
    var power = 1.0
    for _ in 0..<k { power *= mu }
    let a = alpha * alpha * 2
    let r = a * (1 - power * power) / (1 - mu * mu)
    let p =
      a / ((1 - mu) * (1 - mu))
      * (n - 2 * mu * (1 - power) / (1 - mu) + mu * mu * (1 - power * power) / (1 - mu * mu))
    #expect(relativeError(state.secondMoment[0], 3 + p) <= 1e-13)
    #expect(relativeError(state.velocitySecondMoment[0], r) <= 1e-13)
  }
}
