/// The schedules from which a full-horizon search starts, in the kernels' units.
struct StartingSchedules {
  struct Start {
    var name: String
    var rates: [Double]
    var momenta: [Double]
  }

  private let setup: SolverSetup
  private let steps: Int
  /// A typical large rate.
  private let reference: Double

  /// - Parameters:
  ///   - setup: the problem.
  ///   - steps: of every start.
  init(_ setup: SolverSetup, steps: Int) {
    self.setup = setup
    self.steps = steps
    reference = setup.limits.referenceRate(setup.problem)
  }

  private var usesMomentum: Bool { setup.limits.usesMomentum }
  private var zeros: [Double] { Array(repeating: 0, count: steps) }

  /// Greedy, small constants, the continuous limit; with momentum the best constant pair and a high constant
  /// momentum; on small problems, which have the most local optima and the least cost, many more.
  func standard() -> [Start] {
    let greedy = GreedySolver.plan(setup, steps: steps)
    var starts = [
      Start(name: "greedy", rates: greedy.rates, momenta: greedy.momenta),
      constant("constant-0.1", 0.1 * reference),
      constant("constant-0.01", 0.01 * reference),
    ]
    if reference > 0 {
      let plan = ContinuousPlan(setup.problem, cap: reference, steps: Double(steps))
      starts.append(Start(name: "continuous-limit", rates: plan.rates(), momenta: zeros))
    }
    let isSmall = SweepEngine.isSmall(dimension: setup.problem.dimension, steps: steps)
    if isSmall || usesMomentum {
      let best = ConstantSolver.minimum(setup, horizon: steps, isRough: !isSmall).minimum
      starts.append(constant("best-constant", best.alpha, best.mu))
    }
    if isSmall { starts += small() }
    if usesMomentum {
      let mu = min(0.9, setup.limits.momentum)
      starts.append(constant("constant-momentum", 0.1 * reference * (1 - mu), mu))
    }
    return starts
  }

  private func small() -> [Start] {
    var starts = [0.3, 1].map { constant("constant-\($0)", $0 * reference) }
    let ramp = (0..<steps).map { reference * (Double($0) + 0.5) / Double(steps) }
    starts.append(Start(name: "falling", rates: ramp.reversed(), momenta: zeros))
    starts.append(Start(name: "rising", rates: ramp, momenta: zeros))
    starts.append(
      Start(
        name: "alternating", rates: (0..<steps).map { ($0 % 2 == 0 ? 1 : 0.1) * reference },
        momenta: zeros))
    // Rates and momenta all over the box, spread by multiples of irrational numbers.
    func fraction(_ x: Double) -> Double { x - x.rounded(.down) }
    let times = (0..<steps).map(Double.init)
    for s in 0..<16 {
      let offset = 0.754_877_666_246_693 * Double(s)
      starts.append(
        Start(
          name: "scattered-\(s)",
          rates: times.map { reference * fraction(offset + 0.618_033_988_749_895 * $0) },
          momenta: usesMomentum
            ? times.map { setup.limits.momentum * fraction(2 * offset + 0.414_213_562_373_095 * $0) }
            : zeros))
    }
    if usesMomentum {
      for mu in [0.3, 0.6, 0.95] where mu <= setup.limits.momentum {
        starts.append(constant("constant-momentum-\(mu)", 0.5 * reference, mu))
      }
    }
    return starts
  }

  /// Random starts of three kinds by turns: a rate that decays by a power of the steps left, from a
  /// log-uniform peak, at a constant momentum; pieces of log-uniform rates and uniform momenta; every step
  /// anywhere in the box.
  func random(count: Int, seed: UInt64) -> [Start] {
    var generator = Xoshiro256StarStar(seed: seed)
    func logUniform(_ lowest: Double) -> Double {
      Elementary.exp(Elementary.log(lowest) * generator.uniform())
    }
    func momentum() -> Double { usesMomentum ? setup.limits.momentum * generator.uniform() : 0 }
    return (0..<count).map { k in
      var start = Start(name: "random-\(k)", rates: zeros, momenta: zeros)
      switch k % 3 {
      case 0:
        let (peak, power, mu) = (reference * logUniform(1e-3), 2 * generator.uniform(), momentum())
        for t in 0..<steps {
          let left = 1 - Double(t) / Double(steps)
          start.rates[t] = peak * Elementary.exp(power * Elementary.log(left))
          start.momenta[t] = mu
        }
      case 1:
        let pieces = min(steps, 2 + Int(8 * generator.uniform()))
        let values = (0..<pieces).map { _ in (reference * logUniform(1e-3), momentum()) }
        for t in 0..<steps { (start.rates[t], start.momenta[t]) = values[t * pieces / steps] }
      default:
        for t in 0..<steps {
          (start.rates[t], start.momenta[t]) = (reference * generator.uniform(), momentum())
        }
      }
      return start
    }
  }

  private func constant(_ name: String, _ alpha: Double, _ mu: Double = 0) -> Start {
    Start(
      name: name, rates: Array(repeating: alpha, count: steps), momenta: Array(repeating: mu, count: steps))
  }
}
