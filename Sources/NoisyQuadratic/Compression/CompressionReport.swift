/// The compression of the spectrum that a solver used (Q1–Q4).
public struct CompressionReport: Sendable, Equatable {
  /// The number of directions of the model that have curvature.
  public let directions: Int
  /// The number of directions that replaced them.
  public let nodes: Int
  /// A proven bound on the relative error of the final loss that the solver computed. It is `nil` with
  /// momentum, for which there is no proof.
  public let certifiedError: Double?
  /// This error, measured on all directions. It is `nil` if a finer compression evaluated the final loss,
  /// which happens above 4·10⁹ directions times steps.
  public let measuredError: Double?
  /// A proven bound on the relative error of the solution's final loss, if a finer compression evaluated it.
  /// It is `nil` if the loss was evaluated on all directions, which is correct to rounding.
  public let evaluationError: Double?
}

extension CompressionReport: Codable {
  private enum CodingKeys: CodingKey {
    case directions, nodes, certifiedError, measuredError, evaluationError
  }

  /// Encodes all values. An error that is absent or not finite is null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(directions, forKey: .directions)
    try container.encode(nodes, forKey: .nodes)
    try container.encodeNumber(certifiedError, forKey: .certifiedError)
    try container.encodeNumber(measuredError, forKey: .measuredError)
    try container.encodeNumber(evaluationError, forKey: .evaluationError)
  }

  /// Decodes all values. An error that is null is absent.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    directions = try container.decode(Int.self, forKey: .directions)
    nodes = try container.decode(Int.self, forKey: .nodes)
    certifiedError = try container.decodeIfPresent(Double.self, forKey: .certifiedError)
    measuredError = try container.decodeIfPresent(Double.self, forKey: .measuredError)
    evaluationError = try container.decodeIfPresent(Double.self, forKey: .evaluationError)
  }
}
