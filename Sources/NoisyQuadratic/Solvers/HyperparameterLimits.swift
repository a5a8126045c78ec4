/// An upper limit on every step's learning rate.
public enum LearningRateLimit: Sendable, Equatable {
  /// The paper's cap: no direction's loss grows in one momentum-free step from its start (M5). No limit
  /// when the model has no such cap.
  case paper
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
    case .paper: return model.paperLearningRateCap
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

/// The box that every schedule of a solver stays in: `0 ≤ α_t ≤ learningRate`, `0 ≤ μ_t ≤ momentum`.
public struct HyperparameterLimits: Sendable, Equatable {
  /// The limit on the learning rate.
  public var learningRate: LearningRateLimit
  /// The limit on momentum, in [0, 1). 0 is plain SGD.
  public var momentum: Double

  /// - Parameters:
  ///   - learningRate: the limit on the learning rate.
  ///   - momentum: the limit on momentum, in [0, 1); 0 is plain SGD.
  public init(learningRate: LearningRateLimit = .twoOverMaximumCurvature, momentum: Double = 0) {
    self.learningRate = learningRate
    self.momentum = momentum
  }
}

/// Limits as numbers, in the model's units and in the kernels'.
struct ResolvedLimits {
  let learningRate: Double?
  let momentum: Double
  /// Infinite when there is no limit.
  let scaledRate: Double

  init(
    _ limits: HyperparameterLimits, _ model: NoisyQuadraticModel, _ problem: NormalizedProblem
  ) throws(NoisyQuadraticError) {
    guard limits.momentum >= 0, limits.momentum < 1 else {
      throw .invalidValue(
        field: "momentumLimit", value: limits.momentum, expected: "at least 0 and below 1")
    }
    learningRate = try limits.learningRate.value(for: model)
    momentum = limits.momentum
    scaledRate = learningRate.map(problem.scaledRate) ?? .infinity
  }

  var usesMomentum: Bool { momentum > 0 }

  /// Whether a single step may blow a direction up: then intermediate losses may dwarf the final one.
  func allowsWildSteps(_ problem: NormalizedProblem) -> Bool {
    scaledRate * (problem.curvature.max() ?? 1) > 2
  }

  /// A typical large rate, in the kernels' units: the limit, or the largest that is stable without
  /// momentum.
  func referenceRate(_ problem: NormalizedProblem) -> Double {
    min(scaledRate, 2 / (problem.curvature.max() ?? 1))
  }
}
