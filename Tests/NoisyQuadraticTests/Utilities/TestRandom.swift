import Foundation
import NoisyQuadratic

/// Reproducible random numbers for test data, independent of the library's generator.
struct TestRandom {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1 }

  /// Uniform in [0, 1).
  mutating func unit() -> Double {
    // A 64-bit linear congruential generator with Knuth's constants; its top bits are good.
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / 9_007_199_254_740_992
  }

  mutating func uniform(_ lower: Double, _ upper: Double) -> Double { lower + (upper - lower) * unit() }

  mutating func logUniform(_ lower: Double, _ upper: Double) -> Double {
    lower * pow(upper / lower, unit())
  }

  mutating func array(_ count: Int, _ draw: (inout TestRandom) -> Double) -> [Double] {
    (0..<count).map { _ in draw(&self) }
  }

  /// A model with means, variances, multiplicities and a batch size, the largest curvature 1.
  mutating func model(dimension d: Int, noise: Double = 1) throws -> NoisyQuadraticModel {
    var h = array(d) { $0.logUniform(1e-3, 1) }
    h[d / 2] = 1
    return try NoisyQuadraticModel(
      curvature: h, gradientNoise: h.map { noise * $0 * uniform(0.5, 2) },
      initialMean: array(d) { $0.uniform(-2, 2) }, initialVariance: array(d) { $0.uniform(0, 2) },
      multiplicity: array(d) { $0.uniform(0.5, 3) }, batchSize: uniform(0.5, 4))
  }

  /// A stable but restless schedule for a largest curvature of 1.
  mutating func schedule(steps: Int, momentum: Double) throws -> Schedule {
    try Schedule(
      learningRates: array(steps) { $0.unit() < 0.1 ? 0 : $0.uniform(0, 1.9) },
      momenta: array(steps) { momentum == 0 || $0.unit() < 0.1 ? 0 : $0.uniform(0, momentum) })
  }

  /// A random orthogonal matrix, by Gram–Schmidt, twice for the last digits.
  mutating func orthogonal(_ d: Int) -> DenseMatrix {
    var rows = (0..<d).map { _ in array(d) { $0.uniform(-1, 1) } }
    for i in 0..<d {
      for _ in 0..<2 {
        for j in 0..<i {
          let dot = zip(rows[i], rows[j]).reduce(0) { $0 + $1.0 * $1.1 }
          for k in 0..<d { rows[i][k] -= dot * rows[j][k] }
        }
      }
      let norm = rows[i].reduce(0) { $0 + $1 * $1 }.squareRoot()
      for k in 0..<d { rows[i][k] /= norm }
    }
    return DenseMatrix(rows: rows)
  }

  /// A random positive semidefinite matrix of the given rank.
  mutating func semidefinite(_ d: Int, rank: Int) -> DenseMatrix {
    let factor = DenseMatrix(rows: (0..<d).map { _ in array(rank) { $0.uniform(-1, 1) } })
    return factor * factor.transposed
  }
}
