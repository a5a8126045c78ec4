/// The effect of a limit on the growth of every direction's loss on the best schedule found.
public struct GrowthReport: Sendable, Equatable {
  /// κ, the limit.
  public let limit: Double
  /// The largest growth under the schedule found, which keeps to the limit.
  public let largest: LossGrowth
  /// The number of active limits: those with a positive multiplier, which hold the optimum back. There is one
  /// limit for every direction and step.
  public let pulling: Int
  /// The final loss of the best schedule found without the limit.
  public let unlimitedLoss: Double
  /// The largest growth under the best schedule found without the limit.
  public let unlimited: LossGrowth
}

extension GrowthReport: Codable {
  private enum CodingKeys: CodingKey { case limit, largest, pulling, unlimitedLoss, unlimited }

  /// Encodes all values. A loss that is not finite is null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(limit, forKey: .limit)
    try container.encode(largest, forKey: .largest)
    try container.encode(pulling, forKey: .pulling)
    try container.encodeNumber(unlimitedLoss, forKey: .unlimitedLoss)
    try container.encode(unlimited, forKey: .unlimited)
  }

  /// Decodes all values. A loss that is null is infinite.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    limit = try container.decode(Double.self, forKey: .limit)
    largest = try container.decode(LossGrowth.self, forKey: .largest)
    pulling = try container.decode(Int.self, forKey: .pulling)
    unlimitedLoss = try container.decodeNumber(forKey: .unlimitedLoss)
    unlimited = try container.decode(LossGrowth.self, forKey: .unlimited)
  }
}
