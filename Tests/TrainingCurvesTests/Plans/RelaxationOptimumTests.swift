import NoisyQuadratic
import Testing

@testable import TrainingCurves

@Suite struct RelaxationOptimumTests {
  private func plan(
    _ horizon: Int, given: [Double] = [], peak: Double = 0.5, floor: Double = 0, isMonotone: Bool = false
  ) throws -> SchedulePlan {
    try SchedulePlan(
      horizon: horizon, givenRates: given, peakRate: peak, floor: floor, isMonotone: isMonotone)
  }

  /// The least loss of all schedules of whole steps, by descents with gradients by differences.
  ///
  /// Rates are between the limits. Rates that must not rise are products of numbers from 0 to 1.
  private func bruteForce(_ model: RelaxationModel, _ plan: SchedulePlan) throws -> (
    loss: Double, rates: [Double]
  ) {
    let count = plan.freeSteps
    func rates(_ x: [Double]) -> [Double] {
      var product = 1.0
      return x.map {
        product = plan.isMonotone ? product * $0 : $0
        return plan.floor + (plan.peakRate - plan.floor) * product
      }
    }
    var state = model.start
    for rate in plan.givenRates { model.advance(&state, rate: rate) }
    func loss(_ x: [Double]) -> Double {
      var end = state
      for rate in rates(x) { model.advance(&end, rate: rate) }
      return model.loss(end)
    }
    let search = BoundedLBFGS(
      lower: Array(repeating: 1e-9, count: count), upper: Array(repeating: 1, count: count),
      maximumIterations: 200, tolerance: 1e-8)
    var best = (loss: Double.infinity, rates: [Double]())
    for level in [0.9, 0.4, 0.001] {
      let found: BoundedBFGS.Outcome = search.minimize(
        { x in
          let gradient = x.indices.map { k in
            var (up, down) = (x, x)
            (up[k], down[k]) = (x[k] * (1 + 1e-6), x[k] * (1 - 1e-6))
            return (loss(up) - loss(down)) / (up[k] - down[k])
          }
          return BoundedBFGS.Evaluation(value: loss(x), gradient: gradient)
        }, from: Array(repeating: plan.isMonotone ? 1 - (1 - level) / 4 : level, count: count))
      if found.value < best.loss { best = (found.value, rates(found.point)) }
    }
    return best
  }

  @Test("T5: closed form of the noise for a given final time", arguments: [0.7, 1, 1.6])
  func closedForm(p: Double) throws {
    // One curvature, no drift, and no limit that binds: with a = 1/(1+p),
    // ν = ∫ q^a dτ/(α* N) and ∫ q r^p dτ = ν^p ∫ q^a dτ.
    var model = Simulated.model(exponent: p, drift: 0)
    let (h, b, a) = (0.3, 0.1, 1 / (1 + p))
    model.noise = [NoiseComponent(curvature: h, level: b)]
    let optimum = RelaxationOptimum(model, try plan(40, peak: 1e3))
    for end in [0.5, 4, 15.0] {
      let integral =
        Elementary.pow(2 * h * b, a) * (1 - Elementary.exp(-2 * h * a * end)) / (2 * h * a)
      let noise = Elementary.pow(integral / 20, p) * integral
      let expected = 2 + model.signal.value(at: end) + noise
      let run = optimum.run(to: end)
      // One rate for a cell costs p/24(1+p) times the mean square of the change of ln q over a cell, which is
      // 2hs times the cell's relative length; the mean of (2hs)² by q^a is at most 2/a².
      let cell = Elementary.log(end / (1e-4 * min(end, 0.5))) / 1999
      let limit = p / (24 * (1 + p)) * cell * cell * 2 / (a * a)
      #expect(run.loss >= expected - 1e-12)
      #expect(run.loss - expected <= 1.1 * limit * noise)
      let steps = dot(run.lengths, run.rates.map { 2 / $0 })
      #expect(abs(steps - 40) <= 1e-9)
      #expect(abs(run.lengths.reduce(0, +) - end) <= 1e-12 * end)
    }
  }

  @Test("T5: rates that must not rise are the best of these for a given final time")
  func monotoneRun() throws {
    // A floor that falls fast asks for rates that rise first.
    var model = Simulated.model(exponent: 0.8, drift: 2)
    model.noise = [NoiseComponent(curvature: 0.02, level: 0.2)]
    let free = RelaxationOptimum(model, try plan(40, peak: 0.9)).run(to: 12)
    let monotone = RelaxationOptimum(model, try plan(40, peak: 0.9, isMonotone: true)).run(to: 12)
    #expect(!zip(free.rates, free.rates.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(zip(monotone.rates, monotone.rates.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(free.loss < monotone.loss)
    // Moves that keep the run's length, its final time and its order: the loss is convex in 1/r, so that no
    // better rates are near if none of the moves towards other monotone rates is better.
    func loss(_ inverse: [Double]) -> Double {
      var (state, time) = (0.0, 0.0)
      for (length, y) in zip(monotone.lengths, inverse) {
        let share = 1 - Elementary.exp(-2 * 0.02 * length)
        state += share * (Elementary.pow(1 / y, 0.8) * model.drift(at: time + length / 2) - state)
        time += length
      }
      return 0.2 * state
    }
    let inverse = monotone.rates.map { 1 / $0 }
    let least = loss(inverse)
    #expect(abs(least + 2 + model.signal.value(at: 12) - monotone.loss) <= 1e-9)
    let steps = dot(monotone.lengths, inverse)
    for cut in [50, 400, 900, 1500, 1900] {
      // Step functions of 1/r, shifted to the same number of steps.
      let late = monotone.lengths.dropFirst(cut).reduce(0, +)
      let shift = late / monotone.lengths.reduce(0, +)
      let trial = inverse.indices.map { inverse[$0] + 0.02 * (($0 >= cut ? 1 : 0) - shift) }
      #expect(abs(dot(monotone.lengths, trial) - steps) <= 1e-9 * steps)
      #expect(loss(trial) > least)
    }
  }

  @Test("T5: at p = 1 and without drift it is the optimum of the continuous limit (L3)", .long)
  func continuousLimit() throws {
    let (h, c, m) = ([1, 0.1, 0.02], [0.3, 0.2, 0.1], [1.0, 2, 8])
    let quadratic = try NoisyQuadraticModel(curvature: h, gradientNoise: c, initialSecondMoment: m)
    for (horizon, peak) in [(60, 0.5), (300, 0.5), (2000, 0.1)] {
      let limit = try ContinuousLimit(quadratic, horizon: horizon, learningRateLimit: .value(peak))
      let model = RelaxationModel(
        asymptote: 0, signal: PowerLawSignal(amplitude: 0, exponent: 1, offset: 1, timeScale: 1),
        noise: zip(h, c).map { NoiseComponent(curvature: $0, level: $1 * peak / 4) }, driftOffset: 1,
        peakRate: peak)
      let found = RelaxationOptimum(model, try plan(horizon, peak: peak)) { time in
        zip(h, m).reduce(0) { $0 + $1.0 * $1.1 / 2 * Elementary.exp(-2 * $1.0 * time) }
      }.solve()
      // The cells of the time axis cost some 1e-6 of the noise.
      #expect(abs(found.leastLoss - limit.predictedLoss) <= 1e-5 * limit.predictedLoss)
      // The mean of a step and the rate at its middle differ most where the rate ends.
      for t in stride(from: 0, to: horizon * 9 / 10, by: max(1, horizon / 20)) {
        let rate = limit.learningRate(atStep: Double(t) + 0.5)
        #expect(abs(found.learningRates[t] - rate) <= 5e-3 * rate)
      }
    }
  }

  @Test("T5: the best of all schedules of a few steps", .long, arguments: 0..<4)
  func bruteForce(variant: Int) throws {
    var model = Simulated.model()
    var plan = try plan(12)
    switch variant {
    case 1: plan = try self.plan(16, given: [0.1, 0.2, 0.3, 0.4], floor: 0.03)
    case 2: plan = try self.plan(12, peak: 2)
    case 3:
      // A floor that falls fast asks for rates that rise.
      model.driftExponent = 1.5
      model.signal.amplitude = 1
      model.noise = [NoiseComponent(curvature: 0.02, level: 0.2), NoiseComponent(curvature: 1, level: 0.05)]
      plan = try self.plan(12, isMonotone: true)
    default: break
    }
    let (rates, least) = RelaxationOptimum(model, plan).solve()
    #expect(rates.count == plan.horizon && Array(rates.prefix(plan.givenRates.count)) == plan.givenRates)
    #expect(rates.dropFirst(plan.givenRates.count).allSatisfy { $0 >= plan.floor && $0 <= plan.peakRate })
    let loss = model.losses(under: rates, at: [plan.horizon])[0]
    let best = try bruteForce(model, plan)
    // Steps take a falling floor in their middle, where it is below its mean.
    #expect(least - best.loss <= (plan.isMonotone ? 1e-4 : 1e-6) * (best.loss - 2))
    #expect(loss >= best.loss * (1 - 1e-9))
    // Rates that may change at any time lose little when each step takes their mean.
    #expect(loss - best.loss <= 0.01 * (best.loss - 2))
    if plan.isMonotone { #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 >= $1 }) }
  }

  @Test("T5: no feasible schedule is better", .long)
  func feasible() throws {
    let model = Simulated.model()
    let plan = try plan(30, given: [0.25], floor: 0.02)
    let found = RelaxationOptimum(model, plan).solve()
    let loss = model.losses(under: found.learningRates, at: [30])[0]
    #expect(found.leastLoss <= loss)
    var generator = Xoshiro256StarStar(seed: 5)
    for k in 0..<200 {
      // Rates at random, or near the optimum.
      let rates =
        plan.givenRates
        + found.learningRates.dropFirst().map { rate in
          let other = 0.02 + 0.48 * generator.uniform()
          return k % 2 == 0 ? other : 0.95 * rate + 0.05 * other
        }
      let other = model.losses(under: rates, at: [30])[0]
      #expect(found.leastLoss <= other)
      #expect(loss <= other)
    }
  }

  @Test("T5: the tail of an optimum is the optimum of the rest", .long)
  func principleOfOptimality() throws {
    let model = Simulated.model()
    let whole = RelaxationOptimum(model, try plan(200)).solve()
    for t in [20, 120, 180] {
      let given = Array(whole.learningRates.prefix(t))
      let rest = RelaxationOptimum(model, try plan(200, given: given)).solve()
      #expect(abs(rest.leastLoss - whole.leastLoss) <= 5e-5 * (whole.leastLoss - 2))
      for (a, b) in zip(rest.learningRates, whole.learningRates) { #expect(abs(a - b) <= 2e-3 * 0.5) }
    }
  }

  @Test("T5: limits that leave no choice")
  func noChoice() throws {
    let model = Simulated.model()
    let held = RelaxationOptimum(model, try plan(10, given: [0.1], peak: 0.3, floor: 0.3)).solve()
    #expect(held.learningRates == [0.1] + Array(repeating: 0.3, count: 9))
    #expect(held.leastLoss == model.losses(under: held.learningRates, at: [10])[0])
    var quiet = model
    quiet.noise = []
    let fast = RelaxationOptimum(quiet, try plan(10, floor: 0.01)).solve()
    // Without noise the largest rates are best, and the search ends next to them.
    #expect(fast.learningRates.allSatisfy { $0 > 0.5 * (1 - 1e-6) && $0 <= 0.5 })
    #expect(abs(fast.leastLoss - 2 - model.signal.value(at: 5)) <= 1e-6)
  }

  @Test("T5: one free step, and limits far above the best rates", .long)
  func lowRates() throws {
    let model = Simulated.model()
    for plan in [
      try plan(101, given: Array(repeating: 0.5, count: 100)), try plan(20, peak: 100),
      try plan(103, given: Array(repeating: 0.5, count: 100)),
      try plan(103, given: Array(repeating: 0.5, count: 100), peak: 100),
    ] {
      let (rates, least) = RelaxationOptimum(model, plan).solve()
      let loss = model.losses(under: rates, at: [plan.horizon])[0]
      let best = try bruteForce(model, plan)
      #expect(least <= best.loss)
      #expect(loss - best.loss <= 0.02 * (best.loss - 2))
    }
  }
}
