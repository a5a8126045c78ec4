/// An upper limit on every step's learning rate.
public enum LearningRateLimit: Sendable, Equatable {
  /// The paper's limit, ``NoisyQuadraticModel/firstStepGrowthLimit``: no direction's loss grows in one
  /// momentum-free step from its start (M5). If the model has no such limit, there is no limit.
  case firstStepGrowth
  /// `2/h_max`, the limit of stability of SGD.
  case twoOverMaximumCurvature
  /// `1/h_max`, half the limit of stability of SGD.
  case oneOverMaximumCurvature
  /// A given number > 0.
  case value(Double)
  /// No limit. Problems with low noise then have many local optima, and their steps may be very large.
  case none

  /// The limit as a number; `nil` if there is none.
  public func value(for model: NoisyQuadraticModel) throws(NoisyQuadraticError) -> Double? {
    try value(for: NormalizedProblem(anyNoise: model))
  }

  /// The limit as a number in the model's unit; `nil` if there is none.
  func value(for problem: NormalizedProblem) throws(NoisyQuadraticError) -> Double? {
    switch self {
    case .firstStepGrowth: return problem.firstStepGrowthLimit
    case .twoOverMaximumCurvature: return problem.modelRate(2 / problem.maximumCurvature)
    case .oneOverMaximumCurvature: return problem.modelRate(1 / problem.maximumCurvature)
    case .none: return nil
    case .value(let limit):
      guard limit > 0, limit.isFinite else {
        throw .invalidValue(field: "learningRateLimit", value: limit, expected: "a finite number > 0")
      }
      return limit
    }
  }
}

/// A limit is coded as a number, or as one of the names of the option `--learning-rate-limit`.
extension LearningRateLimit: Codable {
  private static let names: KeyValuePairs<String, LearningRateLimit> = [
    "paper": .firstStepGrowth, "2/hmax": .twoOverMaximumCurvature, "1/hmax": .oneOverMaximumCurvature,
    "none": .none,
  ]

  /// Encodes a name or a number.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if case .value(let number) = self {
      try container.encode(number)
    } else {
      try container.encode(Self.names.first { $0.value == self }?.key)
    }
  }

  /// Decodes a name or a number.
  ///
  /// - Throws: `DecodingError` for another name, and for a number that is not finite or not above 0.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    func refusal(_ value: String) -> DecodingError {
      let names = Self.names.map(\.key).joined(separator: ", ")
      return .dataCorruptedError(
        in: container,
        debugDescription: "learningRateLimit is \(value), expected \(names) or a finite number > 0")
    }
    if let number = try? container.decode(Double.self) {
      guard number > 0, number.isFinite else { throw refusal("\(number)") }
      self = .value(number)
    } else {
      let name = try container.decode(String.self)
      guard let limit = Self.names.first(where: { $0.key == name })?.value else { throw refusal(name) }
      self = limit
    }
  }
}
