import NoisyQuadratic
import Testing

@Suite("Schedule gap")
struct ScheduleGapTests {
  private let noLimit = HyperparameterLimits(learningRate: .none)

  private func curves(_ seed: Int, momentum: Double) throws -> (NoisyQuadraticModel, Schedule) {
    var random = TestRandom(UInt64(seed) + 3000)
    let model = try random.model(dimension: 5, noise: random.logUniform(1e-2, 1))
    return (model, try random.schedule(steps: 12 + seed, momentum: momentum))
  }

  @Test(
    "G1: regrets add up to the excess and are never negative",
    arguments: LongTest.cases(Array(0..<4), otherwise: [1, 2]), [0, 0.9])
  func telescopes(seed: Int, momentum: Double) throws {
    let (model, schedule) = try curves(seed, momentum: momentum)
    let limits = HyperparameterLimits(learningRate: .twoOverMaximumCurvature, momentum: momentum)
    let gap = try ScheduleGap(model, schedule, limits: limits, segments: seed < 2 ? nil : 5)
    let profile = try #require(gap.regret)
    #expect(profile.segments.allSatisfy { $0.regret >= 0 })
    #expect(profile.segments.map(\.steps).reduce(into: []) { $0 += Array($1) } == Array(schedule.indices))
    #expect(profile.attainable.count == profile.segments.count + 1)
    // One rounding per difference; the ends are computed by another order of sums.
    let rounding = Double(4 * profile.attainable.count) * .ulpOfOne * gap.finalLoss
    #expect(abs(profile.segments.reduce(0) { $0 + $1.regret } - gap.excess) <= rounding)
    #expect(relativeError(profile.attainable[0], gap.optimum.finalLoss) <= 1e-13)
    #expect(relativeError(try #require(profile.attainable.last), gap.finalLoss) <= 1e-13)
    // Some steps of a few ulp of the largest loss.
    #expect(largestScaledError(gap.losses.values, PlainMoments.losses(model, schedule)) <= 1e-13)
    #expect(gap.stepsBeyondLimits == 0)
    #expect(gap.optimum.finalLoss >= gap.optimum.informationBound * (1 - 1e-12))
    let parts = profile.parts(3)
    #expect(parts.flatMap { $0 } == profile.segments)
    #expect(parts.count == 3)
  }

  @Test(
    "G1: what is attainable is the optimum of a run that starts where the schedule is", .long,
    arguments: LongTest.cases(Array(0..<4)))
  func restart(seed: Int) throws {
    let (model, schedule) = try curves(seed, momentum: 0)
    let profile = try #require(try ScheduleGap(model, schedule).regret)
    for t in [1, schedule.count / 2, schedule.count - 2] {
      var state = MomentState(model)
      for step in schedule.prefix(t) { state.advance(learningRate: step.learningRate) }
      let rest = try NoisyQuadraticModel(
        curvature: model.curvature, gradientNoise: model.gradientNoise,
        initialSecondMoment: state.secondMoment, multiplicity: model.multiplicity, batchSize: model.batchSize)
      let optimum = try FullHorizonSolver().solve(rest, horizon: schedule.count - t)
      // Both stop when a pair of sweeps gains less than 1e-12.
      #expect(relativeError(profile.attainable[t], optimum.finalLoss) <= 1e-9)
    }
  }

  @Test("G1: velocity is part of the state", arguments: LongTest.cases(Array(0..<4)))
  func velocity(seed: Int) throws {
    let (model, schedule) = try curves(seed, momentum: 0.9)
    let limits = HyperparameterLimits(learningRate: .value(1.9), momentum: 0.95)
    let profile = try #require(try ScheduleGap(model, schedule, limits: limits).regret)
    let t = schedule.count - 1
    var before = PlainMoments(model)
    for step in schedule.prefix(t) { before.step(step.learningRate, step.momentum) }
    var lowest = Double.infinity
    for i in 0...2000 {
      let mu = 0.95 * Double(i) / 2000
      var after = before
      after.step(before.bestRate(momentum: mu, limit: 1.9), mu)
      lowest = min(lowest, after.loss)
    }
    #expect(profile.attainable[t] <= lowest * (1 + 1e-12))
    // A grid step from the minimum of a parabola in μ.
    #expect(profile.attainable[t] >= lowest * (1 - 1e-5))
  }

  @Test("G4: one curvature, every regret in closed form", arguments: 0..<3)
  func oneCurvature(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 3100)
    let (h, c, m) = (random.uniform(0.5, 2), random.uniform(0.1, 2), random.uniform(0.5, 3))
    let model = try NoisyQuadraticModel(curvature: [h], gradientNoise: [c], initialSecondMoment: [m])
    let schedule = try Schedule(learningRates: random.array(30) { $0.uniform(0, 1 / h) })
    let gap = try ScheduleGap(model, schedule, limits: noLimit)
    let profile = try #require(gap.regret)
    var moment = m
    func attainable(_ t: Int) -> Double { 0.5 * h / (1 / moment + Double(30 - t) * h * h / c) }
    for t in 0..<30 {
      // Thirty steps of a few ulp, and a minimum found to 1e-12.
      #expect(relativeError(profile.attainable[t], attainable(t)) <= 1e-11)
      let alpha = schedule.learningRates[t]
      let best = h * moment / (h * h * moment + c)
      #expect(relativeError(profile.bestResponse.learningRates[t], best) <= 1e-5)
      // The derivative of the closed form through m′ = (1 − αh)² m + α² c.
      let change = 2 * (alpha * c - (1 - alpha * h) * h * moment)
      moment = (1 - alpha * h) * (1 - alpha * h) * moment + alpha * alpha * c
      let share = 1 / (1 + Double(29 - t) * h * h / c * moment)
      let slope = 0.5 * h * share * share * change
      // Plans are right to 1e-6, the square root of their loss's tolerance, and so is a derivative along them.
      #expect(abs(profile.segments[t].slope - slope) <= 1e-5 * h * (c + h * moment))
    }
  }

  @Test(
    "G4: the regret of the last step is a parabola", arguments: LongTest.cases(Array(0..<4), otherwise: [0]))
  func lastStep(seed: Int) throws {
    let (model, schedule) = try curves(seed, momentum: 0)
    let profile = try #require(try ScheduleGap(model, schedule, limits: noLimit).regret)
    var state = PlainMoments(model)
    for step in schedule.dropLast() { state.step(step.learningRate, 0) }
    let curve = state.h.indices.reduce(0) {
      let h = state.h[$1]
      return $0 + state.n[$1] * h * (h * h * state.p[$1] + state.c[$1])
    }
    let distance = (schedule.learningRates.last ?? 0) - state.bestRate(momentum: 0, limit: .infinity)
    let last = try #require(profile.segments.last)
    // A difference of two losses that are right to a few ulp.
    #expect(abs(last.regret - 0.5 * curve * distance * distance) <= 1e-13 * state.loss)
    #expect(abs(last.slope - curve * distance) <= 1e-12 * curve)
  }

  @Test("G3: the slope is the change of what is attainable", arguments: LongTest.cases([0, 1]))
  func slope(seed: Int) throws {
    let (model, schedule) = try curves(seed, momentum: 0)
    let limits = HyperparameterLimits(learningRate: .value(2))
    func profile(_ change: Double, _ steps: Range<Int>) throws -> RegretProfile {
      var rates = schedule.learningRates
      for t in steps { rates[t] += change }
      return try #require(
        try ScheduleGap(
          model, Schedule(learningRates: rates), limits: limits, segments: LongTest.isAsked ? 4 : 2
        ).regret)
    }
    let original = try profile(0, 0..<0)
    for (j, segment) in original.segments.enumerated() {
      // One-sided, as rates may be 0: the parabola through three points.
      let width = 1e-3
      let values = try (0...2).map { try profile(width * Double($0), segment.steps).attainable[j + 1] }
      let slope = (-3 * values[0] + 4 * values[1] - values[2]) / (2 * width)
      // The third derivative times width², for rates that change the loss over lengths of one.
      #expect(abs(segment.slope - slope) <= 1e-4 * values[0])
    }
  }

  @Test("G2: the best schedule has no gap", arguments: zip([3200, 3208], [0, 0.9]))
  func optimal(seed: UInt64, momentum: Double) throws {
    var random = TestRandom(seed)
    let model = try random.model(dimension: 6)
    let limits = HyperparameterLimits(learningRate: .twoOverMaximumCurvature, momentum: momentum)
    let best = try FullHorizonSolver(limits: limits).solve(model, horizon: 40)
    let gap = try ScheduleGap(model, best.schedule, limits: limits)
    // What further descents still gain; below zero the rounding of two sums in different orders.
    #expect(gap.excess >= -8 * .ulpOfOne * best.finalLoss)
    #expect(gap.excess <= 1e-12 * best.finalLoss)
    // Not even by a rounding.
    #expect(try #require(gap.regret).segments.allSatisfy { $0.regret >= 0 })
  }

  @Test("G2: a local optimum has regret, and the lower one is the optimum", .long)
  func localOptimum() throws {
    let h = [1, 0.1, 0.01]
    let model = try NoisyQuadraticModel(
      curvature: h, gradientNoise: h, initialSecondMoment: [0.03082635, 1.12826412, 0.38253353])
    let limits = HyperparameterLimits(learningRate: .value(1))
    // Sweeps from the limit end in the other optimum.
    let problem = NormalizedProblem(anyNoise: model)
    let engine = SweepEngine(UpdateRule.sgd.dynamics(of: problem), capacity: 15)
    engine.load(
      KernelSchedule(rates: Array(repeating: 1, count: 15), momenta: Array(repeating: 0, count: 15)))
    _ = engine.forward()
    for _ in 0..<200 {
      engine.backward { $1.minimizer(maximumRate: 1, maximumMomentum: 0) }
      _ = engine.forward { $1.minimizer(maximumRate: 1, maximumMomentum: 0) }
    }
    let gap = try ScheduleGap(model, Schedule(learningRates: engine.schedule.rates), limits: limits)
    #expect(abs(gap.finalLoss - 0.0679063) <= 5e-8)
    #expect(abs(gap.optimum.finalLoss - 0.0634786) <= 5e-8)
    let profile = try #require(gap.regret)
    #expect(profile.segments.allSatisfy { $0.regret >= 0 })
    // The schedule is stationary: what it loses it loses at the start, where it takes the other way, and
    // from there on it follows the best continuation.
    #expect(profile.segments.prefix(5).reduce(0) { $0 + $1.regret } >= 0.99 * gap.excess)
  }

  @Test("M6: units change nothing but units", arguments: [0, 0.9])
  func equivariance(momentum: Double) throws {
    let (model, schedule) = try curves(1, momentum: momentum)
    let scaled = try NoisyQuadraticModel(
      curvature: model.curvature.map { 4 * $0 }, gradientNoise: model.gradientNoise.map { 16 * $0 },
      initialMean: model.initialMean, initialVariance: model.initialVariance,
      multiplicity: model.multiplicity, batchSize: model.batchSize)
    let limits = HyperparameterLimits(learningRate: .twoOverMaximumCurvature, momentum: momentum)
    let first = try ScheduleGap(model, schedule, limits: limits)
    let second = try ScheduleGap(
      scaled, Schedule(learningRates: schedule.learningRates.map { $0 / 4 }, momenta: schedule.momenta),
      limits: limits)
    // Powers of two: not a digit changes.
    #expect(second.excess == 4 * first.excess)
    #expect(second.ratio == first.ratio)
    let (a, b) = (try #require(first.regret), try #require(second.regret))
    #expect(b.attainable == a.attainable.map { 4 * $0 })
    #expect(b.segments.map(\.slope) == a.segments.map { 16 * $0.slope })
    #expect(b.bestResponse.learningRates == a.bestResponse.learningRates.map { $0 / 4 })
    #expect(second.spectrum.bands.map(\.noise) == first.spectrum.bands.map { 4 * $0.noise })
  }

  @Test("A schedule beyond the limits is compared as it is", arguments: [0, 0.5])
  func beyond(momentum: Double) throws {
    let model = try NoisyQuadraticModel(
      spectrum: .powerLaw(dimension: 20, exponent: 1, maximum: 1), noiseScale: 0.1, initialSecondMoment: 1)
    let schedule = try Schedule.linear(initialValue: 1, momentum: momentum, steps: 20)
    let limits = HyperparameterLimits(learningRate: .value(0.1))
    let gap = try ScheduleGap(model, schedule, limits: limits)
    #expect(gap.stepsBeyondLimits == (momentum > 0 ? 20 : 18))
    #expect(gap.optimum.schedule.learningRates.allSatisfy { $0 <= 0.1 })
    #expect(gap.optimum.schedule.momenta.allSatisfy { $0 == 0 })
    #expect(gap.excess < 0)
    let profile = try #require(gap.regret)
    let sum = profile.segments.reduce(0) { $0 + $1.regret }
    #expect(abs(sum - gap.excess) <= 1e-13 * model.initialLoss)
    if momentum == 0 { #expect(profile.segments.suffix(2).allSatisfy { $0.regret >= 0 }) }
    #expect(profile.bestResponse.learningRates.allSatisfy { $0 <= 0.1 })
  }

  /// A problem that is compressed, and a schedule for it.
  private func manyDirections(momentum: Double) throws -> (NoisyQuadraticModel, Schedule) {
    let model = try NoisyQuadraticModel(
      spectrum: .powerLaw(dimension: 400, exponent: 1, maximum: 1), noiseScale: 1, initialSecondMoment: 1)
    return (model, try Schedule.cosine(initialValue: 0.8, momentum: momentum, steps: 60))
  }

  @Test(
    "G1, Q1: many directions: losses are those of all of them, and regrets add up", .long,
    arguments: [0, 0.5])
  func compressed(momentum: Double) throws {
    let (model, schedule) = try manyDirections(momentum: momentum)
    let limits = HyperparameterLimits(learningRate: .value(1), momentum: momentum)
    let gap = try ScheduleGap(model, schedule, limits: limits, segments: 6)
    let profile = try #require(gap.regret)
    #expect(gap.optimum.statistics.compression != nil)
    #expect(profile.segments.allSatisfy { $0.regret >= 0 })
    let rounding = Double(4 * profile.attainable.count) * .ulpOfOne * gap.finalLoss
    #expect(abs(profile.segments.reduce(0) { $0 + $1.regret } - gap.excess) <= rounding)
    #expect(relativeError(profile.attainable[0], gap.optimum.finalLoss) <= 1e-13)
    // What is attainable from a break is the optimum of a run that starts there, to the sweeps' tolerance: solved on all
    // directions, one after the other.
    guard momentum == 0 else { return }
    let start = profile.segments[3].steps.lowerBound
    var state = MomentState(model)
    for step in schedule.prefix(start) { state.advance(learningRate: step.learningRate) }
    let rest = try NoisyQuadraticModel(
      curvature: model.curvature, gradientNoise: model.gradientNoise, initialSecondMoment: state.secondMoment,
      multiplicity: model.multiplicity, batchSize: model.batchSize)
    let best = try FullHorizonSolver(limits: limits).solve(rest, horizon: schedule.count - start)
    #expect(relativeError(profile.attainable[3], best.finalLoss) <= 1e-9)
  }

  @Test(
    "Q1: a schedule beyond the limits is compressed for its own rates, or not at all", arguments: [1.5, 3])
  func compressedBeyond(rate: Double) throws {
    let (model, _) = try manyDirections(momentum: 0)
    // The last steps bring the loss back.
    let schedule = try Schedule(
      learningRates: (0..<40).map { t -> Double in t < 4 ? rate : 0.3 / (1 + 0.1 * Double(t)) })
    let limits = HyperparameterLimits(learningRate: .value(0.5))
    let gap = try ScheduleGap(model, schedule, limits: limits, segments: 5)
    let profile = try #require(gap.regret)
    #expect(gap.stepsBeyondLimits == 4)
    #expect(profile.attainable.last == gap.finalLoss)
    let sum = profile.segments.reduce(0) { $0 + $1.regret }
    // A difference of losses as large as those after the first steps.
    #expect(abs(sum - gap.excess) <= 1e-13 * (profile.attainable.max() ?? 0))
    // Within the limits nothing is given away.
    #expect(profile.segments.dropFirst(1).allSatisfy { $0.regret >= 0 })
  }

  @Test("Progress rises from 0 to 1")
  func progress() throws {
    let (model, schedule) = try manyDirections(momentum: 0)
    var shares: [Double] = []
    _ = try ScheduleGap(model, schedule, segments: 4) { shares.append($0) }
    #expect(shares.count >= 8)
    #expect(shares == shares.sorted())
    #expect(shares.allSatisfy { $0 > 0 && $0 <= 1 })
    #expect(shares.last == 1)
  }

  @Test("A schedule that diverges has no regret to share out, but an optimum to compare with")
  func diverges() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.1], gradientNoise: [1, 0.1], initialSecondMoment: [1, 1])
    let schedule = try Schedule.constant(learningRate: 1e10, steps: 30)
    let gap = try ScheduleGap(model, schedule)
    #expect(gap.regret == nil)
    #expect(gap.losses.divergenceStep != nil)
    #expect(gap.optimum.finalLoss < model.initialLoss)
  }

  @Test("Without noise or without anything to do there is a gap all the same")
  func degenerate() throws {
    for (c, m) in [(0.0, 1.0), (1, 0), (0, 0)] {
      let model = try NoisyQuadraticModel(
        curvature: [1, 0, 0.3], gradientNoise: [c, c, c], initialSecondMoment: [m, m, m])
      for momentum in [0, 0.9] {
        let schedule = try Schedule.constant(learningRate: 0.5, momentum: momentum, steps: 6)
        let gap = try ScheduleGap(model, schedule, limits: HyperparameterLimits(momentum: momentum))
        #expect(gap.excess >= 0)
        #expect(try #require(gap.regret).segments.allSatisfy { $0.regret >= 0 && $0.slope.isFinite })
      }
    }
  }

  @Test("Bad input is refused")
  func refused() throws {
    let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [1], initialSecondMoment: [1])
    let schedule = try Schedule.constant(learningRate: 0.5, steps: 4)
    for segments in [0, -1, 5] {
      BadInput(
        "segments \(segments)",
        .invalidCount(field: "segments", value: segments, expected: "1 to the 4 steps")
      ) { _ = try ScheduleGap(model, schedule, segments: segments) }.check()
    }
    BadInput("no step", .invalidCount(field: "horizon", value: 0, expected: "at least 1")) {
      _ = try ScheduleGap(model, .constant(learningRate: 1, steps: 0))
    }.check()
    for limit in [0, -1, .nan, .infinity] {
      BadInput(
        "limit \(limit)",
        .invalidValue(field: "learningRateLimit", value: limit, expected: "a finite number > 0")
      ) {
        _ = try ScheduleGap(model, schedule, limits: HyperparameterLimits(learningRate: .value(limit)))
      }.check()
    }
    for limit in [1, -0.1, .nan] {
      BadInput(
        "momentum \(limit)",
        .invalidValue(field: "momentumLimit", value: limit, expected: "at least 0 and below 1")
      ) { _ = try ScheduleGap(model, schedule, limits: HyperparameterLimits(momentum: limit)) }.check()
    }
  }
}
