/// An upper limit on every step's learning rate.
public enum LearningRateLimit: Sendable, Equatable {
  /// The paper's cap: no direction's loss grows in one momentum-free step from its start (M5). No limit
  /// when the model has no such cap.
  case firstStepGrowth
  /// `2/h_max`, where SGD stops being stable.
  case twoOverMaximumCurvature
  /// `1/h_max`.
  case oneOverMaximumCurvature
  /// A number > 0.
  case value(Double)
  /// No limit. Low-noise problems then have many local optima and wild steps.
  case none

  /// The limit as a number; `nil` when there is none.
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
