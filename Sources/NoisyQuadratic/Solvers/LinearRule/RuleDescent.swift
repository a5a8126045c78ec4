/// Descents of schedules under their own update rule, from one state (S17).
///
/// An instance belongs to one computation and is not thread-safe.
struct RuleDescent {
  private let convention: MomentumConvention
  private let gradient: LinearRuleGradient
  private let linear, logarithmic: RuleVariables
  /// The projected gradient (S11) at which a descent has converged.
  let tolerance: Double

  /// - Parameters:
  ///   - setup: the limits.
  ///   - convention: the convention of the limits and schedules.
  ///   - gradient: the objective of the steps that are to be chosen.
  ///   - tolerance: the KKT residual (S11) at which a descent has converged.
  init(
    _ setup: SolverSetup, _ convention: MomentumConvention, _ gradient: LinearRuleGradient, tolerance: Double
  ) {
    self.convention = convention
    self.gradient = gradient
    self.tolerance = tolerance
    linear = RuleVariables(.linear, setup, convention)
    logarithmic = RuleVariables(.logarithmic, setup, convention)
  }

  /// The objective of a schedule.
  func value(_ schedule: Schedule) -> Double { gradient(schedule).value }

  /// The objective's derivatives.
  func derivatives(_ schedule: Schedule) -> ScheduleGradient { gradient(schedule) }

  /// A schedule carried on toward a local optimum, by rounds in both kinds of variables.
  ///
  /// It ends when the projected gradient is at most the tolerance, when a round gains nothing, or after the given
  /// number of iterations.
  func descend(_ start: RuleIterate, iterations: Int) -> RuleIterate {
    var result = start
    result.schedule = loosened(start.schedule)
    var left = iterations
    while left > 0, !result.converged {
      let before = result.value
      for (variables, share) in [(logarithmic, 2), (linear, 1)] where left > 0 && !result.converged {
        let next = round(result, variables, iterations: min(left, share * Self.roundIterations))
        left -= max(next.iterations - result.iterations, 1)
        result = next
      }
      if !(result.value < before * (1 - Self.leastGain)) { break }
    }
    return result
  }

  /// The number of iterations in one kind of variables before the other is tried.
  private static let roundIterations = 100
  /// The relative gain of a round below which further rounds are pointless.
  private static let leastGain = 1e-13

  private func round(_ start: RuleIterate, _ variables: RuleVariables, iterations: Int) -> RuleIterate {
    let bounds = variables.bounds(start.schedule)
    let search = BoundedLBFGS(
      lower: bounds.lower, upper: bounds.upper, maximumIterations: iterations, tolerance: tolerance)
    // The logarithm makes small losses as well scaled as large ones, and its slope is the relative one.
    let outcome = search.minimize(
      { x in
        let schedule = variables.schedule(x, convention)
        let slopes = gradient(schedule)
        guard slopes.value.isFinite, slopes.value >= 0 else {
          return BoundedBFGS.Evaluation(value: .infinity, gradient: x.map { _ in 0 })
        }
        return BoundedBFGS.Evaluation(
          value: Elementary.log(slopes.value),
          gradient: variables.derivatives(slopes, at: schedule).map { $0 / slopes.value })
      }, from: variables.point(start.schedule))
    var result = start
    result.iterations += outcome.iterations
    result.evaluations += outcome.evaluations
    let schedule = variables.schedule(outcome.point, convention)
    let slopes = gradient(schedule)
    // The values of the search are logarithms.
    guard slopes.value <= start.value || !start.value.isFinite else { return result }
    (result.schedule, result.value) = (schedule, slopes.value)
    result.converged = residual(schedule, slopes) <= tolerance
    return result
  }

  /// The largest relative derivative by a rate or momentum that is not held at its limit (S11).
  func residual(_ schedule: Schedule, _ slopes: ScheduleGradient) -> Double {
    guard slopes.value > 0 else { return slopes.value == 0 ? 0 : .infinity }
    let (x, bounds) = (linear.point(schedule), linear.bounds(schedule))
    return zip(x.indices, linear.derivatives(slopes, at: schedule)).reduce(0) { largest, entry in
      let (i, slope) = entry
      let isHeld = x[i] <= bounds.lower[i] && slope > 0 || x[i] >= bounds.upper[i] && slope < 0
      return isHeld ? largest : max(largest, abs(slope) / slopes.value)
    }
  }

  /// The same schedule with its momenta of 0 replaced by the smallest one, so that a search can move them.
  ///
  /// Nothing changes if some step relies on its buffer being left alone.
  private func loosened(_ schedule: Schedule) -> Schedule {
    guard linear.smallestMomentum > 0, schedule.momenta.contains(0) else { return schedule }
    let loose = Schedule(
      validRates: schedule.learningRates,
      momenta: schedule.momenta.map { $0 == 0 ? linear.smallestMomentum : $0 }, convention: convention)
    return value(loose) <= value(schedule) * (1 + 1e-12) ? loose : schedule
  }
}
