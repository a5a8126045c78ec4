import NoisyQuadratic
import Testing

/// The block kernels of loss curves against loops over one direction at a time.
@Suite("Loss curves")
struct LossCurveTests {
  /// Rates of a restless run for a largest curvature of 1, a tenth of them zero if wanted.
  private func rates(_ random: inout TestRandom, _ steps: Int, zeros: Bool) -> [Double] {
    random.array(steps) { zeros && $0.unit() < 0.1 ? 0 : $0.uniform(0.01, 1.9) }
  }

  /// Each step is wrong by a few ulp of one in `u = 1 - αh`, whose size is more than 1/16 on average.
  private func tolerance(_ steps: Int) -> Double { 64 * .ulpOfOne * Double(steps + 8) }

  @Test(
    "D2, D7: without momentum, across blocks, tiles and remainders",
    arguments: [1, 7, 8, 9, 33, 40, 71, 1024, 1025, 2100], [false, true])
  func withoutMomentum(_ d: Int, zeros: Bool) throws {
    var random = TestRandom(UInt64(d) + 900)
    let problem = NormalizedProblem(anyNoise: try random.model(dimension: d))
    let dynamics = UpdateRule.sgd.dynamics(of: problem)
    for steps in d > 100 ? [1, 70] : [0, 1, 2, 63, 64, 65, 200] {
      let rates = rates(&random, steps, zeros: zeros)
      let actual = dynamics.losses(KernelSchedule(rates: rates, momenta: []))
      #expect(actual.count == steps + 1)
      #expect(largestRelativeError(actual, PlainLosses(problem: problem)(rates: rates)) <= tolerance(steps))
    }
  }

  @Test(
    "D4, D8: with momentum, across blocks, tiles and remainders",
    arguments: [1, 7, 8, 9, 16, 17, 40, 512, 513, 1100], [false, true])
  func withMomentum(_ d: Int, zeros: Bool) throws {
    var random = TestRandom(UInt64(d) + 910)
    let problem = NormalizedProblem(anyNoise: try random.model(dimension: d))
    let dynamics = UpdateRule.heavyBall.dynamics(of: problem)
    for steps in d > 100 ? [1, 70] : [0, 1, 2, 63, 64, 65, 200] {
      let rates = rates(&random, steps, zeros: zeros)
      let momenta = random.array(steps) { $0.unit() < 0.1 ? 0 : $0.uniform(0, 0.95) }
      let actual = dynamics.losses(KernelSchedule(rates: rates, momenta: momenta))
      let expected = PlainLosses(problem: problem)(rates: rates, momenta: momenta)
      #expect(actual.count == steps + 1)
      // The path may pass near zero in the few directions there are: errors relative to the losses before.
      let scaled = zip(actual, expected).enumerated().map { t, pair in
        abs(pair.0 - pair.1) / (pair.1 * expected[0...t].reduce(0, max)).squareRoot()
      }
      #expect(scaled.allSatisfy { $0 <= tolerance(steps) })
    }
  }

  @Test("D8: momentum near one adds no error of its own, whatever the curvature")
  func longMemory() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 1e-3, 1e-6, 1e-9], gradientNoise: [1, 1e-3, 1e-6, 1e-9],
      initialSecondMoment: [0, 0, 0, 0])
    let steps = 2000
    let rates = (0..<steps).map { 1e-3 * (1 + 0.5 * Elementary.sin(Double($0))) }
    let momenta = [Double](repeating: 0.9999, count: steps)
    for index in model.curvature.indices {
      let problem = NormalizedProblem(anyNoise: model).restricted(to: [index])
      let actual = UpdateRule.heavyBall.dynamics(of: problem).losses(
        KernelSchedule(rates: rates, momenta: momenta))
      let expected = PlainLosses(problem: problem)(rates: rates, momenta: momenta)
      // Some roundings a step, of either sign, none of which grows with the 10⁴ steps of memory.
      let error = largestRelativeError(Array(actual.dropFirst()), Array(expected.dropFirst()))
      #expect(error <= 512 * .ulpOfOne)
    }
  }

  @Test("D4, D7, D8: a run from the state of another", arguments: [false, true])
  func restart(_ usesMomentum: Bool) throws {
    var random = TestRandom(920)
    let problem = NormalizedProblem(anyNoise: try random.model(dimension: 600))
    let dynamics = UpdateRule(usesMomentum: usesMomentum).dynamics(of: problem)
    let rates = rates(&random, 90, zeros: false)
    let momenta = random.array(90) { $0.uniform(0, 0.9) }
    let whole = dynamics.losses(KernelSchedule(rates: rates, momenta: momenta))
    let state = dynamics.makeState()
    for t in 0..<30 { dynamics.advance(state, rates[t], momenta[t]) }
    let rest = dynamics.losses(
      KernelSchedule(rates: Array(rates[30...]), momenta: Array(momenta[30...])), from: state)
    // The covariance that the state carries is wrong by ulps of the largest loss so far.
    #expect(largestScaledError(rest, Array(whole[30...])) <= tolerance(90) * (whole.max() ?? 0) / whole[30])
  }

  @Test("D8: a step that stops the position without noise leaves all variance to the velocity")
  func stopped() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 1], gradientNoise: [1, 1], initialSecondMoment: [1, 1])
    let dynamics = UpdateRule.heavyBall.dynamics(of: NormalizedProblem(anyNoise: model))
    let state = dynamics.makeColumns(columns: 5)
    // No path; v = −θ in the first direction, and a position that has stopped in the second.
    state.fill(2, with: [1, 0])
    state.fill(3, with: [-1, 0])
    state.fill(4, with: [1, 4])
    // θ: 1 → 0 → −1, and 0 → 2 → 4 in size.
    let losses = dynamics.losses(KernelSchedule(rates: [0, 0], momenta: [1, 1]), from: state)
    #expect(losses == [0.5, 2, 8.5])
    // From there with noise of one: α² joins every variance, −1 and 4 shrink by u = ½ and move by ½·(−1, 2).
    let noisy = dynamics.losses(KernelSchedule(rates: [0, 0, 0.5], momenta: [1, 1, 0.5]), from: state)
    #expect(noisy[3] == 0.5 * (1 + 0.25) + 0.5 * (9 + 0.25))
  }

  @Test("D7, D8: what decays goes through the subnormal numbers and ends at zero", arguments: [false, true])
  func decay(_ usesMomentum: Bool) throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.25, 0.25, 0.25, 0.25], gradientNoise: [0, 0, 0, 0, 0],
      initialSecondMoment: [1, 1, 1, 1, 1])
    let dynamics = UpdateRule(usesMomentum: usesMomentum).dynamics(of: NormalizedProblem(anyNoise: model))
    let losses = dynamics.losses(
      KernelSchedule(rates: Array(repeating: 1, count: 9000), momenta: Array(repeating: 0.25, count: 9000)))
    #expect(losses[8999] == 0 && losses[9000] == 0)
    #expect(losses.allSatisfy { $0 >= 0 && $0.isFinite })
    if !usesMomentum {
      for t in stride(from: 1, to: 1200, by: 100) {
        let expected = 0.5 * Elementary.exp(Double(2 * t) * Elementary.log(0.75))
        // A few roundings a step here, one of the logarithm times 2t there.
        #expect(relativeError(losses[t], expected) <= 8 * Double(t + 1) * .ulpOfOne)
      }
    }
  }

  @Test("D7: moments over squared rates overflow long before the losses do, which does not show")
  func hiddenOverflow() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.5], gradientNoise: [1, 0], initialSecondMoment: [1, 0])
    let problem = NormalizedProblem(anyNoise: model)
    // Moments grow ninefold a step to 1e301; then rates so small that nothing moves; then they fall again.
    let rates = Array(repeating: 4.0, count: 315) + Array(repeating: 0x1p-99, count: 40) + [1, 1]
    let plain = UpdateRule.sgd.dynamics(of: problem).losses(KernelSchedule(rates: rates, momenta: []))
    #expect(plain.allSatisfy(\.isFinite) && plain[320] > 1e300)
    #expect(largestRelativeError(plain, PlainLosses(problem: problem)(rates: rates)) <= tolerance(400))
    let momenta = [Double](repeating: 0, count: rates.count)
    let heavy = UpdateRule.heavyBall.dynamics(of: problem).losses(
      KernelSchedule(rates: rates, momenta: momenta))
    #expect(largestRelativeError(heavy, plain) <= tolerance(400))
  }

  @Test("D8: two variances whose product overflows")
  func hugePairs() throws {
    let ones = [Double](repeating: 1, count: 16)
    let problem = NormalizedProblem(
      anyNoise: try NoisyQuadraticModel(
        curvature: ones, gradientNoise: ones, initialSecondMoment: ones.map { _ in 0 }))
    // Variances grow sevenfold a step to 1e290, and shrink again.
    let rates = Array(repeating: 4.0, count: 345) + Array(repeating: 0.5, count: 10)
    let momenta = [Double](repeating: 0.3, count: rates.count)
    let losses = UpdateRule.heavyBall.dynamics(of: problem).losses(
      KernelSchedule(rates: rates, momenta: momenta))
    let expected = PlainLosses(problem: problem)(rates: rates, momenta: momenta)
    #expect(losses.allSatisfy(\.isFinite) && losses[345] > 1e280)
    #expect(largestRelativeError(losses, expected) <= tolerance(rates.count))
  }

  @Test("Losses stay infinite or not a number once they overflow, and only then", arguments: [false, true])
  func overflow(_ usesMomentum: Bool) throws {
    // The second direction has nothing to grow from.
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.5, 0.25], gradientNoise: [0, 0, 1], initialSecondMoment: [1, 0, 1])
    let rates = Array(repeating: 10.0, count: 400) + Array(repeating: 0.1, count: 40)
    let problem = NormalizedProblem(anyNoise: model)
    let dynamics = UpdateRule(usesMomentum: usesMomentum).dynamics(of: problem)
    let momenta = [Double](repeating: 0.5, count: rates.count)
    let losses = dynamics.losses(KernelSchedule(rates: rates, momenta: momenta))
    let plain = PlainLosses(problem: problem)
    let expected = usesMomentum ? plain(rates: rates, momenta: momenta) : plain(rates: rates)
    let first = try #require(losses.firstIndex { !$0.isFinite })
    #expect(first == expected.firstIndex { !$0.isFinite })
    #expect(losses[first...].allSatisfy { !$0.isFinite })
    #expect(largestRelativeError(Array(losses[..<first]), Array(expected[..<first])) <= tolerance(400))
    let still = dynamics.losses(KernelSchedule(rates: [1e200, 1e200], momenta: [0, 0]))
    #expect(!still[1].isFinite && !still[2].isFinite)
    // What would become of noise that is not there never shows, nor do the kernels' empty lanes.
    let calm = UpdateRule(usesMomentum: usesMomentum).dynamics(of: problem.restricted(to: [1]))
    let nothing = calm.losses(KernelSchedule(rates: rates.map { 1e9 * $0 }, momenta: momenta))
    #expect(nothing.allSatisfy { $0 == 0 })
  }

  @Test("M1: a subset's curve is its own, bit for bit, whatever else is asked for", arguments: [0, 0.9])
  func subsets(_ momentum: Double) throws {
    var random = TestRandom(930)
    let model = try random.model(dimension: 1300)
    let schedule = try random.schedule(steps: 20, momentum: momentum)
    let (high, low) = (model.highestCurvatures(50), model.lowestCurvatures(50))
    let all = Array(model.curvature.indices)
    let together = model.expectedLosses(under: [schedule], over: [high, all, low, []])[0]
    #expect(together[0] == model.expectedLoss(under: schedule, over: high.reversed()))
    #expect(together[1] == model.expectedLoss(under: schedule))
    #expect(together[1] == model.expectedLoss(under: schedule, over: all))
    #expect(together[2] == model.expectedLoss(under: schedule, over: low))
    #expect(together[3].values == Array(repeating: 0, count: 21))
    let parts = stride(from: 0, to: 1300, by: 100).map { Array($0..<($0 + 100)) }
    let curves = model.expectedLosses(under: [schedule], over: parts)[0]
    let sums = (0...20).map { t in curves.reduce(0) { $0 + $1.values[t] } }
    // Positive terms in another order.
    #expect(largestRelativeError(sums, together[1].values) <= 64 * .ulpOfOne)
  }
}
