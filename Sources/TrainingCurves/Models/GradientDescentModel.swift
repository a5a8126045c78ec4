import NoisyQuadratic

/// Plain SGD on a noisy quadratic, above a loss that no schedule goes below (T1).
///
/// `L(t) = L_∞ + Σ_j ½ n_j h_j m_j(t)` with the exact dynamics of `NoisyQuadraticModel`, so that every solver of
/// the library works on ``quadratic``.
public struct GradientDescentModel: Sendable, Equatable {
  /// The loss L_∞ ≥ 0 that no schedule goes below.
  public let asymptote: Double
  /// The quadratic.
  public let quadratic: NoisyQuadraticModel

  /// A model with the given parts.
  public init(asymptote: Double, quadratic: NoisyQuadraticModel) {
    (self.asymptote, self.quadratic) = (asymptote, quadratic)
  }

  /// The predicted losses under given rates.
  ///
  /// - Parameters:
  ///   - learningRates: the rates from the first step on, finite and ≥ 0.
  ///   - steps: numbers of updates, each from 0 to the number of rates.
  /// - Returns: the loss after each of these numbers of updates.
  /// - Complexity: O(d T).
  public func losses(under learningRates: [Double], at steps: [Int]) -> [Double] {
    let schedule = Schedule(
      validRates: Array(learningRates.prefix(steps.max() ?? 0)),
      momenta: Array(repeating: 0, count: steps.max() ?? 0))
    let values = quadratic.expectedLoss(under: schedule).values
    return steps.map { asymptote + values[$0] }
  }
}
