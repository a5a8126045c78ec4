/// A twice differentiable function of a run's rates and momenta, in the units of a box. Newton's method
/// descends on it.
protocol SmoothObjective {
  var box: ScheduleBox { get }
  /// A value that is nothing but rounding.
  var negligible: Double { get }
  func value(_ schedule: KernelSchedule) -> Double
  /// The gradient, and which variables have any effect.
  func slope(_ schedule: KernelSchedule) -> (gradient: [Double], hasEffect: [Bool])
  /// The Hessian. The entries of variables at active bounds may be meaningless if they are 0 on the diagonal.
  func hessian(_ schedule: KernelSchedule, active: [Bool]) -> LowerTriangle
  /// The divisor that makes derivatives dimensionless.
  func total(_ value: Double) -> Double
}

/// The objective of a setup (S13, S14).
struct LossObjective: SmoothObjective {
  let engine: SweepEngine
  let setup: SolverSetup
  /// The weights of the losses, as in ``SweepEngine/weights``.
  let weights: [Double]?
  let box: ScheduleBox
  private let derivatives: ScheduleHessian

  init(engine: SweepEngine, setup: SolverSetup, weights: [Double]?, steps: Int) {
    self.engine = engine
    self.setup = setup
    self.weights = weights
    box = ScheduleBox(setup, steps: steps)
    derivatives = ScheduleHessian(
      setup.problem, rule: setup.limits.rule, capacity: steps)
  }

  var negligible: Double { 1e-24 * setup.dynamics.loss(engine.start) }

  func value(_ schedule: KernelSchedule) -> Double {
    setup.dynamics.objective(schedule, weights: weights, from: engine.start)
  }

  func slope(_ schedule: KernelSchedule) -> (gradient: [Double], hasEffect: [Bool]) {
    engine.load(schedule, weights: weights)
    return box.derivatives(engine)
  }

  func hessian(_ schedule: KernelSchedule, active: [Bool]) -> LowerTriangle {
    box.scaled(
      derivatives.matrix(schedule, weights: weights, from: engine.start, active: active)
    )
  }

  func total(_ value: Double) -> Double { setup.total(value) }
}
