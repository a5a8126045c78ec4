/// An upper limit on every step's learning rate.
public enum LearningRateLimit: Sendable, Equatable {
  /// The paper's cap, ``NoisyQuadraticModel/firstStepGrowthLimit``: no direction's loss grows in one
  /// momentum-free step from its start (M5). If the model has no such cap, there is no limit.
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
    switch self {
    case .firstStepGrowth: return model.firstStepGrowthLimit
    case .twoOverMaximumCurvature: return 2 / model.maximumCurvature
    case .oneOverMaximumCurvature: return 1 / model.maximumCurvature
    case .none: return nil
    case .value(let limit):
      guard limit > 0, limit.isFinite else {
        throw .invalidValue(field: "learningRateLimit", value: limit, expected: "a finite number > 0")
      }
      return limit
    }
  }
}
