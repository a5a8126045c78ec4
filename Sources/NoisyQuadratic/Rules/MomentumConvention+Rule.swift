extension MomentumConvention {
  /// The update rule of the convention.
  public var rule: any LinearUpdateRule {
    switch self {
    case .velocity: VelocityMomentum()
    case .velocityNesterov: VelocityMomentum(.nesterov)
    case .pytorch: BufferMomentum(.pytorch)
    case .pytorchNesterov: BufferMomentum(.pytorch, isNesterov: true)
    case .optax: BufferMomentum(.optax)
    case .optaxNesterov: BufferMomentum(.optax, isNesterov: true)
    case .normalized: QuasiHyperbolicMomentum()
    }
  }
}
