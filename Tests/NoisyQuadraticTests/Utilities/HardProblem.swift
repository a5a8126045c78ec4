import NoisyQuadratic
import Testing

/// A problem on which a search once ended above the best schedule known, in its own units.
struct HardProblem: Decodable, Sendable, CustomTestStringConvertible {
  let name, kind: String
  let curvature, gradientNoise, initialSecondMoment: [Double]
  let batchSize: Double
  let horizon: Int
  let learningRateLimit: Double?
  let momentumLimit: Double
  let lookahead: Int?
  let growthLimit: Double?
  /// A loss that a schedule within the limits reaches, to some eight digits; five if it has no more.
  let best: Double

  var testDescription: String { name }

  func model() throws -> NoisyQuadraticModel {
    try NoisyQuadraticModel(
      curvature: curvature, gradientNoise: gradientNoise, initialSecondMoment: initialSecondMoment,
      batchSize: batchSize)
  }

  var limits: HyperparameterLimits {
    HyperparameterLimits(
      learningRate: learningRateLimit.map(LearningRateLimit.value) ?? .none, momentum: momentumLimit)
  }

  private static let all = (try? Fixture.load([HardProblem].self, "hard-constants")) ?? []

  /// The problems for one kind of solver: `constant`, `held` or `growth`.
  static func all(_ kind: String) -> [HardProblem] { all.filter { $0.kind == kind } }
}
