/// The expected loss of a schedule to rounding, whatever the schedule.
///
/// Plain SGD adds positive terms only (D7). With momentum the noise covariance is carried as the position's
/// variance, the velocity's regression on it and the variance that this leaves (D8): after steps so wild that
/// the noise first grows and is then annihilated by more than sixteen digits, the covariance that the solvers'
/// kernels carry may turn negative; these cannot.
package struct LossEvaluator {
  private let kernels: MomentKernels

  /// An evaluator beside the kernels that the solvers use on the same problem.
  package init(_ kernels: MomentKernels) { self.kernels = kernels }

  /// The loss before the first step and after each.
  ///
  /// - Parameters:
  ///   - schedule: T steps.
  ///   - start: a state of the solvers' kernels; the start of the run at rest if `nil`.
  /// - Returns: T + 1 losses.
  package func losses(_ schedule: KernelSchedule, from start: AlignedColumns? = nil) -> [Double] {
    kernels.losses(schedule, from: start)
  }

  /// The loss after the last step, or with `weights`, T + 1 numbers, the weighted sum of all losses.
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
