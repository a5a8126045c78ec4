import NoisyQuadratic
import Testing

/// The C kernels against the formulas written out in Swift, on columns with and without padding.
@Suite("Kernels")
struct KernelTests {
  /// Sums of one step's quadratic by S2.
  private func plainQuadratic(
    _ problem: NormalizedProblem, a: [Double], b: [Double], p: [Double], q: [Double], r: [Double]
  ) throws -> StepQuadratic {
    var quadratic = try StepQuadratic.of()
    for i in a.indices {
      let (h, c, k) = (problem.curvature[i], problem.noise[i], problem.weight[i])
      let s = a[i] + b[i]
      quadratic.aa += k * s * s * (h * h * p[i] + c)
      quadratic.am -= k * h * s * s * q[i]
      quadratic.mm += k * s * s * r[i]
      quadratic.ba += k * h * a[i] * s * p[i]
      quadratic.bm -= k * a[i] * s * q[i]
    }
    return quadratic
  }

  @Test("S2: the sums of one heavy-ball step", arguments: [1, 7, 8, 9, 64, 1000])
  func heavyBallSums(_ d: Int) throws {
    var random = TestRandom(UInt64(d) + 600)
    let problem = NormalizedProblem(anyNoise: try random.model(dimension: d))
    let dynamics = UpdateRule.heavyBall.dynamics(of: problem)
    let columns = (0..<5).map { column in
      random.array(d) { column == 0 || column == 2 || column == 4 ? $0.uniform(0.1, 1) : $0.uniform(-1, 1) }
    }
    let (costate, moments) = (dynamics.makeColumns(columns: 2), dynamics.makeColumns(columns: 3))
    for j in 0..<2 { costate.fill(j, with: columns[j]) }
    for j in 0..<3 { moments.fill(j, with: columns[2 + j]) }
    let actual = dynamics.quadratic(moments: moments, at: 0, costate: costate, at: 0)
    let expected = try plainQuadratic(
      problem, a: columns[0], b: columns[1], p: columns[2], q: columns[3], r: columns[4])
    // Sums of d terms of both signs in any order: d ulp of the sum of sizes, which is at most 8 Σ k.
    let allowed = 8 * Double(d) * .ulpOfOne * problem.weight.reduce(0, +)
    #expect(abs(actual.aa - expected.aa) <= allowed)
    #expect(abs(actual.am - expected.am) <= allowed)
    #expect(abs(actual.mm - expected.mm) <= allowed)
    #expect(abs(actual.ba - expected.ba) <= allowed)
    #expect(abs(actual.bm - expected.bm) <= allowed)
  }

  @Test("S2: the sums of one step without momentum, and its costates", arguments: [1, 7, 8, 9, 64, 1000])
  func sgdSums(_ d: Int) throws {
    var random = TestRandom(UInt64(d) + 610)
    let problem = NormalizedProblem(anyNoise: try random.model(dimension: d))
    let dynamics = UpdateRule.sgd.dynamics(of: problem)
    let (costate, moments) = (dynamics.makeColumns(columns: 1), dynamics.makeColumns(columns: 1))
    let m = random.array(d) { $0.uniform(0.1, 1) }
    moments.fill(0, with: m)
    dynamics.terminalAdjoint(costate)
    dynamics.adjointStep(costate, 0.7, 0)
    let actual = dynamics.quadratic(moments: moments, at: 0, costate: costate, at: 0)
    // Without momentum the adjoint path is a = 1 − αh, b = 0.
    let a = problem.curvature.map { 1 - 0.7 * $0 }
    let zeros = a.map { _ in 0.0 }
    let expected = try plainQuadratic(problem, a: a, b: zeros, p: m, q: zeros, r: zeros)
    // Positive terms only.
    #expect(relativeError(actual.aa, expected.aa) <= 8 * Double(d) * .ulpOfOne)
    #expect(relativeError(actual.ba, expected.ba) <= 8 * Double(d) * .ulpOfOne)
    #expect(actual.am == 0 && actual.mm == 0 && actual.bm == 0)
  }

  @Test("S2: the final loss is exactly quadratic in one step's rate and momentum", arguments: 0..<6)
  func quadraticInOneStep(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 620)
    let model = try random.model(dimension: 5)
    let problem = NormalizedProblem(anyNoise: model)
    let dynamics = UpdateRule.heavyBall.dynamics(of: problem)
    let schedule = try random.schedule(steps: 12, momentum: 0.9)
    let t = 2 * seed
    let (state, costate) = (dynamics.makeColumns(columns: 5), dynamics.makeColumns(columns: 2))
    let moments = dynamics.makeColumns(columns: 3)
    dynamics.reset(state)
    for s in 0..<t {
      dynamics.advance(state, problem.scaledRate(schedule.learningRates[s]), schedule.momenta[s])
    }
    dynamics.record(state, into: moments, at: 0)
    dynamics.terminalAdjoint(costate)
    for s in ((t + 1)..<12).reversed() {
      dynamics.adjointStep(costate, problem.scaledRate(schedule.learningRates[s]), schedule.momenta[s])
    }
    let quadratic = dynamics.quadratic(moments: moments, at: 0, costate: costate, at: 0)
    func loss(_ alpha: Double, _ mu: Double) -> Double {
      var (rates, momenta) = (schedule.learningRates, schedule.momenta)
      (rates[t], momenta[t]) = (alpha, mu)
      return model.expectedLoss(under: Schedule(validRates: rates, momenta: momenta)).final
    }
    let origin = loss(0, 0)
    for (alpha, mu) in [(0.5, 0), (0, 0.5), (1, 0.9), (3, 0.2), (0.1, 2)] {
      let predicted = origin + problem.modelLoss(quadratic.value(problem.scaledRate(alpha), mu))
      let actual = loss(alpha, mu)
      // Losses of the size of the largest along the run, a few ulp per step.
      #expect(abs(predicted - actual) <= 1e-13 * (actual + origin + model.initialLoss))
    }
  }

  @Test("S13: costate matrices of rank one do what the adjoint path does", arguments: [1, 7, 8, 9, 64, 1000])
  func matrixSums(_ d: Int) throws {
    var random = TestRandom(UInt64(d) + 640)
    let problem = NormalizedProblem(anyNoise: try random.model(dimension: d))
    let path = UpdateRule.heavyBall.dynamics(of: problem)
    let matrices = UpdateRule.heavyBall.dynamics(of: problem, hasRunningCosts: true)
    let (a, b) = (random.array(d) { $0.uniform(-1, 1) }, random.array(d) { $0.uniform(-1, 1) })
    let (vector, matrix) = (path.makeColumns(columns: 2), matrices.makeColumns(columns: 3))
    let moments = path.makeColumns(columns: 3)
    vector.fill(0, with: a)
    vector.fill(1, with: b)
    for (column, pair) in [(a, a), (a, b), (b, b)].enumerated() {
      matrix.fill(column, with: (0..<d).map { problem.weight[$0] * pair.0[$0] * pair.1[$0] })
      moments.fill(column, with: random.array(d) { $0.uniform(column == 1 ? -1 : 0.1, 1) })
    }
    // Sums of d terms of both signs in any order, each at most 8 k.
    let allowed = 32 * Double(d) * .ulpOfOne * problem.weight.reduce(0, +)
    for (alpha, mu) in [(0.3, 0.8), (1.9, 0), (0, 0.5)] {
      let one = path.quadratic(moments: moments, at: 0, costate: vector, at: 0)
      let two = matrices.quadratic(moments: moments, at: 0, costate: matrix, at: 0)
      #expect(abs(one.aa - two.aa) <= allowed)
      #expect(abs(one.am - two.am) <= allowed)
      #expect(abs(one.mm - two.mm) <= allowed)
      #expect(abs(one.ba - two.ba) <= allowed)
      #expect(abs(one.bm - two.bm) <= allowed)
      path.adjointStep(vector, alpha, mu)
      matrices.adjointStep(matrix, alpha, mu)
    }
  }

  @Test("S2: adjoint paths reproduce every influence of D5", arguments: [0, 0.9])
  func adjointInfluence(_ momentum: Double) throws {
    var random = TestRandom(630)
    let model = try random.model(dimension: 9)
    let problem = NormalizedProblem(anyNoise: model)
    let dynamics = UpdateRule.heavyBall.dynamics(of: problem)
    let schedule = try random.schedule(steps: 25, momentum: momentum)
    let costate = dynamics.makeColumns(columns: 2)
    dynamics.terminalAdjoint(costate)
    var sums = [Double](repeating: 0, count: 9)
    for t in schedule.indices.reversed() {
      let rate = problem.scaledRate(schedule.learningRates[t])
      for i in 0..<9 {
        let s = costate.column(0)[i] + costate.column(1)[i]
        sums[i] += schedule.learningRates[t] * schedule.learningRates[t] * s * s
      }
      dynamics.adjointStep(costate, rate, schedule.momenta[t])
    }
    for i in 0..<9 {
      let influence = InfluenceSums(h: model.curvature[i], schedule)
      #expect(relativeError(sums[i], influence.noise.p) <= 1e-12)
      // From (1, 0) the path is the adjoint's first component after the whole way back.
      #expect(abs(costate.column(0)[i] - influence.path.theta) <= 1e-12)
    }
  }

  @Test(
    "D2, D4, S2: what decays for ever ends at zero, not at the smallest number", arguments: [false, true])
  func underflow(_ usesMomentum: Bool) throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.5], gradientNoise: [0, 0], initialSecondMoment: [1, 1])
    let dynamics = UpdateRule(usesMomentum: usesMomentum).dynamics(of: NormalizedProblem(anyNoise: model))
    let state = dynamics.makeColumns(columns: dynamics.stateColumns)
    let costate = dynamics.makeColumns(columns: dynamics.costateColumns)
    dynamics.reset(state)
    dynamics.terminalAdjoint(costate)
    // Factors of 0.81 to 0.95 a step: rounded to nearest, the last multiples of the smallest number stay.
    for _ in 0..<40_000 {
      dynamics.advance(state, 0.1, usesMomentum ? 0.9 : 0)
      dynamics.adjointStep(costate, 0.1, usesMomentum ? 0.9 : 0)
    }
    for bank in [state, costate] {
      for column in 0..<bank.columns {
        for i in 0..<2 { #expect(bank.column(column)[i] == 0) }
      }
    }
  }
}
