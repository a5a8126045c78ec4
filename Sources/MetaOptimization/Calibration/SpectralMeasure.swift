import NoisyQuadratic

/// Weights at curvatures of either sign: how much of something lies at which eigenvalue of a Hessian.
///
/// From Lanczos' method these are Gauss rules: few points with the integrals that the true weights, one per
/// eigenvector, give all polynomials up to a degree (N2).
public struct SpectralMeasure: Sendable, Equatable {
  /// Curvatures, of either sign.
  public let curvatures: [Double]
  /// A weight ≥ 0 for each of them.
  public let weights: [Double]

  /// A measure; as many weights as curvatures.
  public init(curvatures: [Double], weights: [Double]) {
    precondition(curvatures.count == weights.count, "a weight per curvature")
    self.curvatures = curvatures
    self.weights = weights
  }

  /// `Σ w`.
  public var mass: Double { weights.reduce(0, +) }

  /// `Σ w hᵏ`.
  public func moment(_ degree: Int) -> Double {
    zip(curvatures, weights).reduce(0) { sum, point in
      sum + (0..<degree).reduce(point.1) { power, _ in power * point.0 }
    }
  }

  /// The part of the mass at curvatures up to a number; 0 of no mass.
  public func share(upTo curvature: Double) -> Double {
    let below = zip(curvatures, weights).reduce(0) { $0 + ($1.0 <= curvature ? $1.1 : 0) }
    return mass > 0 ? below / mass : 0
  }

  /// The measure as a density, every point spread as a normal distribution of a standard deviation > 0.
  ///
  /// - Parameters:
  ///   - places: where to evaluate it.
  ///   - width: the standard deviation, a curvature.
  /// - Returns: weight per curvature at every place.
  public func density(at places: [Double], width: Double) -> [Double] {
    places.map { place in
      zip(curvatures, weights).reduce(0) { sum, point in
        let z = (place - point.0) / width
        return sum + point.1 * Elementary.exp(-0.5 * z * z) / (width * (2 * Double.pi).squareRoot())
      }
    }
  }

  /// The mean of some measures: the points of all.
  public static func mean(_ measures: [SpectralMeasure]) -> SpectralMeasure {
    let share = 1 / Double(max(measures.count, 1))
    return SpectralMeasure(
      curvatures: measures.flatMap(\.curvatures), weights: measures.flatMap { $0.weights.map { share * $0 } })
  }

  /// The same weights times a factor.
  func scaled(by factor: Double) -> SpectralMeasure {
    SpectralMeasure(curvatures: curvatures, weights: weights.map { factor * $0 })
  }

  /// The points of both.
  func joined(_ other: SpectralMeasure) -> SpectralMeasure {
    SpectralMeasure(curvatures: curvatures + other.curvatures, weights: weights + other.weights)
  }
}
