/// Quasi-hyperbolic momentum, a mean of the gradient and of its exponential average (U2).
///
/// ```
/// v ← μ v + (1 − μ) g        θ ← θ − α ((1 − ν) g + ν v)
/// ```
/// With ν = 1 this is heavy ball with a normalized buffer, with ν = 0 plain SGD, and with ν = μ, at constant μ,
/// Nesterov's method at the rate `α (1 − μ)`, in the form that PyTorch uses.
///
/// Source: Ma and Yarats (2019), *Quasi-hyperbolic momentum and Adam for deep learning*.
public struct QuasiHyperbolicMomentum: LinearUpdateRule {
  /// The share ν of the average in the step.
  public let averageShare: Double

  /// Heavy ball with a normalized buffer, the case ν = 1.
  public init() { averageShare = 1 }

  /// - Parameter averageShare: ν in [0, 1].
  /// - Throws: ``NoisyQuadraticError`` for a share outside its domain.
  public init(averageShare: Double) throws(NoisyQuadraticError) {
    guard averageShare >= 0, averageShare <= 1 else {
      throw .invalidValue(field: "averageShare", value: averageShare, expected: "at least 0 and at most 1")
    }
    self.averageShare = averageShare
  }

  /// The parameter and the average of the gradients.
  public var components: [StateComponent] { [.position, .gradient] }

  /// The step above.
  public func step(_ context: StepContext) -> LinearStep {
    let (alpha, mu, nu) = (context.learningRate, context.momentum, RuleNumber(averageShare))
    return LinearStep(
      transition: [1, -(alpha * nu * mu), 0, mu], gain: [-(alpha * (1 - nu * mu)), 1 - mu], point: [1, 0])
  }
}
