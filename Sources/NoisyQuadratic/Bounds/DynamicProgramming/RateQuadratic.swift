/// A quadratic in the learning rate, `constant + linear α + square α²`, with a bound on its rounding error
/// (B5).
package struct RateQuadratic {
  /// Half the spacing of doubles at 1: the relative error of one operation.
  package static let unit = 0x1p-53

  package var constant, linear, square: Double
  /// A bound on the error of the value, at any rate between 0 and the highest one considered.
  package var error: Double

  package init(constant: Double = 0, linear: Double = 0, square: Double = 0, error: Double = 0) {
    self.constant = constant
    self.linear = linear
    self.square = square
    self.error = error
  }

  package func callAsFunction(_ rate: Double) -> Double { constant + rate * (linear + rate * square) }

  /// A bound on the sizes of the terms at rates up to `highest`. Relative errors refer to it.
  package func size(_ highest: Double) -> Double {
    abs(constant) + highest * (abs(linear) + highest * abs(square))
  }

  /// This quadratic divided by a positive number.
  func divided(by divisor: Double, highest: Double) -> RateQuadratic {
    var result = RateQuadratic(
      constant: constant / divisor, linear: linear / divisor, square: square / divisor,
      error: error / divisor)
    result.error += 4 * Self.unit * result.size(highest)
    return result
  }

  /// This quadratic minus a positive multiple of another.
  func subtracting(_ other: RateQuadratic, times factor: Double, highest: Double) -> RateQuadratic {
    RateQuadratic(
      constant: constant - factor * other.constant, linear: linear - factor * other.linear,
      square: square - factor * other.square,
      error: error + factor * other.error
        + 8 * Self.unit * (size(highest) + factor * other.size(highest)))
  }

  /// Up to two intervals that cover every rate of `range` at which the exact quadratic is ≥ 0.
  ///
  /// The computed quadratic is at least minus four times the error in these intervals. That is twice the
  /// largest total rounding error of coefficients and roots together.
  package func nonNegative(in range: ClosedRange<Double>) -> (ClosedRange<Double>?, ClosedRange<Double>?) {
    let (lower, upper) = (range.lowerBound, range.upperBound)
    let size = size(upper)
    // If nothing can be decided, the whole range is covered.
    guard size > 0, size.isFinite, error.isFinite else { return (range, nil) }
    // The variable is x = α/upper and the coefficients are divided by the size, so that no square underflows.
    let constant = constant / size + 4 * (error / size + 16 * Self.unit)
    let (linear, square) = (linear * upper / size, square * upper * upper / size)
    func interval(_ a: Double, _ b: Double) -> ClosedRange<Double>? {
      let (a, b) = (max(a * upper, lower), min(b * upper, upper))
      return a <= b ? a...b : nil
    }
    guard square != 0 else {
      if linear == 0 { return (constant >= 0 ? range : nil, nil) }
      let root = -constant / linear
      return (linear > 0 ? interval(root, 1) : interval(0, root), nil)
    }
    let discriminant = linear * linear - 4 * constant * square
    guard discriminant > 0 else { return (square > 0 ? range : nil, nil) }
    // The root of larger size comes first and the other follows by Vieta, so that nothing cancels.
    let sum = -0.5 * (linear + (linear > 0 ? discriminant.squareRoot() : -discriminant.squareRoot()))
    let roots = (sum / square, constant / sum)
    let (first, second) = (min(roots.0, roots.1), max(roots.0, roots.1))
    return square < 0 ? (interval(first, second), nil) : (interval(0, first), interval(second, 1))
  }
}
