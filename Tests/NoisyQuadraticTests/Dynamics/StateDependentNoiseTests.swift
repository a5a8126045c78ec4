import Foundation
import NoisyQuadratic
import Testing

/// A model of least squares with means, variances, multiplicities and a batch size.
private func leastSquares(
  _ random: inout TestRandom, dimension d: Int, batchSize: Double? = nil
) throws -> NoisyQuadraticModel {
  let base = try random.model(dimension: d)
  return try NoisyQuadraticModel(
    leastSquares: base.curvature, residualVariance: random.uniform(0.1, 2), initialMean: base.initialMean,
    initialVariance: base.initialVariance, multiplicity: base.multiplicity,
    batchSize: batchSize ?? random.uniform(2, 8))
}

/// Rates that keep least squares with a largest curvature of 1 tame, and momenta.
private func tame(
  _ random: inout TestRandom, steps: Int, momentum: Double
) throws -> Schedule {
  try Schedule(
    learningRates: random.array(steps) { $0.uniform(0, 0.6) },
    momenta: random.array(steps) { momentum == 0 ? 0 : $0.uniform(0, momentum) })
}

@Suite("Noise that grows with the error")
struct StateDependentNoiseTests {
  // MARK: Moments

  @Test("X1: second moments of whole matrices under any rotation", arguments: [0, 0.8])
  func dense(momentum: Double) throws {
    var random = TestRandom(7100)
    let (d, residual, batch) = (4, 0.7, 3.0)
    let h = DenseMatrix.diagonal(random.array(d) { $0.logUniform(0.05, 1) })
      .conjugated(by: random.orthogonal(d))
    let m0 = DenseMatrix.diagonal(random.array(d) { $0.uniform(0, 3) }).conjugated(by: random.orthogonal(d))
    let model = try NoisyQuadraticModel(
      featureCovariance: h.symmetric(), residualVariance: residual, initialSecondMoment: m0.symmetric(),
      batchSize: batch)
    let schedule = try tame(&random, steps: 12, momentum: momentum)
    let losses = model.expectedLoss(under: schedule).values
    var (p, q, r) = (m0, 0 * m0, 0 * m0)
    for (t, step) in schedule.enumerated() {
      #expect(relativeError(losses[t], 0.5 * (h * p).trace) <= 1e-12, "step \(t)")
      let (alpha, mu) = (step.learningRate, step.momentum)
      let noise = (1 / batch) * (h * p * h + ((h * p).trace + residual) * h)
      let hq = h * q
      r = mu * mu * r + (-alpha * mu) * (hq + hq.transposed) + (alpha * alpha) * (h * p * h + noise)
      let x = mu * q + (-alpha) * (p * h)
      p = p + x + x.transposed + r
      q = x + r
    }
    #expect(relativeError(losses[12], 0.5 * (h * p).trace) <= 1e-12)
  }

  @Test("X1: one direction, by hand")
  func oneDirection() throws {
    // h = 1/2, B = 2, s² = 3, α = 1/2: m' = m (1 − 1/2 + 1/16 · 2) + (1/4)(3/2)/2 = 5/8 m + 3/16.
    let model = try NoisyQuadraticModel(
      leastSquares: [0.5], residualVariance: 3, initialSecondMoment: [1], batchSize: 2)
    let losses = model.expectedLoss(under: try Schedule.constant(learningRate: 0.5, steps: 2)).values
    let expected: [Double] = [0.25, 13 / 64, 89 / 512]
    #expect(losses == expected)
    #expect(model.irreducibleLoss == 1.5 && model.gradientNoise == [1.5])
    #expect(model.gradientVariance(secondMoment: [1]) == [(1.5 + 0.25 + 0.25) / 2])
    #expect(model.firstStepGrowthLimit == 2 * 0.5 / (0.25 + 1))
  }

  @Test("X1: real SGD on sampled regressions", arguments: ["plain", "heavy ball", "PyTorch", "average"])
  func simulation(_ name: String) throws {
    let model = try NoisyQuadraticModel(
      leastSquares: [1, 0.3, 0], residualVariance: 0.5, initialMean: [1, -1, 1],
      initialVariance: [0.5, 1, 1],
      multiplicity: [1, 2, 1], batchSize: 2)
    var schedule = try Schedule.cosine(
      initialValue: 0.3, endValue: 0.02, momentum: name == "plain" ? 0 : 0.5, steps: 12)
    if name == "PyTorch" { schedule = schedule.with(convention: .pytorch) }
    var random = Xoshiro256StarStar(seed: 18)
    let monteCarlo = MonteCarlo(replicas: 2000)
    let estimate: MonteCarlo.Estimate
    let exact: [Double]
    if name == "average" {
      let rule = try AveragedIterates(of: VelocityMomentum(), .exponential(decay: 0.7))
      estimate = try monteCarlo.run(model, under: schedule, rule: rule, using: &random)
      exact = model.expectedLoss(under: schedule, rule: rule).values
    } else {
      estimate = try monteCarlo.run(model, under: schedule, using: &random)
      exact = model.expectedLoss(under: schedule).values
    }
    for t in exact.indices {
      #expect(abs(estimate.loss[t] - exact[t]) <= 5 * estimate.standardError[t], "step \(t)")
      // Small enough to see the noise that the error causes, which is a tenth of the loss and more.
      #expect(estimate.standardError[t] <= 0.05 * exact[t])
    }
    let additive = model.withAdditiveNoise.expectedLoss(under: schedule).values
    #expect(exact[6] > 1.1 * additive[6] || name == "average")
  }

  @Test("X1: the routes to one number agree", arguments: [0, 0.8])
  func routes(momentum: Double) throws {
    var random = TestRandom(7110)
    let model = try leastSquares(&random, dimension: 5)
    let schedule = try tame(&random, steps: 9, momentum: momentum)
    let losses = model.expectedLoss(under: schedule).values
    var state = MomentState(model)
    try state.advance(schedule)
    #expect(relativeError(state.expectedLoss, losses[9]) <= 1e-13)
    let byRule = model.expectedLoss(under: schedule, rule: VelocityMomentum()).values
    #expect(largestRelativeError(byRule, losses) <= 1e-13)
    // A schedule of another convention, its own rule and its equal here.
    let outside = try schedule.converted(to: .optax)
    #expect(largestRelativeError(model.expectedLoss(under: outside).values, losses) <= 1e-12)
    #expect(
      largestRelativeError(
        model.expectedLoss(under: outside, rule: MomentumConvention.optax.rule).values, losses) <= 1e-12)
    // Parts of the spectrum add up, and an entry of multiplicity 2 is two directions.
    let parts = [[0, 3], [1, 2, 4]].map { model.expectedLoss(under: schedule, over: $0).values }
    #expect(largestRelativeError(zip(parts[0], parts[1]).map { $0 + $1 }, losses) <= 1e-13)
    let twice = try NoisyQuadraticModel(
      leastSquares: [1, 0.2], residualVariance: 1, initialSecondMoment: [1, 2], multiplicity: [2, 1])
    let spelled = try NoisyQuadraticModel(
      leastSquares: [1, 1, 0.2], residualVariance: 1, initialSecondMoment: [1, 1, 2])
    #expect(
      largestRelativeError(
        twice.expectedLoss(under: schedule).values, spelled.expectedLoss(under: schedule).values) <= 1e-13)
    // A constant rate goes step by step.
    var (jump, walk) = (MomentState(model), MomentState(model))
    try jump.advance(steps: 4, learningRate: 0.2, momentum: momentum)
    for _ in 0..<4 { walk.advance(learningRate: 0.2, momentum: momentum) }
    #expect(jump == walk)
    var (ruleJump, ruleWalk) = (
      RuleMomentState(model, rule: VelocityMomentum(), totalSteps: 4),
      RuleMomentState(model, rule: VelocityMomentum(), totalSteps: 4)
    )
    try ruleJump.advance(steps: 4, learningRate: 0.2, momentum: momentum)
    for _ in 0..<4 { ruleWalk.advance(learningRate: 0.2, momentum: momentum) }
    #expect(ruleJump.secondMoment == ruleWalk.secondMoment)
    #expect(largestRelativeError(ruleWalk.secondMoment, walk.secondMoment) <= 1e-13)
  }

  @Test("X1: a preconditioned step is one on other features (P1, P2)")
  func preconditioned() throws {
    var random = TestRandom(7115)
    let model = try leastSquares(&random, dimension: 4)
    let (p, other) = (model.curvature.map { pow($0, -0.5) }, try model.preconditioned(power: 0.5))
    #expect(other.noiseKind == model.noiseKind)
    #expect(try model.inGeometricBins(3).noiseKind == model.noiseKind)
    let rates = [0.3, 0.1, 0.2]
    let losses = other.expectedLoss(under: try Schedule(learningRates: rates)).values
    var m = model.initialSecondMoment
    for (t, alpha) in rates.enumerated() {
      let noise = model.gradientVariance(secondMoment: m)
      for i in m.indices {
        let (u, step) = (1 - alpha * p[i] * model.curvature[i], alpha * p[i])
        m[i] = u * u * m[i] + step * step * noise[i]
      }
      let loss = m.indices.reduce(0) { $0 + 0.5 * model.multiplicity[$1] * model.curvature[$1] * m[$1] }
      #expect(relativeError(losses[t + 1], loss) <= 1e-13)
    }
    let text = String(decoding: try JSONEncoder().encode(model), as: UTF8.self).dropLast()
    let read = try JSONDecoder().decode(
      NoisyQuadraticModel.self, from: Data("\(text),\"preconditionerPower\":0.5}".utf8))
    #expect(read == other)
  }

  @Test("X1: units, and large batches of large residuals as the additive limit")
  func limits() throws {
    var random = TestRandom(7120)
    let model = try leastSquares(&random, dimension: 4)
    guard case .leastSquares(let residual) = model.noiseKind else {
      Issue.record("the kind of noise is lost")
      return
    }
    let schedule = try tame(&random, steps: 8, momentum: 0.7)
    let huge = try NoisyQuadraticModel(
      leastSquares: model.curvature, residualVariance: 1e9 * residual, initialMean: model.initialMean,
      initialVariance: model.initialVariance, multiplicity: model.multiplicity,
      batchSize: 1e9 * model.batchSize)
    let additive = model.withAdditiveNoise.expectedLoss(under: schedule).values
    #expect(largestRelativeError(huge.expectedLoss(under: schedule).values, additive) <= 1e-7)
    #expect(largestRelativeError(huge.expectedLoss(under: schedule).values, additive) > 1e-12)
    // Powers of two change no digit (M6).
    let scaled = try NoisyQuadraticModel(
      leastSquares: model.curvature.map { 0x1p40 * $0 }, residualVariance: 0x1p60 * residual,
      initialMean: model.initialMean.map { 0x1p10 * $0 },
      initialVariance: model.initialVariance.map { 0x1p20 * $0 }, multiplicity: model.multiplicity,
      batchSize: model.batchSize)
    let faster = try Schedule(
      learningRates: schedule.learningRates.map { 0x1p-40 * $0 }, momenta: schedule.momenta)
    #expect(
      scaled.expectedLoss(under: faster).values
        == model.expectedLoss(under: schedule).values.map { 0x1p60 * $0 })
    #expect(try model.with(batchSize: 7).noiseKind == model.noiseKind)
    #expect(scaled.stabilityLimit() == 0x1p-40 * model.stabilityLimit())
  }

  @Test("X2: every loss is at least that of the noise at the minimum", arguments: MomentumConvention.allCases)
  func order(_ convention: MomentumConvention) throws {
    var random = TestRandom(7130)
    for _ in 0..<5 {
      let model = try leastSquares(&random, dimension: 3)
      let schedule = try random.schedule(steps: 7, momentum: 0.9).with(convention: convention)
      let losses = model.expectedLoss(under: schedule).values
      let additive = model.withAdditiveNoise.expectedLoss(under: schedule).values
      for t in losses.indices { #expect(losses[t] >= additive[t] * (1 - 1e-13)) }
      #expect(try losses[7] >= model.informationBound(steps: 7) * (1 - 1e-13))
    }
  }

  // MARK: Derivatives

  @Test("X3: gradients, by central differences", arguments: NamedObjective.all, [0, 0.8])
  func gradient(_ objective: NamedObjective, momentum: Double) throws {
    var random = TestRandom(7140)
    let model = try leastSquares(&random, dimension: 5)
    let schedule = try tame(&random, steps: 5, momentum: momentum)
    let objective = objective.make(5)
    let gradient = try model.gradient(of: objective, under: schedule)
    #expect(
      try relativeError(gradient.value, model.value(of: objective, under: schedule)) <= 1e-13)
    let e = 1e-4
    for t in 0..<5 {
      func value(_ rate: Double, _ mu: Double) throws -> Double {
        var (rates, momenta) = (schedule.learningRates, schedule.momenta)
        rates[t] += rate
        momenta[t] += mu
        return try model.value(of: objective, under: Schedule(learningRates: rates, momenta: momenta))
      }
      // The value is a polynomial of degree 2 in one step, so that only roundings are left: 1e-16/1e-4.
      let byRate = try (value(e, 0) - value(-e, 0)) / (2 * e)
      #expect(abs(gradient.learningRates[t] - byRate) <= 1e-10 * gradient.value)
      guard schedule.momenta[t] > e else { continue }
      let byMomentum = try (value(0, e) - value(0, -e)) / (2 * e)
      #expect(abs(gradient.momenta[t] - byMomentum) <= 1e-10 * gradient.value)
    }
  }

  @Test("X3: second derivatives, by differences of the gradient", arguments: [false, true])
  func hessian(momentum: Bool) throws {
    var random = TestRandom(7150)
    // More directions than a block of the additive kernels would take at this capacity.
    let problem = NormalizedProblem(anyNoise: try leastSquares(&random, dimension: 90))
    let (steps, e) = (4, 1e-5)
    let schedule = problem.scaled(try tame(&random, steps: steps, momentum: momentum ? 0.8 : 0))
    let rule = UpdateRule(usesMomentum: momentum)
    let engine = SweepEngine(rule.dynamics(of: problem), capacity: steps)
    let n = rule.controls * steps
    // The variables step by step.
    func mixed(_ rates: [Double], _ momenta: [Double]) -> [Double] {
      momentum ? zip(rates, momenta).flatMap { [$0, $1] } : rates
    }
    func slope(_ x: [Double]) -> [Double] {
      let rates = (0..<steps).map { x[rule.controls * $0] }
      let momenta = (0..<steps).map { momentum ? x[2 * $0 + 1] : 0 }
      engine.load(KernelSchedule(rates: rates, momenta: momenta))
      let gradient = engine.gradient()
      return mixed(gradient.rates, gradient.momenta)
    }
    let matrix = ScheduleHessian(problem, rule: rule, capacity: 700)
      .matrix(schedule, weights: nil, from: engine.start)
    let origin = mixed(schedule.rates, schedule.momenta)
    let size = matrix.reduce(0) { max($0, abs($1)) }
    for j in 0..<n {
      var (up, down) = (origin, origin)
      up[j] += e
      down[j] -= e
      let expected = zip(slope(up), slope(down)).map { ($0 - $1) / (2 * e) }
      for i in j..<n { #expect(abs(matrix[i * n + j] - expected[i]) <= 1e-8 * size, "\(i), \(j)") }
    }
  }

  @Test("X4: constant rates and their derivatives", arguments: [nil, [0, 1, 0, 2, 0, 1.0]], [0, 0.6])
  func constant(_ weights: [Double]?, momentum: Double) throws {
    var random = TestRandom(7160)
    let model = try leastSquares(&random, dimension: 5)
    let problem = NormalizedProblem(anyNoise: model)
    let dynamics = UpdateRule(usesMomentum: momentum > 0).dynamics(of: problem)
    let run = ConstantRun(dynamics, steps: 5, weights: weights, from: dynamics.makeState())
    let holds = momentum == 0
    func at(_ alpha: Double, _ mu: Double) -> ConstantDerivatives {
      run.derivatives(alpha, mu, holdsMomentum: holds)
    }
    let (alpha, e) = (0.4, 1e-5)
    let here = at(alpha, momentum)
    let losses = model.expectedLoss(
      under: try Schedule.constant(learningRate: alpha, momentum: momentum, steps: 5)
    ).values
    let objective = (weights ?? [0, 0, 0, 0, 0, 1]).indices.reduce(0) {
      $0 + (weights ?? [0, 0, 0, 0, 0, 1])[$1] * losses[$1]
    }
    #expect(relativeError(problem.modelLoss(here.value), objective) <= 1e-12)
    #expect(relativeError(run.losses([alpha], [momentum])[0], here.value) <= 1e-12)
    let (up, down) = (at(alpha + e, momentum), at(alpha - e, momentum))
    #expect(abs(here.a - (up.value - down.value) / (2 * e)) <= 1e-8 * here.value)
    #expect(abs(here.aa - (up.a - down.a) / (2 * e)) <= 1e-7 * here.value)
    guard !holds else {
      #expect(here.m == 0 && here.am == 0 && here.mm == 0)
      return
    }
    let (high, low) = (at(alpha, momentum + e), at(alpha, momentum - e))
    #expect(abs(here.m - (high.value - low.value) / (2 * e)) <= 1e-8 * here.value)
    #expect(abs(here.mm - (high.m - low.m) / (2 * e)) <= 1e-7 * here.value)
    #expect(abs(here.am - (high.a - low.a) / (2 * e)) <= 1e-7 * here.value)
  }

  // MARK: Stability

  @Test("X5: just below its limit a run settles, just above it grows", arguments: [0, 0.5, 0.9])
  func stability(momentum: Double) throws {
    var random = TestRandom(7170)
    for batch in [1.0, 3] {
      let base = try leastSquares(&random, dimension: 3, batchSize: batch)
      // Without residuals, a step is linear in the moments: its growth is that of a power iteration.
      let model = try NoisyQuadraticModel(
        leastSquares: base.curvature, residualVariance: 0, initialSecondMoment: [1, 1, 1],
        multiplicity: base.multiplicity, batchSize: batch)
      let limit = model.stabilityLimit(momentum: momentum)
      func growth(_ rate: Double) throws -> Double {
        var state = MomentState(model)
        for _ in 0..<600 { state.advance(learningRate: rate, momentum: momentum) }
        let before = state.expectedLoss
        for _ in 0..<40 { state.advance(learningRate: rate, momentum: momentum) }
        return state.expectedLoss / before
      }
      #expect(try growth(0.99 * limit) < 1 && growth(1.01 * limit) > 1)
      #expect(limit < model.withAdditiveNoise.stabilityLimit(momentum: momentum))
      // The moments at rest are those that a step leaves alone.
      #expect(base.stationaryMoments(learningRate: 1.001 * limit, momentum: momentum) == nil)
      let rest = try #require(base.stationaryMoments(learningRate: 0.7 * limit, momentum: momentum))
      var plain = PlainMoments(base)
      (plain.p, plain.q, plain.r) = (rest.position, rest.cross, rest.velocity)
      plain.c = base.gradientVariance(secondMoment: rest.position)
      plain.step(0.7 * limit, momentum)
      #expect(largestRelativeError(plain.p, rest.position) <= 1e-12)
      #expect(largestRelativeError(plain.q, rest.cross) <= 1e-10)
      #expect(largestRelativeError(plain.r, rest.velocity) <= 1e-11)
      #expect(relativeError(plain.loss, rest.expectedLoss) <= 1e-12)
    }
  }

  @Test("X5: the limit of a thousand directions h = 1/i with batches of one")
  func powerLaw() throws {
    let model = try NoisyQuadraticModel(
      leastSquares: (1...1000).map { 1 / Double($0) }, residualVariance: 1,
      initialSecondMoment: Array(repeating: 1, count: 1000))
    // The root of Σ α h/(2 − 2αh) = 1 by bisection in Python.
    #expect(abs(model.stabilityLimit() - 0.2501776963) <= 1e-10)
    #expect(model.withAdditiveNoise.stabilityLimit() == 2)
  }

  // MARK: Noise scale

  @Test("X6: the noise scale tells what a greedy step gains", arguments: [false, true])
  func noiseScale(isAdditive: Bool) throws {
    var random = TestRandom(7180)
    let grown = try leastSquares(&random, dimension: 4)
    let model = isAdditive ? grown.withAdditiveNoise : grown
    let scale = model.gradientNoiseScale()
    for batch in [0.5, scale.critical, 50] {
      let step = try GreedySolver(limits: HyperparameterLimits(learningRate: .none))
        .solve(model.with(batchSize: batch), horizon: 1)
      #expect(relativeError(step.schedule.learningRates[0], scale.bestRate(batchSize: batch)) <= 1e-13)
      let gain = step.losses.values[0] - step.finalLoss
      #expect(relativeError(gain, scale.improvement(batchSize: batch)) <= 1e-10)
    }
    #expect(
      relativeError(scale.improvement(batchSize: scale.critical), 0.5 * scale.largestImprovement) <= 1e-15)
    // By hand: h = (1, 1/2), n = (1, 2), m = (1, 4), c = h.
    let small = try NoisyQuadraticModel(
      leastSquares: [1, 0.5], residualVariance: 1, initialSecondMoment: [1, 4], multiplicity: [1, 2])
    // Σ n h m = 5; V = (1 + 1 + 5, 1/2 + 1 + 5/2); Σ n h² m = 3, Σ n h³ m = 2.
    let byHand = isAdditive ? small.withAdditiveNoise : small
    let (v, w) = isAdditive ? (1.0, 0.5) : (7, 4)
    #expect(byHand.gradientNoiseScale().simple == (v + 2 * w) / 3)
    #expect(byHand.gradientNoiseScale().critical == (v + w) / 2)
    #expect(byHand.gradientNoiseScale().largestRate == 1.5)
    #expect(byHand.gradientNoiseScale().largestImprovement == 2.25)
    // Along a run: at the moments of every step, in any convention.
    let schedule = try tame(&random, steps: 3, momentum: 0.5)
    var state = MomentState(model)
    try state.advance(schedule)
    let scales = model.gradientNoiseScales(under: schedule)
    #expect(scales.count == 4 && scales[0] == scale)
    #expect(scales[3] == model.gradientNoiseScale(secondMoment: state.secondMoment))
    let nesterov = schedule.with(convention: .velocityNesterov)
    var rule = RuleMomentState(model, rule: nesterov.convention.rule, totalSteps: 3)
    rule.advance(nesterov)
    #expect(
      model.gradientNoiseScales(under: nesterov)[3]
        == model.gradientNoiseScale(secondMoment: rule.secondMoment))
  }

  // MARK: Form

  @Test("a coded model reads back; additive ones are coded as before")
  func coded() throws {
    var random = TestRandom(7190)
    let model = try leastSquares(&random, dimension: 3)
    let data = try JSONEncoder().encode(model)
    #expect(try JSONDecoder().decode(NoisyQuadraticModel.self, from: data) == model)
    #expect(try JSONDecoder().decode(NoisyQuadraticModel.self, from: data) != model.withAdditiveNoise)
    let text = String(decoding: data, as: UTF8.self)
    #expect(text.contains(#""kind":"leastSquares""#) && text.contains(#""version":1"#))
    #expect(
      !String(decoding: try JSONEncoder().encode(model.withAdditiveNoise), as: UTF8.self).contains("kind"))
    for (bad, field) in [
      (text.replacingOccurrences(of: "leastSquares", with: "least"), "gradientNoise.kind is least"),
      (
        #"{"curvature":[1],"initialSecondMoment":[1],"gradientNoise":{"kind":"leastSquares","residualVariance":-1}}"#,
        "residualVariance is -1.0, expected a finite number ≥ 0"
      ),
    ] {
      let error = #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(NoisyQuadraticModel.self, from: Data(bad.utf8))
      }
      #expect("\(error as Any)".contains(field))
    }
  }

  private static let small = Result {
    try NoisyQuadraticModel(
      leastSquares: [1, 0.5], residualVariance: 1, initialSecondMoment: [1, 1], batchSize: 1.5)
  }

  private static func refused(_ method: String, or alternative: String? = nil) -> NoisyQuadraticError {
    .stateDependentNoise(method: method, alternative: alternative)
  }

  private static let refusals = [
    BadInput("continuous limit", refused("the continuous limit")) {
      _ = try ContinuousLimit(small.get(), horizon: 5)
    },
    BadInput("continuous limit as a solver", refused("the continuous limit")) {
      _ = try ContinuousLimitSolver().solve(small.get(), horizon: 5)
    },
    BadInput("compression", refused("the compression of a spectrum")) {
      _ = try SpectralCompression(small.get(), horizon: 5)
    },
    BadInput("limit on growth", refused("the limit on growth")) {
      _ = try GrowthLimitedSolver(growthLimit: 2).solve(small.get(), horizon: 5)
    },
    BadInput("equal curvatures", refused("the closed form for equal curvatures")) {
      _ = try EqualCurvatureSolver().solve(small.get(), horizon: 5)
    },
    BadInput(
      "another convention",
      refused("the best schedule in the momentum convention pytorch", or: "the convention velocity")
    ) {
      _ = try LinearRuleSolver(convention: .pytorch).solve(small.get(), horizon: 5)
    },
    BadInput("rates and batch sizes", refused("best rates and batch sizes")) {
      _ = try BatchScheduleSolver(limits: HyperparameterLimits(momentum: 0)).solve(
        small.get(), batchSizes: [1, 2])
    },
    BadInput(
      "gap with batch sizes",
      refused("the best rates at given batch sizes", or: "a schedule without batchSize")
    ) { _ = try ScheduleGap(small.get(), Schedule(learningRates: [0.1], batchSizes: [2])) },
    BadInput(
      "gap in another convention",
      refused("the gap in the momentum convention pytorch", or: "the convention velocity")
    ) {
      let schedule = try Schedule.constant(learningRate: 0.1, momentum: 0.5, steps: 3)
      _ = try ScheduleGap(small.get(), schedule.with(convention: .pytorch))
    },
    BadInput("steps to a target", refused("the search for the steps to a target")) {
      _ = try StepsToTarget(target: 0.1).outcome(of: .constant, for: small.get())
    },
    BadInput("a problem for kernels", refused("a test")) {
      _ = try NormalizedProblem(small.get(), additiveOnly: "a test")
    },
    BadInput("gradient of a rule", refused("the gradient of linear rules")) {
      _ = try small.get().gradient(
        under: Schedule.constant(learningRate: 0.1, steps: 3), rule: GradientDescent())
    },
    BadInput("moments of a rule at rest", refused("the stationary moments of linear rules")) {
      _ = try small.get().stationaryMoments(rule: GradientDescent(), learningRate: 0.1)
    },
    BadInput("growth of a rule", refused("the growth of linear rules")) {
      _ = try small.get().spectralRadius(rule: GradientDescent(), learningRate: 0.1)
    },
    BadInput("stability of a rule", refused("the stability of linear rules")) {
      _ = try small.get().stabilityLimit(rule: GradientDescent(), momentum: 0)
    },
    BadInput(
      "half an example",
      .invalidValue(field: "batchSize", value: 1.5, expected: "a whole number, to be simulated")
    ) {
      var random = Xoshiro256StarStar(seed: 1)
      _ = try MonteCarlo(replicas: 2).run(
        small.get(), under: Schedule.constant(learningRate: 0.1, steps: 1), using: &random)
    },
    BadInput(
      "residuals below 0",
      .invalidValue(field: "residualVariance", value: -1, expected: "a finite number ≥ 0")
    ) {
      _ = try NoisyQuadraticModel(leastSquares: [1], residualVariance: -1, initialSecondMoment: [1])
    },
    BadInput(
      "features of negative variance",
      .notPositiveSemidefinite(field: "featureCovariance", smallestEigenvalue: -1)
    ) {
      _ = try NoisyQuadraticModel(
        featureCovariance: SymmetricMatrix(rows: [[-1]]), residualVariance: 1,
        initialSecondMoment: SymmetricMatrix(rows: [[1]]))
    },
  ]

  @Test("what holds for additive noise only refuses", arguments: refusals)
  func refusal(_ input: BadInput) { input.check() }
}
