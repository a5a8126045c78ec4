import NoisyQuadratic

/// A function of two logarithms that is known at scattered points. Its logarithm is interpolated with
/// Gaussian weights.
///
/// ```
/// ln f(x) = Σ_i k_i(x) ln f_i / Σ_i k_i(x)        k_i(x) = exp(−|x − x_i|² / (2 s²))
/// ```
/// Here x and the width s are in units of the ranges' logarithms. Samples that diverged count as the highest
/// finite sample.
public struct ScatteredSurface: Sendable, Equatable {
  /// The coordinates `[first, second]` of every sample, positive.
  public let places: [[Double]]
  /// The values of the function at the samples; infinite where it diverged.
  public let values: [Double]
  /// The width s.
  public let width: Double

  private let ranges: [ClosedRange<Double>]
  private let coordinates: [[Double]]
  private let logarithms: [Double]

  /// Creates a surface from samples.
  ///
  /// - Parameters:
  ///   - places: the coordinates of the samples.
  ///   - values: the values of the function at the samples, positive.
  ///   - ranges: the ranges of both coordinates.
  ///   - width: the width s. The default 1/√n is about the distance between neighbours.
  /// - Throws: `NoisyQuadraticError` if there are no samples, if the counts differ, or if coordinates are not
  ///   positive.
  public init(
    places: [[Double]], values: [Double], ranges: [ClosedRange<Double>], width: Double? = nil
  ) throws(NoisyQuadraticError) {
    guard places.count == values.count, !values.isEmpty else {
      throw .lengthMismatch(field: "places", expected: max(values.count, 1), actual: places.count)
    }
    guard ranges.count == 2, ranges.allSatisfy({ $0.lowerBound > 0 && $0.upperBound.isFinite }),
      places.allSatisfy({ $0.count == 2 && $0.allSatisfy { $0 > 0 && $0.isFinite } })
    else {
      throw .invalidCount(
        field: "ranges", value: ranges.count, expected: "two ranges and places of numbers > 0")
    }
    self.places = places
    self.values = values
    self.ranges = ranges
    self.width = width ?? 1 / Double(values.count).squareRoot()
    coordinates = places.map { Self.unit($0, ranges) }
    let highest = values.filter(\.isFinite).max() ?? 1
    logarithms = values.map { Elementary.log(max($0.isFinite ? $0 : highest, .leastNormalMagnitude)) }
  }

  /// Returns the interpolated value at a place.
  ///
  /// - Complexity: linear in the number of samples.
  public func callAsFunction(_ place: [Double]) -> Double {
    let x = Self.unit(place, ranges)
    let exponents = coordinates.map { y in
      let (a, b) = ((x[0] - y[0]) / width, (x[1] - y[1]) / width)
      return -(a * a + b * b) / 2
    }
    // The nearest sample has weight 1, so that it dominates far from all samples.
    let nearest = exponents.max() ?? 0
    var (sum, weight) = (0.0, 0.0)
    for (exponent, logarithm) in zip(exponents, logarithms) {
      let k = Elementary.exp(exponent - nearest)
      sum += k * logarithm
      weight += k
    }
    return Elementary.exp(sum / weight)
  }

  /// Returns the lowest point of the interpolation on a grid.
  ///
  /// - Parameter count: the number of places per side.
  /// - Returns: the place and its value.
  public func minimum(count: Int = 101) -> (place: [Double], value: Double) {
    var best = (place: places[0], value: Double.infinity)
    for i in 0..<count {
      for j in 0..<count {
        let place = zip(ranges, [i, j]).map { range, k in
          Self.value(range, Double(k) / Double(max(count - 1, 1)))
        }
        let value = self(place)
        if value < best.value { best = (place, value) }
      }
    }
    return best
  }

  /// Returns the number at a given share of a range's logarithm.
  public static func value(_ range: ClosedRange<Double>, _ share: Double) -> Double {
    let (low, high) = (Elementary.log(range.lowerBound), Elementary.log(range.upperBound))
    return Elementary.exp(low + share * (high - low))
  }

  private static func unit(_ place: [Double], _ ranges: [ClosedRange<Double>]) -> [Double] {
    zip(place, ranges).map { x, range in
      let (low, high) = (Elementary.log(range.lowerBound), Elementary.log(range.upperBound))
      return (Elementary.log(x) - low) / max(high - low, .leastNormalMagnitude)
    }
  }
}
