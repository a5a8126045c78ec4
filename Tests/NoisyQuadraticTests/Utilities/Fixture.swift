import Foundation
import NoisyQuadratic
import Testing

/// Numbers that the tests compare with, computed elsewhere to many more digits.
enum Fixture {
  struct Missing: Error {
    let name: String
  }

  static func load<T: Decodable>(_ type: T.Type, _ name: String) throws -> T {
    guard let url = Bundle.module.url(forResource: "Resources/\(name)", withExtension: "json") else {
      throw Missing(name: name)
    }
    let data = try Data(contentsOf: url)
    return try JSONDecoder().decode(type, from: data)
  }
}

/// A problem with the values on which independent solvers agreed, at one horizon.
struct ReferenceCase: Sendable, CustomTestStringConvertible {
  struct Expected: Decodable, Sendable {
    let horizon: Int
    let learningRateLimit, initialLoss, informationBound: Double
    let greedy, greedyMomentum, bestConstant, fullHorizon: Double
  }

  private struct Problem: Decodable {
    struct Curvature: Decodable {
      let kind: String
      let dimension: Int
      let exponent, minimum, maximum: Double?
    }

    struct Noise: Decodable {
      let scale: Double
    }

    let curvature: Curvature
    let gradientNoise: Noise
    let initialSecondMoment: Double
  }

  let name: String
  let expected: Expected

  var testDescription: String { "\(name), T = \(expected.horizon)" }

  static let names = ["geometric-100-quiet", "power-law-100", "power-law-1000", "wu2018"]

  /// All problems at all horizons.
  static let all: [ReferenceCase] = names.flatMap { name in
    let expected = (try? Fixture.load([Expected].self, "cases/\(name).expected")) ?? []
    return expected.map { ReferenceCase(name: name, expected: $0) }
  }

  func model() throws -> NoisyQuadraticModel {
    let problem = try Fixture.load(Problem.self, "cases/\(name)")
    let h = problem.curvature
    let spectrum: Spectrum
    switch (h.kind, h.exponent, h.minimum, h.maximum) {
    case ("powerLaw", .some(let exponent), _, .some(let maximum)):
      spectrum = .powerLaw(dimension: h.dimension, exponent: exponent, maximum: maximum)
    case ("geometric", _, .some(let minimum), .some(let maximum)):
      spectrum = .geometric(dimension: h.dimension, minimum: minimum, maximum: maximum)
    case ("chebyshev", _, .some(let minimum), .some(let maximum)):
      spectrum = .chebyshev(dimension: h.dimension, minimum: minimum, maximum: maximum)
    default: throw Fixture.Missing(name: "the spectrum of \(name)")
    }
    return try NoisyQuadraticModel(
      spectrum: spectrum, noiseScale: problem.gradientNoise.scale,
      initialSecondMoment: problem.initialSecondMoment)
  }
}

/// Small problems whose best schedules are known to the last digit.
struct SmallOptimum: Decodable, Sendable, CustomTestStringConvertible {
  struct Minimum: Decodable, Sendable {
    let alpha, mu: [Double]
    let loss: Double
  }

  struct Greedy: Decodable, Sendable {
    let alpha, mu, losses: [Double]
  }

  struct Constant: Decodable, Sendable {
    let steps: Int
    let alpha, loss: Double
  }

  let name: String
  let h, c, m0: [Double]
  let momentumLimit: Double?
  let optimum: Minimum?
  let otherMinima: [Minimum]?
  let greedy: Greedy?
  let bestConstant: [Constant]?

  var testDescription: String { name }

  static let all = (try? Fixture.load([SmallOptimum].self, "small-optima")) ?? []

  func model() throws -> NoisyQuadraticModel {
    try NoisyQuadraticModel(curvature: h, gradientNoise: c, initialSecondMoment: m0)
  }
}
