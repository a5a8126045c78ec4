/// How a step uses the gradient g; α is the learning rate and μ the momentum of the step (H3).
///
/// ```
/// .sgd                 w ← w − α g
/// .heavyBall(.outside) v ← μ v + g          w ← w − α v
/// .heavyBall(.inside)  v ← μ v − α g        w ← w + v
/// .adam                m ← μ m + (1 − μ) g  s ← β₂ s + (1 − β₂) g²
///                      w ← w − α (m/(1 − Πμ)) / (√(s/(1 − β₂^t)) + ε)
/// ```
/// Momentum is Adam's β₁; Πμ is the product of all so far. The two heavy balls are the same at a constant rate.
public enum BaseOptimizer: Sendable, Hashable {
  /// Where the learning rate of heavy ball acts.
  public enum Convention: String, Sendable, Hashable, CaseIterable {
    /// On the velocity, as in PyTorch, TensorFlow and Wu et al.: a new rate acts on old gradients too.
    case outside
    /// On the gradient, inside the velocity, as in the theory of the noisy quadratic.
    case inside
  }

  /// Plain gradient descent; the momentum must be 0.
  case sgd
  /// Polyak's heavy ball.
  case heavyBall(Convention)
  /// Adam of Kingma and Ba (2015).
  case adam(secondDecay: Double = 0.999, epsilon: Double = 1e-8)

  /// Arrays of the parameters' length that a state holds beside them.
  var slots: Int {
    switch self {
    case .sgd, .heavyBall: return 1
    case .adam: return 2
    }
  }
}
