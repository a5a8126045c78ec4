/// The use of the gradient g in a step; α is the learning rate and μ the momentum of the step (H3).
///
/// ```
/// .sgd                 w ← w − α g
/// .heavyBall(.outside) v ← μ v + g          w ← w − α v
/// .heavyBall(.inside)  v ← μ v − α g        w ← w + v
/// .adam                m ← μ m + (1 − μ) g  s ← β₂ s + (1 − β₂) g²
///                      w ← w − α (m/(1 − Πμ)) / (√(s/(1 − β₂^t)) + ε)
/// ```
/// The momentum serves as Adam's β₁, and Πμ is the product of all momenta so far. The two heavy balls are
/// equivalent at a constant learning rate.
public enum BaseOptimizer: Sendable, Hashable {
  /// The place where the learning rate of heavy ball acts.
  public enum Convention: String, Sendable, Hashable, CaseIterable {
    /// The rate acts on the velocity, as in PyTorch, TensorFlow and Wu et al. A new rate also acts on old
    /// gradients.
    case outside
    /// The rate acts on the gradient, inside the velocity, as in the theory of the noisy quadratic.
    case inside
  }

  /// Plain gradient descent; the momentum must be 0.
  case sgd
  /// Polyak's heavy ball.
  case heavyBall(Convention)
  /// Adam of Kingma and Ba (2015).
  case adam(secondDecay: Double = 0.999, epsilon: Double = 1e-8)

  /// The number of arrays of the parameters' length that a state holds in addition to the parameters.
  var slots: Int {
    switch self {
    case .sgd, .heavyBall: return 1
    case .adam: return 2
    }
  }
}
