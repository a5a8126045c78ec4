/// The final loss with an augmented Lagrangian of the limits `m_it ≤ κ m_i0` on every direction's second
/// moment (K1, K2).
///
/// With `g_it = m_it/m_i0 − κ`, multipliers `λ_it ≥ 0`, a penalty ρ, and a reference loss as the unit, it is
/// `Φ = L_T/L_ref + Σ max(0, λ_it + ρ g_it)²/2ρ`.
final class AugmentedLagrangian: SmoothObjective {
  let setup: SolverSetup
  let box: ScheduleBox
  let limit: Double
  var penalty = 10.0
  /// λ, T columns from step 1 on.
  private let multipliers: AlignedColumns
  private let reference: Double
  private let steps: Int
  private let derivatives: ScheduleHessian
  /// The moments before every step and after the last, and the weight of each of them.
  private let moments, sources, state, start: AlignedColumns
  /// `1/m_i0`. It is 0 for a direction that starts solved and, without noise, stays so.
  private let scale: [Double]

  private var dynamics: any MomentDynamics { setup.dynamics }

  /// The number of doubles that an augmented Lagrangian takes.
  static func doubles(dimension: Int, steps: Int, rule: UpdateRule) -> Double {
    ScheduleHessian.doubles(dimension: dimension, steps: steps, rule: rule)
      + Double(steps + 1) * Double(rule.momentColumns + 2) * Double(AlignedColumns.paddedLength(dimension))
  }

  init(_ setup: SolverSetup, steps: Int, limit: Double, reference: Double) {
    self.setup = setup
    self.steps = steps
    self.limit = limit
    self.reference = reference
    let dynamics = setup.dynamics
    box = ScheduleBox(setup, steps: steps)
    derivatives = ScheduleHessian(
      setup.problem, rule: setup.limits.rule, capacity: steps)
    multipliers = dynamics.makeColumns(columns: steps + 1)
    sources = dynamics.makeColumns(columns: steps + 1)
    moments = dynamics.makeColumns(columns: (steps + 1) * dynamics.momentColumns)
    state = dynamics.makeColumns(columns: dynamics.stateColumns)
    start = dynamics.makeState()
    scale = setup.problem.secondMoment.map { $0 > 0 ? 1 / $0 : 0 }
  }

  var negligible: Double { 0 }
  func total(_ value: Double) -> Double { value }

  func value(_ schedule: KernelSchedule) -> Double {
    let loss = setup.dynamics.objective(schedule) / reference
    record(schedule)
    var sum = 0.0
    forEachPull { _, _, pull in sum += pull * pull }
    return loss + sum / (2 * penalty)
  }

  func slope(_ schedule: KernelSchedule) -> (gradient: [Double], hasEffect: [Bool]) {
    setSources(schedule)
    let controls = setup.limits.rule.controls
    var gradient = [Double](repeating: 0, count: controls * steps)
    var hasEffect = [Bool](repeating: true, count: controls * steps)
    derivatives.visit(schedule, nil, sources, from: start) { t, quadratic in
      let slope = quadratic.gradient(schedule.rates[t], schedule.momenta[t])
      gradient[controls * t] = slope.0
      guard controls == 2 else { return }
      gradient[2 * t + 1] = slope.1
      hasEffect[2 * t + 1] = quadratic.mm > 0
    }
    return (gradient.indices.map { gradient[$0] * box.scale[$0] / reference }, hasEffect)
  }

  func hessian(_ schedule: KernelSchedule, active: [Bool]) -> LowerTriangle {
    setSources(schedule)
    var matrix = box.scaled(
      derivatives.matrix(schedule, weights: nil, sources: sources, from: start))
    matrix.scale(by: box.scale.map { _ in 1 / reference.squareRoot() })
    var pulls: [(step: Int, direction: Int)] = []
    forEachPull { t, i, _ in pulls.append((t, i)) }
    // The rows are added in blocks, because there may be as many rows as moments.
    let block = 1024
    for first in stride(from: 0, to: pulls.count, by: block) {
      var rows = [Double](repeating: 0, count: min(block, pulls.count - first) * box.scale.count)
      for (k, (t, i)) in pulls[first..<min(first + block, pulls.count)].enumerated() {
        addGradient(of: i, at: t, schedule, to: &rows, from: k * box.scale.count)
      }
      matrix.add(penalty, squares: rows)
    }
    return matrix
  }

  /// Updates the multipliers for the next round to `max(0, λ + ρ g)` and returns the largest violation,
  /// `max(g, −λ/ρ)`.
  func updateMultipliers(_ schedule: KernelSchedule) -> Double {
    record(schedule)
    var worst = 0.0
    for t in 1...steps {
      let (m, lambda) = (moments.column(t * dynamics.momentColumns), multipliers.column(t))
      for (i, scale) in scale.enumerated() where scale > 0 {
        let growth = m[i] * scale - limit
        worst = max(worst, abs(max(growth, -lambda[i] / penalty)))
        lambda[i] = max(0, lambda[i] + penalty * growth)
      }
    }
    return worst
  }

  /// The largest `m_it/m_i0`, and the number of limits that pull.
  func largestGrowth(_ schedule: KernelSchedule) -> (growth: Double, pulling: Int) {
    record(schedule)
    var (growth, pulling) = (1.0, 0)
    for t in 1...steps {
      let (m, lambda) = (moments.column(t * dynamics.momentColumns), multipliers.column(t))
      for (i, scale) in scale.enumerated() {
        growth = max(growth, m[i] * scale)
        if lambda[i] > 0 { pulling += 1 }
      }
    }
    return (growth, pulling)
  }

  private func record(_ schedule: KernelSchedule) {
    state.copy(from: start, 0, to: 0, count: dynamics.stateColumns)
    dynamics.record(state, into: moments, at: 0)
    for t in 0..<steps {
      dynamics.advance(state, schedule.rates[t], schedule.momenta[t])
      dynamics.record(state, into: moments, at: (t + 1) * dynamics.momentColumns)
    }
  }

  /// Calls `body` for every positive `λ + ρ g`.
  private func forEachPull(_ body: (_ step: Int, _ direction: Int, _ pull: Double) -> Void) {
    for t in 1...steps {
      let (m, lambda) = (moments.column(t * dynamics.momentColumns), multipliers.column(t))
      for (i, scale) in scale.enumerated() where scale > 0 {
        let pull = lambda[i] + penalty * (m[i] * scale - limit)
        if pull > 0 { body(t, i, pull) }
      }
    }
  }

  /// Sets the weight of every moment from its pull.
  private func setSources(_ schedule: KernelSchedule) {
    record(schedule)
    for t in 0...steps { sources.column(t).update(repeating: 0, count: sources.stride) }
    // Losses are ½ Σ w m.
    forEachPull { t, i, pull in sources.column(t)[i] = 2 * reference * pull * scale[i] }
  }

  /// Adds the derivatives of one `m_it/m_i0`, by the costate of that direction (K2).
  private func addGradient(
    of i: Int, at end: Int, _ schedule: KernelSchedule, to rows: inout [Double], from offset: Int
  ) {
    let (h, noise) = (setup.problem.curvature[i], setup.problem.noise[i])
    let (width, usesMomentum) = (dynamics.momentColumns, setup.limits.allowsMomentum)
    var (a, b, c) = (scale[i], 0.0, 0.0)
    for s in (0..<end).reversed() {
      let (alpha, mu) = (schedule.rates[s], schedule.momenta[s])
      let f = a + b
      let e = f + b + c
      let p = moments.column(s * width)[i]
      let q = usesMomentum ? moments.column(s * width + 1)[i] : 0
      let r = usesMomentum ? moments.column(s * width + 2)[i] : 0
      let byRate = 2 * (e * (alpha * (h * h * p + noise) - mu * h * q) - f * h * p)
      let index = usesMomentum ? 2 * s : s
      rows[offset + index] = byRate * box.scale[index]
      if usesMomentum {
        rows[offset + index + 1] = 2 * (e * (mu * r - alpha * h * q) + f * q) * box.scale[index + 1]
      }
      let g = f - alpha * h * e
      (a, b, c) = (a - alpha * h * (f + g), mu * g, mu * mu * e)
    }
  }
}
