/// Momentum with the learning rate inside the velocity (U2).
///
/// ```
/// heavy ball   v ← μ v − α g(θ)           θ ← θ + v             Wu et al. (2018), Keras
/// nesterov     v ← μ v − α g(θ)           θ ← θ + μ v − α g     Keras with nesterov = True
/// lookAhead    v ← μ v − α g(θ + μ v)     θ ← θ + v             Sutskever et al. (2013)
/// ```
/// At constant hyperparameters the second form follows the point `θ + μ v` of the third. The third form is
/// judged at θ.
public struct VelocityMomentum: LinearUpdateRule {
  /// How the velocity moves the parameter.
  public enum Form: Sendable, Equatable {
    /// The parameter follows the velocity.
    case heavyBall
    /// Nesterov's method, in terms of the point at which gradients are taken.
    case nesterov
    /// Nesterov's method with the gradient at `θ + μ v`.
    case lookAhead
  }

  /// How the velocity moves the parameter.
  public let form: Form

  /// A rule of the given form.
  public init(_ form: Form = .heavyBall) { self.form = form }

  /// The parameter and the velocity.
  public var components: [StateComponent] { [.position, .displacement] }

  /// The step of the form.
  public func step(_ context: StepContext) -> LinearStep {
    let (alpha, mu) = (context.learningRate, context.momentum)
    switch form {
    case .heavyBall:
      return LinearStep(transition: [1, mu, 0, mu], gain: [-alpha, -alpha], point: [1, 0])
    case .nesterov:
      return LinearStep(
        transition: [1, mu * mu, 0, mu], gain: [-(alpha * (1 + mu)), -alpha], point: [1, 0])
    case .lookAhead:
      return LinearStep(transition: [1, mu, 0, mu], gain: [-alpha, -alpha], point: [1, mu])
    }
  }
}
