import MetaOptimization
import NoisyQuadratic

/// Seeded random images, parameters and directions.
struct RandomProblem {
  private var generator: Xoshiro256StarStar
  private var normal = NormalSampler()

  init(_ seed: UInt64) { generator = Xoshiro256StarStar(seed: seed) }

  mutating func images(_ shape: ImageShape, count: Int, classes: Int = 10) throws -> LabeledImages {
    try LabeledImages(
      shape: shape,
      pixels: (0..<count * shape.count).map { _ in UInt8(truncatingIfNeeded: generator.next()) },
      labels: (0..<count).map { _ in UInt8(generator.next() % UInt64(classes)) }, classes: classes)
  }

  mutating func vector(_ count: Int, deviation: Double = 1) -> [Double] {
    (0..<count).map { _ in deviation * normal.next(using: &generator) }
  }
}

/// The largest difference, relative to the largest number of the second vector.
func distance(_ a: [Double], _ b: [Double]) -> Double {
  let scale = b.map(abs).max() ?? 0
  return zip(a, b).map { abs($0 - $1) }.max().map { $0 / max(scale, .leastNormalMagnitude) } ?? 0
}
