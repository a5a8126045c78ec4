import NoisyQuadratic

/// Weights at curvatures of either sign. They state how much of a quantity lies at each eigenvalue of a
/// Hessian.
///
/// Measures from Lanczos' method are Gauss rules. Their few points integrate polynomials up to a certain
/// degree exactly as the true weights do, which have one point per eigenvector (N2).
public struct SpectralMeasure: Sendable, Equatable {
  /// The curvatures, of either sign.
  public let curvatures: [Double]
  /// The weights ≥ 0, one per curvature.
  public let weights: [Double]

  /// Creates a measure with as many weights as curvatures.
  public init(curvatures: [Double], weights: [Double]) {
    precondition(curvatures.count == weights.count, "a weight per curvature")
    self.curvatures = curvatures
    self.weights = weights
  }

  /// The total mass `Σ w`.
  public var mass: Double { weights.reduce(0, +) }

  /// The moment `Σ w hᵏ`.
  public func moment(_ degree: Int) -> Double {
    zip(curvatures, weights).reduce(0) { sum, point in
      sum + (0..<degree).reduce(point.1) { power, _ in power * point.0 }
    }
  }

  /// The share of the mass at curvatures up to the given one; 0 if the mass is 0.
  public func share(upTo curvature: Double) -> Double {
    let below = zip(curvatures, weights).reduce(0) { $0 + ($1.0 <= curvature ? $1.1 : 0) }
    return mass > 0 ? below / mass : 0
  }

  /// Returns the measure as a density. Every point is spread as a normal distribution with a standard
  /// deviation > 0.
  ///
  /// - Parameters:
  ///   - places: the curvatures at which to evaluate the density.
  ///   - width: the standard deviation, a curvature.
  /// - Returns: the weight per unit of curvature at every place.
  public func density(at places: [Double], width: Double) -> [Double] {
    places.map { place in
      zip(curvatures, weights).reduce(0) { sum, point in
        let z = (place - point.0) / width
        return sum + point.1 * Elementary.exp(-0.5 * z * z) / (width * (2 * Double.pi).squareRoot())
      }
    }
  }

  /// The mean of several measures, which has the points of all of them.
  public static func mean(_ measures: [SpectralMeasure]) -> SpectralMeasure {
    let share = 1 / Double(max(measures.count, 1))
    return SpectralMeasure(
      curvatures: measures.flatMap(\.curvatures), weights: measures.flatMap { $0.weights.map { share * $0 } })
  }

  /// The measure with all weights multiplied by a factor.
  func scaled(by factor: Double) -> SpectralMeasure {
    SpectralMeasure(curvatures: curvatures, weights: weights.map { factor * $0 })
  }

  /// The measure with the points of both.
  func joined(_ other: SpectralMeasure) -> SpectralMeasure {
    SpectralMeasure(curvatures: curvatures + other.curvatures, weights: weights + other.weights)
  }
}

extension SpectralMeasure: Codable {
  private enum CodingKeys: CodingKey { case curvatures, weights }

  /// Reads a measure.
  ///
  /// - Throws: `DecodingError`, also if there are not as many weights as curvatures.
  public init(from decoder: any Decoder) throws {
    let all = try decoder.container(keyedBy: CodingKeys.self)
    curvatures = try all.decode([Double].self, forKey: .curvatures)
    weights = try all.decode([Double].self, forKey: .weights)
    guard curvatures.count == weights.count else {
      throw DecodingError.dataCorruptedError(
        forKey: .weights, in: all,
        debugDescription: "\(weights.count) weights of \(curvatures.count) curvatures")
    }
  }
}
