/// One starting point of a solver, and its result.
public struct StartReport: Sendable, Equatable {
  /// The name of the start, for instance `greedy`.
  public let name: String
  /// The objective that the start led to: the final loss, unless another objective was asked for.
  public let finalLoss: Double
  /// Sweep pairs spent on it.
  public let sweeps: Int
  /// Newton steps, or steps of a family's quasi-Newton method, spent on it.
  public let newtonSteps: Int
}

extension StartReport: Codable {
  private enum CodingKeys: CodingKey { case name, finalLoss, sweeps, newtonSteps }

  /// Encodes all values. A loss that is not finite is null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encodeNumber(finalLoss, forKey: .finalLoss)
    try container.encode(sweeps, forKey: .sweeps)
    try container.encode(newtonSteps, forKey: .newtonSteps)
  }

  /// Decodes all values. A loss that is null is infinite.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    finalLoss = try container.decodeNumber(forKey: .finalLoss)
    sweeps = try container.decode(Int.self, forKey: .sweeps)
    newtonSteps = try container.decode(Int.self, forKey: .newtonSteps)
  }
}
