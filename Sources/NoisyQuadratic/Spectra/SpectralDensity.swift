/// A measured spectrum: eigenvalues of either sign with weights.
///
/// The weights say which share of all directions lies at each eigenvalue. They need not sum to 1. Every
/// quantity that is derived from a density divides by their sum.
///
/// Units: an eigenvalue is a curvature; a weight has none. Docs/Derivations.md, W1.
public struct SpectralDensity: Sendable, Equatable {
  /// The eigenvalues, of either sign, in the order in which they were given.
  public let eigenvalues: [Double]
  /// The weights ≥ 0, one per eigenvalue, not all 0.
  public let weights: [Double]
  /// The sum of the weights, a positive number.
  public let mass: Double

  /// Creates a density.
  ///
  /// - Parameters:
  ///   - eigenvalues: at least one finite number.
  ///   - weights: a finite number ≥ 0 per eigenvalue, not all of them 0; equal weights that sum to 1 if absent.
  /// - Throws: ``NoisyQuadraticError`` naming the field, index and value.
  public init(eigenvalues: [Double], weights: [Double]? = nil) throws(NoisyQuadraticError) {
    guard !eigenvalues.isEmpty else {
      throw .lengthMismatch(field: "eigenvalues", expected: 1, actual: 0)
    }
    let weights = weights ?? Array(repeating: 1 / Double(eigenvalues.count), count: eigenvalues.count)
    guard weights.count == eigenvalues.count else {
      throw .lengthMismatch(field: "weights", expected: eigenvalues.count, actual: weights.count)
    }
    for (i, value) in eigenvalues.enumerated() where !value.isFinite {
      throw .invalidValue(field: "eigenvalues", index: i, value: value, expected: "a finite number")
    }
    for (i, weight) in weights.enumerated() where !(weight >= 0) || !weight.isFinite {
      throw .invalidValue(field: "weights", index: i, value: weight, expected: "a finite number ≥ 0")
    }
    let mass = Elementary.sum(weights)
    guard mass.isNormal else {
      throw .invalidValue(
        field: "the sum of the weights", value: mass, expected: "a finite number > 0, not too small")
    }
    (self.eigenvalues, self.weights, self.mass) = (eigenvalues, weights, mass)
  }

  /// The number of eigenvalues.
  public var count: Int { eigenvalues.count }

  /// The moment `Σ w hᵏ / Σ w`, which is `tr Hᵏ / n` of a Hessian of order n.
  ///
  /// - Parameter degree: `k ≥ 0`.
  /// - Returns: the moment, in curvature to the power of k.
  public func moment(_ degree: Int) -> Double {
    Elementary.sum(
      eigenvalues.indices.lazy.map { i in
        (0..<degree).reduce(weights[i] / mass) { power, _ in power * eigenvalues[i] }
      })
  }

  /// The share of the weight at eigenvalues up to the given one.
  public func share(upTo eigenvalue: Double) -> Double {
    Elementary.sum(eigenvalues.indices.lazy.map { eigenvalues[$0] <= eigenvalue ? weights[$0] / mass : 0 })
  }

  /// The density whose weights sum to 1.
  public var normalized: SpectralDensity {
    SpectralDensity(eigenvalues: eigenvalues, shares: weights.map { $0 / mass })
  }

  /// The mean of several densities, each with its weights divided by their sum. It has the eigenvalues of all
  /// of them, one density after another.
  ///
  /// - Precondition: There is at least one density.
  public static func mean(_ densities: [SpectralDensity]) -> SpectralDensity {
    precondition(!densities.isEmpty, "at least one density")
    guard densities.count > 1 else { return densities[0] }
    let count = Double(densities.count)
    return SpectralDensity(
      eigenvalues: densities.flatMap(\.eigenvalues),
      shares: densities.flatMap { density in density.weights.map { $0 / density.mass / count } })
  }

  /// Creates a density from the weights of valid ones, divided by their sum.
  private init(eigenvalues: [Double], shares: [Double]) {
    (self.eigenvalues, weights, mass) = (eigenvalues, shares, 1)
  }
}
