import NoisyQuadratic
import Testing

/// Small problems with many local optima, on which a search once ended too high, and the lowest loss that is
/// known to be reached within the limits.
struct HardSearch: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let h, c, m0: [Double]
  let n: [Double]?
  let steps: Int
  let rateLimit: Double?
  let momentumLimit, bestKnown: Double

  var testDescription: String { name }

  static let all = (try? Fixture.load([HardSearch].self, "hard-searches")) ?? []

  /// Problems that take a second without optimization.
  static let quick = ["momentum-201", "unlimited-4-146"]

  static func named(_ name: String) throws -> HardSearch { try #require(all.first { $0.name == name }) }

  func model() throws -> NoisyQuadraticModel {
    try NoisyQuadraticModel(curvature: h, gradientNoise: c, initialSecondMoment: m0, multiplicity: n)
  }

  var limits: HyperparameterLimits {
    HyperparameterLimits(learningRate: rateLimit.map { .value($0) } ?? .none, momentum: momentumLimit)
  }
}
