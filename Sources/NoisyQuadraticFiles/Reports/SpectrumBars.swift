import Foundation
import NoisyQuadratic

/// The weight of a spectrum in bars over the size of the eigenvalues, for each fate that is shown.
struct SpectrumBars {
  static let fates: [CurvatureSpectrum.Fate] = [.kept, .negative, .small]
  private static let count = 60
  /// The largest ratio of the sizes that are shown; smaller ones share the first bar.
  private static let span = 1e10

  /// The sizes that are shown.
  let sizes: ClosedRange<Double>
  /// Whether the first bar also has the weight of smaller eigenvalues.
  let isCut: Bool
  /// The share of the weight in every bar, for each of the fates.
  let shares: [[Double]]
  /// The range of an axis for the shares, on which the smallest one is visible.
  let shareRange: ClosedRange<Double>

  init(_ spectrum: CurvatureSpectrum) {
    let density = spectrum.density
    let shown = spectrum.fates.indices.filter { spectrum.fates[$0] != .weightless }
    let all = shown.map { abs(density.eigenvalues[$0]) }
    let highest = all.max() ?? 1
    let least = all.filter { $0 >= highest / Self.span }.min() ?? highest
    // One size alone gets a decade.
    let lowest = min(least, highest / 10)
    var shares = Self.fates.map { _ in [Double](repeating: 0, count: Self.count) }
    let scale = Double(Self.count) / log(highest / lowest)
    for (i, size) in zip(shown, all) {
      guard let row = Self.fates.firstIndex(of: spectrum.fates[i]) else { continue }
      let bar = Int(scale * log(max(size, lowest) / lowest))
      shares[row][min(max(bar, 0), Self.count - 1)] += density.weights[i] / density.mass
    }
    let positive = shares.flatMap { $0 }.filter { $0 > 0 }
    sizes = lowest...highest
    isCut = all.contains { $0 < lowest }
    self.shares = shares
    shareRange = max(positive.min() ?? 0.1, 1e-12) / 3...max(positive.max() ?? 1, 1e-12) * 1.5
  }

  /// Columns for a plot: the middles, left and right ends of the bars, and the shares of each fate, NaN where
  /// there is no weight.
  var columns: [[Double]] {
    let factor = pow(sizes.upperBound / sizes.lowerBound, 1 / Double(Self.count))
    let left: [Double] = (0..<Self.count).map { sizes.lowerBound * pow(factor, Double($0)) }
    let middle: [Double] = left.map { $0 * factor.squareRoot() }
    let right: [Double] = left.map { $0 * factor }
    return [middle, left, right] + shares.map { share in share.map { $0 > 0 ? $0 : .nan } }
  }
}
