/// A way to choose a schedule for a model and a horizon.
public protocol ScheduleSolver: Sendable {
  /// Chooses a schedule of `horizon` steps.
  ///
  /// - Parameters:
  ///   - model: the noisy quadratic, started at rest.
  ///   - horizon: T ≥ 1.
  /// - Returns: the schedule with its exact loss, its bound, and the reason why the solver stopped. A search
  ///   that does not converge is reported in ``Solution/termination`` and does not throw.
  /// - Throws: ``NoisyQuadraticError`` for a horizon below 1 or one that does not fit into memory, and for
  ///   limits outside their domain.
  func solve(_ model: NoisyQuadraticModel, horizon: Int) throws(NoisyQuadraticError) -> Solution
}
