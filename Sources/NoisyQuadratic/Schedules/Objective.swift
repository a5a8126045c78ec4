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
