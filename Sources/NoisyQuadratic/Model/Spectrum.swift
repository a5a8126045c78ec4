/// A named family of curvatures h₁ … h_d.
///
/// Units: a curvature has the unit of loss over parameter². `i` runs from 1 to `dimension`.
public enum Spectrum: Sendable, Equatable {
  /// `h_i = maximum · i^(−exponent)`; `exponent ≥ 0`.
  case powerLaw(dimension: Int, exponent: Double, maximum: Double)
  /// `h_i = maximum · (minimum/maximum)^((i−1)/(d−1))`; for `d = 1` the maximum alone.
  case geometric(dimension: Int, minimum: Double, maximum: Double)
  /// `h_i = (a+b)/2 + (b−a)/2 · cos((2i−1)π/(2d))` with a the minimum and b the maximum.
  ///
  /// This spectrum is the worst case of conjugate gradients.
  case chebyshev(dimension: Int, minimum: Double, maximum: Double)

  /// The number of directions.
  public var dimension: Int {
    switch self {
    case .powerLaw(let dimension, _, _), .geometric(let dimension, _, _), .chebyshev(let dimension, _, _):
      return dimension
    }
  }

  /// The curvatures, largest first.
  ///
  /// - Throws: ``NoisyQuadraticError`` naming `curvature.dimension`, `.exponent`, `.minimum` or `.maximum`.
  /// - Complexity: O(d).
  public func curvatures() throws(NoisyQuadraticError) -> [Double] {
    guard dimension >= 1 else {
      throw .invalidCount(field: "curvature.dimension", value: dimension, expected: "at least 1")
    }
    // The estimate covers the model and one working copy of its arrays.
    try MemoryRequirement.check("curvature.dimension", dimension, doubles: 16 * Double(dimension))
    let d = Double(dimension)
    switch self {
    case .powerLaw(_, let exponent, let maximum):
      try Self.requirePositive("curvature.maximum", maximum)
      guard exponent >= 0, exponent.isFinite else {
        throw .invalidValue(
          field: "curvature.exponent", value: exponent, expected: "a finite number ≥ 0")
      }
      let smallest = maximum * Elementary.pow(d, -exponent)
      guard smallest > 0 else {
        throw .invalidValue(
          field: "curvature.exponent", value: exponent,
          expected: "one at which the smallest of \(dimension) curvatures is not zero")
      }
      return (1...dimension).map { maximum * Elementary.pow(Double($0), -exponent) }
    case .geometric(_, let minimum, let maximum):
      try Self.requireRange(minimum, maximum)
      guard dimension > 1 else { return [maximum] }
      // Two powers are used because the ratio may underflow.
      return (0..<dimension).map { i in
        let t = Double(i) / (d - 1)
        return Elementary.pow(maximum, 1 - t) * Elementary.pow(minimum, t)
      }
    case .chebyshev(_, let minimum, let maximum):
      try Self.requireRange(minimum, maximum)
      let center = minimum / 2 + maximum / 2
      let radius = (maximum - minimum) / 2
      return (1...dimension).map {
        center + radius * Elementary.cos((2 * Double($0) - 1) * Double.pi / (2 * d))
      }
    }
  }

  private static func requirePositive(_ field: String, _ value: Double) throws(NoisyQuadraticError) {
    guard value > 0, value.isFinite else {
      throw .invalidValue(field: field, value: value, expected: "a finite number > 0")
    }
  }

  private static func requireRange(_ minimum: Double, _ maximum: Double) throws(NoisyQuadraticError) {
    try requirePositive("curvature.maximum", maximum)
    try requirePositive("curvature.minimum", minimum)
    guard minimum <= maximum else {
      throw .invalidValue(
        field: "curvature.minimum", value: minimum, expected: "at most the maximum, \(maximum)")
    }
  }
}

extension NoisyQuadraticModel {
  /// A model with a named spectrum, `c = noiseScale · h`, and the same second moment in all directions.
  ///
  /// - Parameters:
  ///   - spectrum: the curvatures.
  ///   - noiseScale: `c_i / h_i ≥ 0`.
  ///   - initialSecondMoment: `E θ_i²` before the first step.
  ///   - batchSize: `B > 0`.
  /// - Throws: ``NoisyQuadraticError`` naming the parameter and its value.
  public init(
    spectrum: Spectrum, noiseScale: Double, initialSecondMoment: Double, batchSize: Double = 1
  ) throws(NoisyQuadraticError) {
    let h = try spectrum.curvatures()
    guard noiseScale >= 0, noiseScale.isFinite else {
      throw .invalidValue(field: "noiseScale", value: noiseScale, expected: "a finite number ≥ 0")
    }
    try self.init(
      curvature: h, gradientNoise: h.map { noiseScale * $0 },
      initialSecondMoment: Array(repeating: initialSecondMoment, count: h.count),
      batchSize: batchSize)
  }
}
