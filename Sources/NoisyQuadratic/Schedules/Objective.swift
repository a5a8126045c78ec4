/// The quantity that a schedule minimizes: a non-negative combination `Σ_t g_t L_t` of expected losses.
///
/// A run of T steps has the losses `L_0 … L_T`. `L_t` is the loss before step t, and `L_T` is the loss after
/// the last step. Steps after the last loss with a positive weight do not affect the objective.
public enum Objective: Sendable, Equatable {
  /// The final loss `L_T`.
  case finalLoss
  /// The average loss `(L_1 + … + L_T)/T`.
  case averageLoss
  /// The discounted loss `Σ_{t ≥ 1} γ^{t−1} L_t` with `0 < γ ≤ 1`.
  case discountedLoss(discount: Double)
  /// The loss `L_t` at one step `1 ≤ t ≤ T`, a meta-objective that is truncated before the run ends.
  case loss(atStep: Int)
  /// The weighted loss `Σ g_t L_t` with T + 1 finite weights `g_t ≥ 0`. At least one of `g_1 … g_T` is
  /// positive.
  case weightedLoss([Double])

  /// The weights `g_0 … g_T` for a run of T steps.
  ///
  /// - Parameter horizon: T ≥ 1.
  /// - Returns: T + 1 numbers.
  /// - Throws: ``NoisyQuadraticError`` for a horizon below 1 or beyond memory, for a discount outside (0, 1],
  ///   for a step outside 1 … T, and for weights that are not T + 1 finite numbers ≥ 0 or are all 0 after the
  ///   start.
  public func weights(horizon: Int) throws(NoisyQuadraticError) -> [Double] {
    guard horizon >= 1 else {
      throw .invalidCount(field: "horizon", value: horizon, expected: "at least 1")
    }
    try MemoryRequirement.check("horizon", horizon, doubles: Double(horizon))
    var weights = [Double](repeating: 0, count: horizon + 1)
    switch self {
    case .finalLoss: weights[horizon] = 1
    case .averageLoss:
      for t in 1...horizon { weights[t] = 1 / Double(horizon) }
    case .discountedLoss(let discount):
      guard discount > 0, discount <= 1 else {
        throw .invalidValue(field: "discount", value: discount, expected: "above 0 and at most 1")
      }
      var power = 1.0
      for t in 1...horizon {
        weights[t] = power
        power *= discount
      }
    case .loss(let step):
      guard (1...horizon).contains(step) else {
        throw .invalidCount(field: "atStep", value: step, expected: "1 to the horizon, \(horizon)")
      }
      weights[step] = 1
    case .weightedLoss(let given):
      guard given.count == horizon + 1 else {
        throw .invalidCount(
          field: "weights.count", value: given.count,
          expected:
            "\(horizon + 1): one for the loss before the first step and one for that after each of \(horizon) steps"
        )
      }
      for (t, weight) in given.enumerated() where !(weight >= 0 && weight.isFinite) {
        throw .invalidValue(field: "weights", index: t, value: weight, expected: "finite and at least 0")
      }
      guard given.dropFirst().contains(where: { $0 > 0 }) else {
        throw .invalidValue(field: "weights", value: 0, expected: "one above 0 after the start")
      }
      weights = given
    }
    return weights
  }
}

/// An objective is coded as an object with `format`, `version`, `kind`, and the key of its kind if it has one:
/// ```
/// {"kind": "final-loss"}                        {"kind": "average-loss"}
/// {"kind": "discounted-loss", "discount": 0.9}  {"kind": "loss", "step": 10}
/// {"kind": "weighted-loss", "weights": […]}
/// ```
extension Objective: Codable {
  private enum CodingKeys: CodingKey { case kind, discount, step, weights }

  private enum Kind: String, Codable, CaseIterable {
    case finalLoss = "final-loss"
    case averageLoss = "average-loss"
    case discountedLoss = "discounted-loss"
    case loss
    case weightedLoss = "weighted-loss"
  }

  private var kind: Kind {
    switch self {
    case .finalLoss: .finalLoss
    case .averageLoss: .averageLoss
    case .discountedLoss: .discountedLoss
    case .loss: .loss
    case .weightedLoss: .weightedLoss
    }
  }

  /// Encodes the kind and its number or numbers.
  public func encode(to encoder: any Encoder) throws {
    try CodedFormat.objective.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind, forKey: .kind)
    switch self {
    case .finalLoss, .averageLoss: break
    case .discountedLoss(let discount): try container.encode(discount, forKey: .discount)
    case .loss(let step): try container.encode(step, forKey: .step)
    case .weightedLoss(let weights): try container.encode(weights, forKey: .weights)
    }
  }

  /// Decodes an objective.
  ///
  /// - Throws: `DecodingError` with the field, also for numbers that ``weights(horizon:)`` refuses at every
  ///   horizon.
  public init(from decoder: any Decoder) throws {
    try CodedFormat.objective.check(decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let name = try container.decode(String.self, forKey: .kind)
    guard let kind = Kind(rawValue: name) else {
      let kinds = Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: container, debugDescription: "kind is \(name), expected one of \(kinds)")
    }
    // The shortest horizon that the numbers may fit.
    var horizon = 1
    switch kind {
    case .finalLoss: self = .finalLoss
    case .averageLoss: self = .averageLoss
    case .discountedLoss:
      self = .discountedLoss(discount: try container.decode(Double.self, forKey: .discount))
    case .loss:
      let step = try container.decode(Int.self, forKey: .step)
      guard step >= 1 else {
        throw DecodingError.dataCorruptedError(
          forKey: .step, in: container, debugDescription: "step is \(step), expected at least 1")
      }
      self = .loss(atStep: step)
      return
    case .weightedLoss:
      let weights = try container.decode([Double].self, forKey: .weights)
      horizon = max(weights.count - 1, 1)
      self = .weightedLoss(weights)
    }
    _ = try decoder.checked { () throws(NoisyQuadraticError) in try weights(horizon: horizon) }
  }
}
