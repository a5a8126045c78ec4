/// Noise and mean of the gradient in every direction of an eigenbasis, estimated from the gradients of N
/// examples (W4).
///
/// With `x_ni = q_iᵀ g_n`, the component of example n along eigenvector i:
/// ```
/// ḡ_i = Σ_n x_ni / N        c_i = Σ_n (x_ni − ḡ_i)² / (N − 1)
/// E c_i = Var x_i           E ḡ_i² = (E x_i)² + c_i / N
/// ```
/// `ḡ_i²` alone would overstate the squared gradient by `c_i/N`. ``squaredGradient`` has this subtracted. It is
/// unbiased, and negative where the gradient is lost in the noise.
///
/// Units: gradients; noise and squared gradients have gradient².
public struct GradientStatistics: Sendable, Equatable {
  /// The number N of examples.
  public let examples: Int
  /// The mean gradient `ḡ_i`.
  public let mean: [Double]
  /// The variance `c_i` of one example's gradient, unbiased.
  public let noise: [Double]
  /// The standard error of every entry of ``noise``, from the fourth moments of the examples.
  public let noiseStandardError: [Double]
  private let components: RealMatrix

  /// Statistics of components that were computed before.
  ///
  /// - Parameter components: `x_ni`, one row per example, at least 3, and one column per eigenvector.
  /// - Throws: ``NoisyQuadraticError`` for fewer examples.
  public init(components: RealMatrix) throws(NoisyQuadraticError) {
    let (count, directions) = (components.rows, components.columns)
    guard count >= 3 else {
      throw .invalidCount(field: "the number of examples", value: count, expected: "at least 3")
    }
    let n = Double(count)
    var mean = [Double](repeating: 0, count: directions)
    for i in 0..<count { for j in 0..<directions { mean[j] += components[i, j] / n } }
    var (second, fourth) = (
      [Double](repeating: 0, count: directions), [Double](repeating: 0, count: directions)
    )
    for i in 0..<count {
      for j in 0..<directions {
        let square = (components[i, j] - mean[j]) * (components[i, j] - mean[j])
        second[j] += square
        fourth[j] += square * square
      }
    }
    examples = count
    self.mean = mean
    noise = second.map { $0 / (n - 1) }
    noiseStandardError = zip(second, fourth).map { (max($1 / n - ($0 / n) * ($0 / n), 0) / n).squareRoot() }
    self.components = components
  }

  /// Statistics in an eigenbasis.
  ///
  /// - Parameters:
  ///   - gradients: one row per example, at least 3, and one column per parameter.
  ///   - eigenvectors: one row per parameter and one column per eigenvector. The columns are orthonormal to
  ///     1e-3, which eigenvectors in single precision are.
  /// - Throws: ``NoisyQuadraticError`` for other shapes, for columns that are not orthonormal, and for a number
  ///   that overflows.
  /// - Complexity: O(N · parameters · eigenvectors).
  public init(gradients: RealMatrix, eigenvectors: RealMatrix) throws(NoisyQuadraticError) {
    guard gradients.columns == eigenvectors.rows else {
      throw .lengthMismatch(
        field: "a row of gradients", expected: eigenvectors.rows, actual: gradients.columns)
    }
    try Self.checkOrthonormal(eigenvectors)
    try self.init(components: gradients.multiplied(by: eigenvectors, field: "gradients in the eigenbasis"))
  }

  private static func checkOrthonormal(_ vectors: RealMatrix) throws(NoisyQuadraticError) {
    let k = vectors.columns
    try MemoryRequirement.check("eigenvectors", k, doubles: Double(k) * Double(k))
    var products = LowerTriangle([Double](repeating: 0, count: k * k), order: k)
    // The rows of the matrix are the vectors whose squares add up to the products of its columns.
    products.add(1, squares: vectors.elements)
    for i in 0..<k {
      for j in 0...i where !(abs(products.elements[i * k + j] - (i == j ? 1 : 0)) <= 1e-3) {
        throw .invalidValue(
          field: "the product of eigenvectors \(j) and \(i)", value: products.elements[i * k + j],
          expected: "\(i == j ? 1 : 0) to within 0.001: columns that are orthonormal")
      }
    }
  }

  /// The unbiased estimates `ḡ_i² − c_i/N` of the squared mean gradients. They may be negative.
  public var squaredGradient: [Double] {
    zip(mean, noise).map { $0 * $0 - $1 / Double(examples) }
  }

  /// The standard errors of ``squaredGradient``: `√(4 g² c/N + 2 c²/(N(N − 1)))`, with g² and c as estimated.
  ///
  /// The formula holds for every distribution of gradients with a variance (W4).
  public var squaredGradientStandardError: [Double] {
    let n = Double(examples)
    return zip(squaredGradient, noise).map { square, c in
      (4 * max(square, 0) * (c / n) + 2 * (c / n) * (c / (n - 1))).squareRoot()
    }
  }

  /// The squared distances from the minimum along every eigenvector: `m_i = max(ḡ_i² − c_i/N, 0)/h_i²`.
  ///
  /// - Parameter curvature: the eigenvalues.
  /// - Returns: one number per direction, 0 where the curvature is not positive.
  /// - Precondition: There is one eigenvalue per direction.
  public func initialSecondMoment(curvature: [Double]) -> [Double] {
    precondition(curvature.count == mean.count, "an eigenvalue per direction")
    return zip(squaredGradient, curvature).map { $1 > 0 ? max($0, 0) / $1 / $1 : 0 }
  }

  /// The excess loss `½ Σ (ḡ_i² − c_i/N)/h_i` over some directions, unbiased, with its standard error by the
  /// jackknife over examples.
  ///
  /// - Parameters:
  ///   - curvature: the eigenvalues.
  ///   - directions: the directions that count, each with a positive eigenvalue.
  /// - Returns: the loss, in the unit of gradient² over curvature.
  /// - Precondition: There is one eigenvalue per direction.
  public func excessLoss(curvature: [Double], over directions: [Int]) -> ProbeMean {
    precondition(curvature.count == mean.count, "an eigenvalue per direction")
    precondition(directions.allSatisfy { curvature[$0] > 0 }, "positive eigenvalues")
    let n = Double(examples)
    // The estimate is the mean of x_a x_b over all pairs of different examples (W4). Leaving one example out
    // changes the sum of its products with the others.
    var pairs = 0.0
    var ofExample = [Double](repeating: 0, count: examples)
    for j in directions {
      let sum = n * mean[j]
      for i in 0..<examples {
        let x = components[i, j]
        ofExample[i] += x * (sum - x) / (2 * curvature[j])
      }
    }
    for value in ofExample { pairs += value }
    let value = pairs / (n * (n - 1))
    let without = ofExample.map { (pairs - 2 * $0) / ((n - 1) * (n - 2)) }
    let center = without.reduce(0, +) / n
    let squares = without.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    return ProbeMean(value: value, standardError: ((n - 1) / n * squares).squareRoot())
  }
}
