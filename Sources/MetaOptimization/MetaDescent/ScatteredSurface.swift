import NoisyQuadratic

/// A function of two logarithms known at scattered places, interpolated by Gaussian weights on its logarithm.
///
/// ```
/// ln f(x) = Σ_i k_i(x) ln f_i / Σ_i k_i(x)        k_i(x) = exp(−|x − x_i|² / (2 s²))
/// ```
/// with x and the width s in units of the ranges' logarithms. Samples that diverged count as the highest finite one.
public struct ScatteredSurface: Sendable, Equatable {
  /// `[first, second]`, positive, of every sample.
  public let places: [[Double]]
  /// The function there; infinite where it diverged.
  public let values: [Double]
  /// s.
  public let width: Double

  private let ranges: [ClosedRange<Double>]
  private let coordinates: [[Double]]
  private let logarithms: [Double]

  /// A surface through samples.
  ///
  /// - Parameters:
  ///   - places: of the samples.
  ///   - values: the function there, positive.
  ///   - ranges: of both coordinates.
  ///   - width: s; about the distance between neighbours by default, 1/√n.
  /// - Throws: `NoisyQuadraticError` for no samples, unequal numbers or places that are not positive.
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

  /// The interpolated value at a place.
  ///
  /// - Complexity: linear in the samples.
  public func callAsFunction(_ place: [Double]) -> Double {
    let x = Self.unit(place, ranges)
    let exponents = coordinates.map { y in
      let (a, b) = ((x[0] - y[0]) / width, (x[1] - y[1]) / width)
      return -(a * a + b * b) / 2
    }
    // The nearest sample has weight 1: far from all of them it decides.
    let nearest = exponents.max() ?? 0
    var (sum, weight) = (0.0, 0.0)
    for (exponent, logarithm) in zip(exponents, logarithms) {
      let k = Elementary.exp(exponent - nearest)
      sum += k * logarithm
      weight += k
    }
    return Elementary.exp(sum / weight)
  }

  /// The lowest point of the interpolation on a grid.
  ///
  /// - Parameter count: places per side.
  /// - Returns: the place and the value there.
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

  /// A place of a range by its share of the logarithm.
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
