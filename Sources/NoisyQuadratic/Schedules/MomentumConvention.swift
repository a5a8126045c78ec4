/// The update rule that a schedule's learning rates α and momenta μ belong to.
///
/// All conventions agree where momentum is 0. Elsewhere the same numbers are different methods, and a rate that
/// changes tells even the two heavy balls apart. The parameter θ starts with an empty buffer v = 0, g is the
/// stochastic gradient at θ.
///
/// Source: Docs/Derivations.md, D3 and D6.
public enum MomentumConvention: String, Sendable, Codable, CaseIterable {
  /// Heavy ball with the rate inside the velocity, as in the paper and in Keras:
  /// `v ← μ v − α g`, `θ ← θ + v`.
  case velocity
  /// Nesterov's momentum with the rate inside the velocity, as in Keras: `v ← μ v − α g`,
  /// `θ ← θ + μ v − α g`.
  case velocityNesterov = "velocity-nesterov"
  /// Heavy ball as PyTorch and MLX run it: `v ← μ v + g`, `θ ← θ − α v`.
  ///
  /// A step with `μ = 0` is `θ ← θ − α g` and leaves v alone. The first step with `μ ≠ 0` sets `v ← g`.
  case pytorch
  /// Nesterov's momentum as PyTorch runs it: v as in ``pytorch``, `θ ← θ − α (g + μ v)`.
  case pytorchNesterov = "pytorch-nesterov"
  /// Heavy ball as optax runs it: `v ← μ v + g`, `θ ← θ − α v` at every step.
  case optax
  /// Nesterov's momentum as optax runs it: `v ← μ v + g`, `θ ← θ − α (g + μ v)` at every step.
  case optaxNesterov = "optax-nesterov"
  /// Heavy ball with an average of gradients: `v ← μ v + (1 − μ) g`, `θ ← θ − α v`.
  case normalized

  /// Whether the convention is one of Nesterov's momentum.
  public var isNesterov: Bool {
    self == .velocityNesterov || self == .pytorchNesterov || self == .optaxNesterov
  }
}
