/// A way to choose a schedule for a model and a horizon.
public protocol ScheduleSolver: Sendable {
  /// Limits on every step's learning rate and momentum.
  var limits: HyperparameterLimits { get set }
  /// The objective that the solver minimizes, ``Objective/finalLoss`` if it knows no other.
  var objective: Objective { get }

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

  /// Does the same as ``solve(_:horizon:)`` off the caller's actor, on all cores if the solver can divide its
  /// work. A cancelled task still runs to the end.
  ///
  /// - Parameters:
  ///   - model: the noisy quadratic, started at rest.
  ///   - horizon: T ≥ 1.
  /// - Returns: the solution, which is the same to the last bit as that of ``solve(_:horizon:)``.
  /// - Throws: the errors of ``solve(_:horizon:)``.
  func solveConcurrently(
    _ model: NoisyQuadraticModel, horizon: Int
  ) async throws(NoisyQuadraticError) -> Solution
}

extension ScheduleSolver {
  /// The final loss, for solvers that know no other objective.
  public var objective: Objective { .finalLoss }

  /// Solves on one core, off the caller's actor.
  public func solveConcurrently(
    _ model: NoisyQuadraticModel, horizon: Int
  ) async throws(NoisyQuadraticError) -> Solution {
    try solve(model, horizon: horizon)
  }
}

extension Schedule {
  /// The schedule as one of the `additionalStarts` of a solver.
  ///
  /// - Parameters:
  ///   - index: its place among them, for messages.
  ///   - horizon: the number of steps of the run.
  ///   - convention: the solver's.
  /// - Returns: the schedule in this convention.
  /// - Throws: ``NoisyQuadraticError`` for another number of steps, for batch sizes of its own, and for a schedule that
  ///   has no equal in the convention.
  func additionalStart(
    _ index: Int, horizon: Int, in convention: MomentumConvention
  ) throws(NoisyQuadraticError) -> Schedule {
    let field = "additionalStarts[\(index)]"
    guard count == horizon else { throw .lengthMismatch(field: field, expected: horizon, actual: count) }
    try requireBatchSizeOfModel("all steps of this solver have the batch size of the model", in: field + ".")
    return try converted(to: convention)
  }
}
