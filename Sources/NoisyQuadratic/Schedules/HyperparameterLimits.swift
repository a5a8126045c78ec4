/// The limits on every schedule of a solver: `0 ≤ α_t ≤ learningRate`, `0 ≤ μ_t ≤ momentum`.
public struct HyperparameterLimits: Sendable, Equatable {
  /// The limit on the learning rate.
  public var learningRate: LearningRateLimit
  /// The limit on momentum, in [0, 1). The value 0 means plain SGD.
  public var momentum: Double

  /// - Parameters:
  ///   - learningRate: the limit on the learning rate.
  ///   - momentum: the limit on momentum, in [0, 1); 0 means plain SGD.
  public init(learningRate: LearningRateLimit = .twoOverMaximumCurvature, momentum: Double = 0) {
    self.learningRate = learningRate
    self.momentum = momentum
  }
}

/// Limits are coded as an object with `format`, `version`, `learningRateLimit` and `momentumLimit`.
extension HyperparameterLimits: Codable {
  private enum CodingKeys: CodingKey { case learningRateLimit, momentumLimit }

  /// Encodes both limits.
  public func encode(to encoder: any Encoder) throws {
    try CodedFormat.limits.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(learningRate, forKey: .learningRateLimit)
    try container.encode(momentum, forKey: .momentumLimit)
  }

  /// Decodes both limits.
  ///
  /// - Throws: `DecodingError` with the field, also for limits that every solver refuses.
  public init(from decoder: any Decoder) throws {
    try CodedFormat.limits.check(decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    learningRate = try container.decode(LearningRateLimit.self, forKey: .learningRateLimit)
    momentum = try container.decode(Double.self, forKey: .momentumLimit)
    guard momentum >= 0, momentum < 1 else {
      throw DecodingError.dataCorruptedError(
        forKey: .momentumLimit, in: container,
        debugDescription: "momentumLimit is \(momentum), expected at least 0 and below 1")
    }
  }
}
