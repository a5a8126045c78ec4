/// Momentum with the learning rate outside a buffer of gradients, as in PyTorch, MLX and optax (U2).
///
/// ```
/// v ← μ v + (1 − δ) g        θ ← θ − α v        or, with Nesterov's step,  θ ← θ − α (g + μ v)
/// ```
/// Libraries differ while the momentum is 0 and at the first step where it is not; see ``Buffer``. With
/// ``Buffer/pytorch`` and ``Buffer/mlx`` a step is therefore not continuous at momentum 0. Derivatives by the
/// momentum belong to the step that is taken: they are 0 where the buffer is left alone.
public struct BufferMomentum: LinearUpdateRule {
  /// When the buffer changes.
  public enum Buffer: Sendable, Equatable {
    /// `torch.optim.SGD`: the buffer is left alone while the momentum is 0, and the first step with momentum
    /// sets it to the gradient, without dampening.
    case pytorch
    /// MLX: the buffer is left alone while the momentum is 0.
    case mlx
    /// `optax.trace`: every step changes the buffer.
    case optax
  }

  /// When the buffer changes.
  public let buffer: Buffer
  /// Whether the parameter makes Nesterov's step.
  public let isNesterov: Bool
  /// The dampening δ of the gradient.
  public let dampening: Double

  /// A rule without dampening.
  public init(_ buffer: Buffer = .pytorch, isNesterov: Bool = false) {
    self.buffer = buffer
    self.isNesterov = isNesterov
    dampening = 0
  }

  /// A rule with dampening and without Nesterov's step, which no library combines with dampening.
  ///
  /// - Parameters:
  ///   - buffer: when the buffer changes.
  ///   - dampening: δ in [0, 1).
  /// - Throws: ``NoisyQuadraticError`` for a dampening outside its domain.
  public init(_ buffer: Buffer = .pytorch, dampening: Double) throws(NoisyQuadraticError) {
    try Requirement.belowOne([("dampening", dampening)])
    self.buffer = buffer
    isNesterov = false
    self.dampening = dampening
  }

  /// The parameter and the buffer.
  public var components: [StateComponent] { [.position, .gradient] }

  /// The step with the buffer's treatment of momentum 0.
  public func step(_ context: StepContext) -> LinearStep {
    let (alpha, mu) = (context.learningRate, context.momentum)
    if buffer != .optax, mu.value == 0 {
      return LinearStep(transition: [1, 0, 0, 1], gain: [-alpha, 0], point: [1, 0])
    }
    let isFirst = buffer == .pytorch && context.earlierMomentumSteps == 0
    let (kept, added): (RuleNumber, RuleNumber) = isFirst ? (0, 1) : (mu, RuleNumber(1 - dampening))
    return isNesterov
      ? LinearStep(
        transition: [1, -(alpha * mu * kept), 0, kept], gain: [-(alpha * (1 + mu * added)), added],
        point: [1, 0])
      : LinearStep(
        transition: [1, -(alpha * kept), 0, kept], gain: [-(alpha * added), added], point: [1, 0])
  }
}
