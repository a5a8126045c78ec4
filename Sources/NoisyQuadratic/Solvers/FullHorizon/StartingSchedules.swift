/// The schedules from which a full-horizon search starts, in the kernels' units.
struct StartingSchedules {
  struct Start {
    var name: String
    var schedule: KernelSchedule
  }

  private let setup: SolverSetup
  private let steps: Int
  /// A typical large rate.
  private let reference: Double

  /// - Parameters:
  ///   - setup: the problem.
  ///   - steps: the number of steps of every start.
  init(_ setup: SolverSetup, steps: Int) {
    self.setup = setup
    self.steps = steps
    reference = setup.limits.referenceRate(setup.problem)
  }

  private var usesMomentum: Bool { setup.limits.allowsMomentum }

  /// The standard starts: greedy, small constants, and the continuous limit. With momentum they include the
  /// best constant pair and a high constant momentum. Small problems have the most local optima and the least
  /// cost; they get many more starts.
  func standard() -> [Start] {
    let greedy = GreedySolver.plan(setup, steps: steps)
    var starts = [
      Start(name: "greedy", schedule: greedy.schedule),
      constant("constant-0.1", 0.1 * reference),
      constant("constant-0.01", 0.01 * reference),
    ]
    if reference > 0 {
      let plan = ContinuousPlan(setup.problem, rateLimit: reference, steps: Double(steps))
      starts.append(start("continuous-limit", plan.rates()))
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
    starts.append(start("falling", ramp.reversed()))
    starts.append(start("rising", ramp))
    starts.append(
      start("alternating", (0..<steps).map { ($0 % 2 == 0 ? 1 : 0.1) * reference }))
    // These rates and momenta lie all over the box, spread by multiples of irrational numbers.
    func fraction(_ x: Double) -> Double { x - x.rounded(.down) }
    let times = (0..<steps).map(Double.init)
    for s in 0..<16 {
      let offset = 0.754_877_666_246_693 * Double(s)
      starts.append(
        start(
          "scattered-\(s)", times.map { reference * fraction(offset + 0.618_033_988_749_895 * $0) },
          usesMomentum
            ? times.map { setup.limits.momentum * fraction(2 * offset + 0.414_213_562_373_095 * $0) } : nil))
    }
    if usesMomentum {
      for mu in [0.3, 0.6, 0.95] where mu <= setup.limits.momentum {
        starts.append(constant("constant-momentum-\(mu)", 0.5 * reference, mu))
      }
    }
    return starts
  }

  /// Random starts of three kinds in turn. The first is a rate that decays by a power of the steps left, from
  /// a log-uniform peak, at a constant momentum. The second consists of pieces of log-uniform rates and
  /// uniform momenta. The third has every step anywhere in the box.
  func random(count: Int, seed: UInt64) -> [Start] {
    var generator = Xoshiro256StarStar(seed: seed)
    func logUniform(_ lowest: Double) -> Double {
      Elementary.exp(Elementary.log(lowest) * generator.uniform())
    }
    func momentum() -> Double { usesMomentum ? setup.limits.momentum * generator.uniform() : 0 }
    return (0..<count).map { k in
      var schedule = KernelSchedule(rate: 0, steps: steps)
      switch k % 3 {
      case 0:
        let (peak, power, mu) = (reference * logUniform(1e-3), 2 * generator.uniform(), momentum())
        for t in 0..<steps {
          let left = 1 - Double(t) / Double(steps)
          schedule.rates[t] = peak * Elementary.exp(power * Elementary.log(left))
          schedule.momenta[t] = mu
        }
      case 1:
        let pieces = min(steps, 2 + Int(8 * generator.uniform()))
        let values = (0..<pieces).map { _ in (reference * logUniform(1e-3), momentum()) }
        for t in 0..<steps { (schedule.rates[t], schedule.momenta[t]) = values[t * pieces / steps] }
      default:
        for t in 0..<steps {
          (schedule.rates[t], schedule.momenta[t]) = (reference * generator.uniform(), momentum())
        }
      }
      return Start(name: "random-\(k)", schedule: schedule)
    }
  }

  private func constant(_ name: String, _ alpha: Double, _ mu: Double = 0) -> Start {
    Start(name: name, schedule: KernelSchedule(rate: alpha, momentum: mu, steps: steps))
  }

  /// A start; its momenta are 0 unless given.
  private func start(_ name: String, _ rates: [Double], _ momenta: [Double]? = nil) -> Start {
    Start(
      name: name,
      schedule: KernelSchedule(rates: rates, momenta: momenta ?? Array(repeating: 0, count: steps)))
  }
}
