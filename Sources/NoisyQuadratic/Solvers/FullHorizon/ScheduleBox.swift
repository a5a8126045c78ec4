/// A schedule as a point in a box (S11). Every rate and momentum is divided by its limit, rates by `1/h_max`
/// if there is no limit. Rates and momenta alternate.
struct ScheduleBox {
  /// The divisors of the variables.
  let scale: [Double]
  /// The upper limits in these units: 1, or infinite.
  let upper: [Double]
  private let controls: Int
  private var isPaired: Bool { controls == 2 }

  init(_ setup: SolverSetup, steps: Int) {
    let limits = setup.limits
    let isLimited = limits.scaledRate.isFinite
    let rateScale = isLimited ? limits.scaledRate : 1 / setup.problem.maximumCurvature
    controls = limits.rule.controls
    let pair = controls == 2 ? [rateScale, limits.momentum] : [rateScale]
    let bounds = controls == 2 ? [isLimited ? 1 : .infinity, 1] : [isLimited ? 1 : Double.infinity]
    scale = (0..<steps).flatMap { _ in pair }
    upper = (0..<steps).flatMap { _ in bounds }
  }

  func pack(_ schedule: KernelSchedule) -> [Double] {
    zip(schedule.variables(controls: controls), scale).map { $0 / $1 }
  }

  /// The schedule of a point. A variable that rounding left outside the box is moved onto its limit, to the
  /// last bit.
  func unpack(_ x: [Double]) -> KernelSchedule {
    let y = x.indices.map { i in x[i] <= 0 ? 0 : x[i] >= upper[i] ? scale[i] : x[i] * scale[i] }
    return KernelSchedule(variables: y, controls: controls)
  }

  /// The gradient of the engine's schedule in these units, and which variables have any effect.
  func derivatives(_ engine: SweepEngine) -> (gradient: [Double], hasEffect: [Bool]) {
    let gradient = engine.gradient()
    return (
      zip(KernelSchedule.variables(gradient.rates, gradient.momenta, controls: controls), scale).map {
        $0 * $1
      },
      isPaired ? gradient.momentumMatters.flatMap { [true, $0] } : scale.map { _ in true }
    )
  }

  /// A matrix of second derivatives in these units.
  func scaled(_ matrix: [Double]) -> LowerTriangle {
    var result = LowerTriangle(matrix, order: scale.count)
    result.scale(by: scale)
    return result
  }

  /// First-order optimality of a schedule, relative to its objective `value` > 0, together with the known
  /// second-order information.
  func report(
    _ schedule: KernelSchedule, value: Double, gradient: [Double], hasEffect: [Bool],
    smallestEigenvalue: Double? = nil, freeVariables: Int
  ) -> OptimalityReport {
    let x = pack(schedule)
    var residual = 0.0
    // Active bounds in this order: rates at 0, rates at the limit, momenta at 0, momenta at the limit.
    var active: [[Int]] = [[], [], [], []]
    for i in x.indices where hasEffect[i] {
      let step = isPaired ? i / 2 : i
      let kind = isPaired && i % 2 == 1 ? 2 : 0
      if x[i] <= 0, gradient[i] >= 0 {
        active[kind].append(step)
      } else if x[i] >= upper[i], gradient[i] <= 0 {
        active[kind + 1].append(step)
      } else {
        residual = max(residual, abs(gradient[i]))
      }
    }
    return OptimalityReport(
      kktResidual: residual / value, ratesAtLimit: active[1], ratesAtZero: active[0],
      momentaAtLimit: active[3], momentaAtZero: active[2], smallestEigenvalue: smallestEigenvalue,
      freeVariables: freeVariables)
  }
}
