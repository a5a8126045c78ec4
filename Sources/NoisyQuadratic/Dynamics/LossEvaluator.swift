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
  ///   - rates: in the kernels' units.
  ///   - momenta: as many; not looked at without momentum.
  ///   - start: a state of the solvers' kernels; the start of the run at rest if `nil`.
  /// - Returns: T + 1 losses.
  package func losses(rates: [Double], momenta: [Double], from start: AlignedColumns? = nil) -> [Double] {
    kernels.losses(rates: rates, momenta: momenta, from: start)
  }

  /// The loss after the last step, or with `weights`, T + 1 numbers, the weighted sum of all losses.
  package func objective(
    rates: [Double], momenta: [Double], weights: [Double]? = nil, from start: AlignedColumns? = nil
  ) -> Double {
    let losses = losses(rates: rates, momenta: momenta, from: start)
    guard let weights else { return losses[rates.count] }
    var sum = 0.0
    for t in losses.indices where weights[t] > 0 { sum += weights[t] * losses[t] }
    return sum
  }
}
