/// An evaluator of expected losses that is correct to rounding for every schedule.
///
/// Plain SGD adds only positive terms (D7). With momentum, the evaluator carries the second moments as
/// three numbers: that of the position, the regression coefficient of the velocity on the position, and that
/// of the residual velocity (D8). Very large steps may first amplify the noise and then annihilate it by
/// more than sixteen digits. The covariance in the solvers' kernels may then turn negative, but these second
/// moments cannot.
package struct LossEvaluator {
  private let dynamics: any MomentDynamics

  /// An evaluator for the problem of the given dynamics, which the solvers use.
  package init(_ dynamics: any MomentDynamics) { self.dynamics = dynamics }

  /// The loss before the first step and after every step.
  ///
  /// - Parameters:
  ///   - schedule: T steps.
  ///   - start: a state of the solvers' dynamics. If it is `nil`, the run starts at rest.
  /// - Returns: T + 1 losses.
  package func losses(_ schedule: KernelSchedule, from start: AlignedColumns? = nil) -> [Double] {
    dynamics.losses(schedule, from: start)
  }

  /// The final loss, or, if T + 1 `weights` are given, the weighted sum of all losses.
  package func objective(
    _ schedule: KernelSchedule, weights: [Double]? = nil, from start: AlignedColumns? = nil
  ) -> Double {
    let losses = losses(schedule, from: start)
    guard let weights else { return losses[schedule.count] }
    var sum = 0.0
    for t in losses.indices where weights[t] > 0 { sum += weights[t] * losses[t] }
    return sum
  }
}
