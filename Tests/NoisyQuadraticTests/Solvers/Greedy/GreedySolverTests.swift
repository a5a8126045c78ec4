import NoisyQuadratic
import Testing

@Suite("Greedy")
struct GreedySolverTests {
  /// Theorem 2 with explicit sums on plain second moments (S3), S1 at rest.
  private func theorem2(
    _ model: NoisyQuadraticModel, steps: Int, momentum: Bool
  ) -> (schedule: Schedule, losses: [Double]) {
    var moments = PlainMoments(model)
    var (rates, momenta, losses) = ([Double](), [Double](), [moments.loss])
    for _ in 0..<steps {
      var (aa, am, mm, ba, bm) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for i in moments.h.indices {
        let (h, nh) = (moments.h[i], moments.n[i] * moments.h[i])
        aa += nh * (h * h * moments.p[i] + moments.c[i])
        am += nh * h * moments.q[i]
        mm += nh * moments.r[i]
        ba += nh * h * moments.p[i]
        bm += nh * moments.q[i]
      }
      let determinant = aa * mm - am * am
      if momentum, mm > 0 {
        rates.append((ba * mm - am * bm) / determinant)
        momenta.append((ba * am - aa * bm) / determinant)
      } else {
        rates.append(ba / aa)
        momenta.append(0)
      }
      moments.step(rates[rates.count - 1], momenta[momenta.count - 1])
      losses.append(moments.loss)
    }
    return (Schedule(validRates: rates, momenta: momenta), losses)
  }

  private let free = HyperparameterLimits(learningRate: .none, momentum: 0.9999)

  @Test("S1: without momentum, the ratio of sums", arguments: 0..<4)
  func withoutMomentum(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 1000)
    let model = try random.model(dimension: 6)
    let solution = try GreedySolver(limits: HyperparameterLimits(learningRate: .none)).solve(
      model, horizon: 30)
    let expected = theorem2(model, steps: 30, momentum: false)
    #expect(largestRelativeError(solution.schedule.learningRates, expected.schedule.learningRates) <= 1e-12)
    #expect(largestRelativeError(solution.losses.values, expected.losses) <= 1e-12)
    #expect(solution.termination == .closedForm)
    #expect(solution.schedule.momenta.allSatisfy { $0 == 0 })
  }

  @Test("S3: Theorem 2 on the paper's problem, and the paper's numbers")
  func paper() throws {
    let model = try ReferenceProblem.wu2018.model()
    let limits = HyperparameterLimits(learningRate: .firstStepGrowth, momentum: 0.9999)
    let solution = try GreedySolver(limits: limits).solve(model, horizon: 250)
    let expected = theorem2(model, steps: 250, momentum: true)
    // The determinant cancels two or three digits, and every step feeds the next.
    #expect(largestRelativeError(solution.schedule.learningRates, expected.schedule.learningRates) <= 1e-10)
    #expect(largestScaledError(solution.schedule.momenta, expected.schedule.momenta) <= 1e-10)
    #expect(largestRelativeError(solution.losses.values, expected.losses) <= 1e-11)
    // The digits that were published or recomputed, to half a unit of the last one.
    #expect(abs(solution.finalLoss - 63.858162) <= 5e-7)
    for (t, loss) in [(1, 2809.589), (10, 291.845), (50, 127.957), (100, 94.270)] {
      #expect(abs(solution.losses.values[t] - loss) <= 5e-4)
    }
    let (rates, momenta) = (solution.schedule.learningRates, solution.schedule.momenta)
    #expect(abs(rates[0] - 0.118617) <= 5e-7)
    #expect(abs(rates[1] - 0.134978) <= 5e-7)
    #expect(abs(rates[2] - 0.099878) <= 5e-7)
    #expect(momenta[0] == 0)
    #expect(abs(momenta[1] - 0.055785) <= 5e-7)
    #expect(abs(momenta[2] - 0.141120) <= 5e-7)
    #expect(momenta.max() == momenta[2])
    // What is left sits in the low curvatures.
    let low = model.expectedLoss(under: solution.schedule, over: model.lowestCurvatures(50)).final
    let high = model.expectedLoss(under: solution.schedule, over: model.highestCurvatures(50)).final
    #expect(abs(low - 12.918) <= 5e-4)
    #expect(abs(high - 0.32242) <= 5e-6)
    let plain = try GreedySolver(limits: HyperparameterLimits(learningRate: .firstStepGrowth)).solve(
      model, horizon: 250)
    #expect(abs(plain.finalLoss - 65.031) <= 5e-4)
  }

  @Test("S1, S3: final losses of the reference cases", arguments: ReferenceCase.all)
  func cases(_ reference: ReferenceCase) throws {
    let (model, expected) = try (reference.model(), reference.expected)
    let plain = try GreedySolver(limits: HyperparameterLimits(learningRate: .firstStepGrowth))
      .solve(model, horizon: expected.horizon)
    #expect(relativeError(plain.finalLoss, expected.greedy) <= 1e-11)
    let heavy = try GreedySolver(
      limits: HyperparameterLimits(learningRate: .firstStepGrowth, momentum: 0.9999)
    )
    .solve(model, horizon: expected.horizon)
    // Interior steps amplify rounding by the condition of a 2 × 2 system, thousands of times over.
    #expect(relativeError(heavy.finalLoss, expected.greedyMomentum) <= 1e-10)
  }

  @Test("S3: schedules known to the last digit", arguments: SmallOptimum.all.filter { $0.greedy != nil })
  func small(_ oracle: SmallOptimum) throws {
    let greedy = try #require(oracle.greedy)
    let limits = HyperparameterLimits(learningRate: .none, momentum: oracle.momentumLimit ?? 0)
    let solution = try GreedySolver(limits: limits).solve(oracle.model(), horizon: greedy.alpha.count)
    // Rates are ratios of well-conditioned sums; with low noise the third system is near singular.
    #expect(largestRelativeError(solution.schedule.learningRates, greedy.alpha) <= 1e-9)
    #expect(largestScaledError(solution.schedule.momenta, greedy.mu) <= 1e-9)
    #expect(largestRelativeError(Array(solution.losses.values.dropFirst()), greedy.losses) <= 1e-11)
  }

  @Test(
    "S3: no neighbouring step is better for the next loss", .long, arguments: LongTest.cases(Array(0..<6)))
  func optimalStep(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 1100)
    let model = try random.model(dimension: 4, noise: 0.3)
    let limits = HyperparameterLimits(learningRate: seed % 2 == 0 ? .firstStepGrowth : .none, momentum: 0.8)
    let solution = try GreedySolver(limits: limits).solve(model, horizon: 15)
    let highest = solution.learningRateLimit ?? 1e3
    var state = MomentState(model)
    for (t, step) in solution.schedule.enumerated() {
      let chosen = solution.losses.values[t + 1]
      for i in 0...40 {
        for j in 0...20 {
          // A coarse grid over the box and a fine one around the choice.
          let coarse = (min(highest, 4) * Double(i) / 40, 0.8 * Double(j) / 20)
          let fine = (
            min(step.learningRate * (0.98 + 0.001 * Double(i)), highest),
            min(max(step.momentum - 0.01 + 0.001 * Double(j), 0), 0.8)
          )
          for (alpha, mu) in [coarse, fine] {
            var next = state
            next.advance(learningRate: alpha, momentum: mu)
            if next.expectedLoss < chosen * (1 - 1e-13) {
              Issue.record("step \(t): (\(alpha), \(mu)) is better than \(step)")
              return
            }
          }
        }
      }
      state.advance(learningRate: step.learningRate, momentum: step.momentum)
    }
  }

  @Test("S10: without noise greedy is conjugate gradients", arguments: [2, 3, 5, 8])
  func conjugateGradients(_ d: Int) throws {
    var random = TestRandom(UInt64(d) + 1200)
    // Well separated curvatures: conjugate gradients amplify rounding where they crowd.
    let h = (0..<d).map { 1 / Double(1 + $0 * $0) }
    let (m, n) = (random.array(d) { $0.uniform(0.5, 2) }, random.array(d) { $0.uniform(0.5, 2) })
    let model = try NoisyQuadraticModel(
      curvature: h, gradientNoise: h.map { _ in 0 }, initialSecondMoment: m, multiplicity: n)
    let solution = try GreedySolver(limits: free).solve(model, horizon: d)
    let oracle = ConjugateGradients(h: h, start: zip(n, m).map { ($0 * $1).squareRoot() }, steps: d)
    let largest = oracle.momenta.max() ?? 0
    // The claim holds while no limit binds; rounding grows by orders of magnitude per step.
    try #require(largest < 0.9999)
    #expect(largestRelativeError(solution.schedule.learningRates, oracle.learningRates) <= 1e-6)
    #expect(largestScaledError(solution.schedule.momenta, oracle.momenta) <= 1e-6)
    for t in 1..<d {
      #expect(relativeError(solution.losses.values[t], oracle.losses[t - 1]) <= 1e-8)
    }
    // As many steps as there are distinct curvatures solve the problem, to the square of rounding.
    #expect(solution.finalLoss <= 1e-18 * model.initialLoss)
  }

  @Test("S10: equal curvatures count once")
  func distinctCurvatures() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.5, 1, 0.5, 0, 0.25], gradientNoise: [0, 0, 0, 0, 0, 0],
      initialSecondMoment: [1, 2, 3, 4, 5, 0])
    // Two distinct positive curvatures are excited.
    let solution = try GreedySolver(limits: free).solve(model, horizon: 2)
    #expect(solution.finalLoss <= 1e-28 * model.initialLoss)
  }

  @Test("S10: on the paper's noiseless problem rate and momentum tend to the heavy-ball optimum")
  func deterministicLimit() throws {
    let model = try ReferenceProblem.wu2018Deterministic.model()
    let solution = try GreedySolver(limits: free).solve(model, horizon: 250)
    // (2/(√a + √b))², ((√b − √a)/(√b + √a))² for [a, b] = [0.05, 10].
    let (a, b) = (0.05.squareRoot(), 10.0.squareRoot())
    let (alpha, mu) = (4 / ((a + b) * (a + b)), (b - a) * (b - a) / ((b + a) * (b + a)))
    #expect(abs(alpha - 0.34891) <= 5e-6 && abs(mu - 0.75328) <= 5e-6)
    for t in 60..<120 {
      #expect(abs(solution.schedule.learningRates[t] - 0.34891) <= 1e-5)
      #expect(abs(solution.schedule.momenta[t] - 0.75328) <= 1e-5)
    }
    #expect(zip(solution.losses.values, solution.losses.values.dropFirst()).allSatisfy { $0 >= $1 })
  }
}
