/// The limits of one step in the units of the kernels.
package struct StepLimits: Sendable, Equatable {
  /// The limit on the learning rate; it may be infinite.
  package var rate: Double
  /// The limit on momentum.
  package var momentum: Double

  package init(rate: Double, momentum: Double = 0) { (self.rate, self.momentum) = (rate, momentum) }

  /// The minimizer of a step's quadratic within the limits (S4).
  package func minimizer(_ quadratic: StepQuadratic) -> (alpha: Double, mu: Double) {
    quadratic.minimizer(maximumRate: rate, maximumMomentum: momentum)
  }
}
