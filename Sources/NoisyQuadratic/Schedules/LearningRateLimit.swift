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
    try value(for: NormalizedProblem(model))
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
