/// A fast descent to a local optimum of a short run: a few sweeps, then damped Newton steps with chord
/// corrections (S15).
///
/// It works on memory of its own and belongs to one computation.
final class LocalDescent {
  /// The largest number of sweep pairs before the first Newton step, which the gain below ends.
  private static let firstSweeps = 10
  private static let firstSweepGain = 1e-4
  /// The number of sweep pairs after each Newton step.
  private static let sweepsBetween = 2
  /// The largest number of corrections by the same factor.
  private static let corrections = 6
  /// Two gains below this fraction of the objective, one after the other, end a descent.
  static let gain = 1e-8

  let engine: SweepEngine
  private let derivatives: ScheduleHessian
  private let setup: SolverSetup
  private let steps: Int
  private let weights: [Double]?
  private let upper: [Double]
  /// The work so far, in evaluations. One is a pass forward and one backward; second derivatives count one,
  /// and one more for every step that they start from.
  private(set) var evaluations = 0

  /// - Parameters:
  ///   - setup: the problem.
  ///   - steps: the largest number of steps.
  ///   - weights: the weights of the losses, as in ``SweepEngine/weights``.
  init(_ setup: SolverSetup, steps: Int, weights: [Double]?) {
    self.setup = setup
    self.steps = steps
    self.weights = weights
    engine = SweepEngine(setup.dynamics, capacity: steps)
    derivatives = ScheduleHessian(setup.problem, rule: setup.rule, capacity: steps)
    let limits = setup.limits
    upper =
      (0..<steps).flatMap { _ in
        setup.rule.controls == 2 ? [limits.scaledRate, limits.momentum] : [limits.scaledRate]
      }
  }

  /// The number of evaluations that second derivatives of a run count.
  static func hessianEvaluations(steps: Int, rule: UpdateRule) -> Int {
    1 + (rule.controls * steps + 1) / 2
  }

  /// Descends from a schedule.
  ///
  /// - Parameters:
  ///   - schedule: T steps within the limits.
  ///   - target: a value worth reaching. From the fourth Newton step on, the descent ends if twenty gains like
  ///     the last would not reach it.
  ///   - mostSteps: the largest number of Newton steps.
  ///   - gain: two gains below this fraction end the descent.
  /// - Returns: the lowest schedule met, with its loss to rounding.
  func descend(
    _ schedule: KernelSchedule, target: Double = .infinity, mostSteps: Int = 60,
    gain: Double = LocalDescent.gain
  ) -> ScheduleIterate {
    var best = ScheduleIterate(value: .infinity, schedule)
    engine.load(schedule, weights: weights)
    best.value = finite(engine.forward())
    evaluations += 1
    sweep(&best, count: Self.firstSweeps, gain: Self.firstSweepGain)
    let negligible = setup.negligibleLoss(from: engine.start)
    var (damping, small) = (1e-3, 0)
    while best.newtonSteps < mostSteps, best.value > negligible, best.value.isFinite {
      let before = best.value
      best.newtonSteps += 1
      guard let improved = step(best, &damping) else {
        best.converged = true
        break
      }
      if improved.value < best.value {
        (best.value, best.schedule) = (improved.value, improved.schedule)
      }
      engine.load(best.schedule, weights: weights)
      _ = engine.forward()
      sweep(&best, count: Self.sweepsBetween, gain: -.infinity)
      let gained = before - best.value
      small = gained <= gain * before ? small + 1 : 0
      if small == 2 {
        best.converged = true
        break
      }
      if best.newtonSteps >= 4, best.value > target, 20 * gained < best.value - target { break }
    }
    let exact = setup.dynamics.objective(best.schedule, weights: weights, from: engine.start)
    best.value = finite(exact)
    return best
  }

  private func finite(_ value: Double) -> Double { value.isFinite ? value : .infinity }

  /// Sweeps on from the engine's schedule, and keeps the best.
  private func sweep(_ best: inout ScheduleIterate, count: Int, gain: Double) {
    let limits = setup.limits.step
    for _ in 0..<count {
      _ = engine.sweepBackward(limits)
      let value = finite(engine.sweepForward(limits).objective)
      best.sweeps += 1
      evaluations += 1
      let gained = best.value - value
      if gained > 0 { (best.value, best.schedule) = (value, engine.schedule) }
      if !(gained > gain * best.value) { break }
    }
  }

  /// One damped Newton step on the free variables, with corrections; the same iterate if no step lowers it,
  /// and `nil` if no variable is free.
  private func step(_ best: ScheduleIterate, _ damping: inout Double) -> ScheduleIterate? {
    engine.load(best.schedule, weights: weights)
    let slope = variables(engine.gradient())
    let matrix = LowerTriangle(
      derivatives.matrix(best.schedule, weights: weights, from: engine.start), order: slope.count)
    evaluations += Self.hessianEvaluations(steps: best.schedule.count, rule: setup.rule)
    let origin = best.schedule.variables(controls: setup.rule.controls)
    let free = slope.indices.filter {
      matrix.diagonal($0) > 0 && !isHeld(origin[$0], upper[$0], slope[$0])
    }
    guard !free.isEmpty else { return nil }
    let scale = free.map { 1 / matrix.diagonal($0).squareRoot() }
    let reduced = matrix.submatrix(free, scale: scale)
    for _ in 0..<25 {
      guard let factor = CholeskyFactor(reduced.shifted(by: damping)) else {
        damping = max(6 * damping, 1e-9)
        continue
      }
      var trial = origin
      var lowest = ScheduleIterate(value: .infinity, best.schedule)
      var slope = slope
      for correction in 0...Self.corrections {
        let right = free.indices.map { a in
          let i = free[a]
          return isHeld(trial[i], upper[i], slope[i]) ? 0 : -slope[i] * scale[a]
        }
        guard let move = factor.solve(right) else { break }
        for (a, i) in free.enumerated() {
          trial[i] = min(max(trial[i] + scale[a] * move[a], 0), upper[i])
        }
        let schedule = KernelSchedule(variables: trial, controls: setup.rule.controls)
        engine.load(schedule, weights: weights)
        let next = engine.gradient()
        evaluations += 1
        guard next.value < lowest.value else { break }
        let gained = lowest.value - next.value
        (lowest.value, lowest.schedule) = (next.value, schedule)
        if correction > 0, gained < 0.1 * (best.value - lowest.value) { break }
        slope = variables(next)
      }
      if lowest.value < best.value {
        damping = max(0.15 * damping, 1e-12)
        return lowest
      }
      damping = max(6 * damping, 1e-9)
      if damping > 1e8 { break }
    }
    return best
  }

  private func isHeld(_ value: Double, _ upper: Double, _ slope: Double) -> Bool {
    (value <= 0 && slope >= 0) || (value >= upper && slope <= 0)
  }

  private func variables(_ gradient: KernelGradient) -> [Double] {
    KernelSchedule.variables(gradient.rates, gradient.momenta, controls: setup.rule.controls)
  }
}
