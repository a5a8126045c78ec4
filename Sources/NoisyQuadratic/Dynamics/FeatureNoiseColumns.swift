import CNoisyQuadraticKernels

/// The state-dependent part of a problem's noise as columns for the kernels (X1).
///
/// It has room for the noise at one state. An instance belongs to one computation.
final class FeatureNoiseColumns {
  private let problem: ProblemColumns
  private let data: AlignedColumns
  /// `1/B`.
  let share: Double
  /// Room for the second moments of a state with velocity.
  let scratch: AlignedColumns

  init(_ noise: FeatureNoise, _ problem: ProblemColumns) {
    self.problem = problem
    share = noise.share
    data = AlignedColumns(length: problem.dimension, columns: 3)
    data.fill(0, with: noise.coupling)
    scratch = AlignedColumns(length: problem.dimension, columns: 3)
  }

  /// `n h / B`.
  var coupling: UnsafeMutablePointer<Double> { data.column(0) }

  /// The variances of a batch's gradient at second moments, valid until the next call.
  func noise(at moments: UnsafePointer<Double>) -> UnsafeMutablePointer<Double> {
    nq_feature_noise(problem.count, problem.h, problem.c, coupling, share, moments, data.column(1))
    return data.column(1)
  }

  /// Room for what noise is worth under a costate.
  var worth: UnsafeMutablePointer<Double> { data.column(2) }

  /// Adds to a costate of `E θ²` what ``worth`` makes of the noise that these moments cause.
  func addWorth(_ alpha: Double, to costate: UnsafeMutablePointer<Double>) {
    nq_feature_adjoint(problem.count, problem.h, coupling, share, alpha, worth, costate)
  }
}
