import NoisyQuadratic

/// A Hessian like those of networks, which can only be multiplied with vectors: a few large eigenvalues, a bulk
/// that falls like a power, some negative ones, and many zeros, in a random basis.
struct SyntheticHessian {
  static let dimension = 1000

  private let eigenvalues: [Double]
  /// The mirrors of the basis: two reflections, each at the plane orthogonal to a unit vector.
  private let mirrors: [[Double]]

  /// Creates the Hessian of a seed.
  init(using generator: inout Xoshiro256StarStar) {
    let n = Self.dimension
    eigenvalues = (0..<n).map { i in
      switch i {
      case ..<10: 10 / Double(i + 1)
      case ..<(7 * n / 10): 0.5 / Double(i - 9)
      case ..<(3 * n / 4): -0.001 * Double(i % 10 + 1)
      default: 0
      }
    }
    var sampler = NormalSampler()
    var mirrors: [[Double]] = []
    for _ in 0..<2 {
      let vector = (0..<n).map { _ in sampler.next(using: &generator) }
      let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      mirrors.append(vector.map { $0 / length })
    }
    self.mirrors = mirrors
  }

  /// The product with a vector.
  func product(_ vector: [Double]) -> [Double] {
    var result = vector
    for mirror in mirrors { Self.reflect(&result, mirror) }
    for i in result.indices { result[i] *= eigenvalues[i] }
    for mirror in mirrors.reversed() { Self.reflect(&result, mirror) }
    return result
  }

  private static func reflect(_ vector: inout [Double], _ mirror: [Double]) {
    var dot = 0.0
    for i in vector.indices { dot += vector[i] * mirror[i] }
    for i in vector.indices { vector[i] -= 2 * dot * mirror[i] }
  }
}
