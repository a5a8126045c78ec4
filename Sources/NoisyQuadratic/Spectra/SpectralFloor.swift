/// The curvature at or below which eigenvalues are left out of a model (W1).
public enum SpectralFloor: Sendable, Equatable {
  /// A multiple, from 0 on and below 1, of the largest absolute eigenvalue.
  case relative(Double)
  /// A curvature ≥ 0.
  case absolute(Double)

  /// 1e-6 of the largest absolute eigenvalue. Below that, single precision does not know the sign of an
  /// eigenvalue.
  public static let standard = SpectralFloor.relative(1e-6)

  /// The floor as a curvature.
  ///
  /// - Throws: ``NoisyQuadraticError`` for a number outside its domain.
  public func curvature(for density: SpectralDensity) throws(NoisyQuadraticError) -> Double {
    switch self {
    case .relative(let factor):
      try Requirement.belowOne([("floor", factor)])
      return factor * (density.eigenvalues.map(abs).max() ?? 0)
    case .absolute(let curvature):
      guard curvature >= 0, curvature.isFinite else {
        throw .invalidValue(field: "floor", value: curvature, expected: "a finite number ≥ 0")
      }
      return curvature
    }
  }
}
