import NoisyQuadratic
import Testing

/// Problems with so little noise and so wide a box that intermediate losses dwarf the final one by more
/// than sixteen digits: sweeps that trust their own loss end far above where they began, or below zero.
@Suite("Wild steps")
struct WildStepTests {
  private static let problems: [(h: [Double], c: [Double], m: [Double], n: [Double], steps: Int)] = [
    (
      [0.2239169982029604, 0.0010671446294602724, 0.13363254756805143],
      [1.991909652301041e-05, 2.402637733870194e-07, 1.0434697877391245e-05],
      [0.5034609333065093, 4.2766101704776585, 0.7077644457301009], [1, 1000, 1], 9
    ),
    (
      [0.18973905248840117, 27.339897826166588, 0.8032844766652342, 0.4151173029715539, 22.417117129257385],
      [
        1.1714175770912994e-05, 6.694281795887519e-04, 3.978594159960282e-04, 4.2355329895981607e-04,
        0.0013613790230156892,
      ],
      [0.5149997482763824, 0.11645670407899236, 0.15884209538426708, 0.13429353522265747, 2.807898391699116],
      [1, 1, 1, 1, 1], 13
    ),
  ]

  private func model(_ i: Int) throws -> (NoisyQuadraticModel, Int) {
    let p = Self.problems[i]
    return (
      try NoisyQuadraticModel(
        curvature: p.h, gradientNoise: p.c, initialSecondMoment: p.m, multiplicity: p.n), p.steps
    )
  }

  @Test(
    "S6: never above greedy or any start, and the loss is that of the schedule",
    arguments: LongTest.cases([0, 1]), LongTest.cases([0, 0.9999], otherwise: [0]))
  func neverAboveStarts(_ i: Int, momentum: Double) throws {
    let (model, steps) = try model(i)
    let limits = HyperparameterLimits(learningRate: .none, momentum: momentum)
    let greedy = try GreedySolver(limits: limits).solve(model, horizon: steps)
    let best = try FullHorizonSolver(limits: limits).solve(model, horizon: steps)
    #expect(best.finalLoss <= greedy.finalLoss)
    #expect(best.finalLoss >= best.informationBound)
    for start in best.statistics.starts { #expect(best.finalLoss <= start.finalLoss * (1 + 1e-11)) }
    // D5: no cancellation between terms, so that rounding is some 1e-16 of the largest intermediate position:
    // of the final loss L some 1e-16 √(L_max/L), times the number of steps.
    var exact = 0.0
    for j in model.curvature.indices {
      let influence = InfluenceSums(h: model.curvature[j], best.schedule)
      let signal = model.initialSecondMoment[j] * influence.path.theta * influence.path.theta
      let moment = signal + model.gradientNoise[j] * influence.noise.p
      exact += 0.5 * model.multiplicity[j] * model.curvature[j] * moment
    }
    let peak = best.losses.values.reduce(0, max)
    #expect(abs(best.finalLoss - exact) <= 1e-16 * Double(steps) * (peak * exact).squareRoot())
  }

  @Test("D4: random wild schedules against influence sums; the factor never turns negative", arguments: 0..<6)
  func factoredCovariance(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 4200)
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.3, 0.02], gradientNoise: [1e-3, 0.3, 0.01], initialSecondMoment: [1, 0, 2])
    for _ in 0..<20 {
      let rates = random.array(24) { $0.uniform(0, $0.uniform(0, 1) < 0.3 ? 40 : 2) }
      let momenta = random.array(24) { $0.uniform(0, 0.99) }
      let schedule = try Schedule(learningRates: rates, momenta: momenta)
      let losses = model.expectedLoss(under: schedule).values
      #expect(losses.allSatisfy { $0 >= 0 })
      // Without a last annihilation the plain recursion keeps its digits: the oracle at the peak.
      let plain = PlainMoments.losses(model, schedule)
      var peak = 0.0
      for (t, loss) in losses.enumerated() {
        peak = max(peak, plain[t])
        #expect(abs(loss - plain[t]) <= 1e-11 * peak)
      }
    }
  }

  @Test("C1, C2: constants in narrow valleys between oscillations")
  func narrowValleys() throws {
    let limits = HyperparameterLimits(learningRate: .twoOverMaximumCurvature, momentum: 0.9999)
    // Two directions without noise in five steps: a pair exists that solves both.
    let noiseless = try NoisyQuadraticModel(
      curvature: [1, 0.1], gradientNoise: [0, 0], initialSecondMoment: [1, 1])
    let solved = try ConstantSolver(limits: limits).solve(noiseless, horizon: 5)
    #expect(solved.finalLoss < 1e-15)
    let h = [0.560934, 0.032076]
    let model = try NoisyQuadraticModel(
      curvature: h, gradientNoise: h.map { 1e-3 * $0 }, initialSecondMoment: [1, 1])
    let best = try ConstantSolver(limits: limits).solve(model, horizon: 27)
    for (alpha, mu) in [(0.2778, 0.8893), (0.3, 0.9), (0.25, 0.88), (3, 0.1)] {
      let other = try Schedule.constant(learningRate: min(alpha, 2 / h[0]), momentum: mu, steps: 27)
      #expect(best.finalLoss <= model.expectedLoss(under: other).final)
    }
  }
}
