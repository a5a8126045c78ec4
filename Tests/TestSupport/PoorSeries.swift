/// Series of numbers that leave little or nothing to draw.
package enum PoorSeries {
  /// Nothing to see, or nearly.
  package static let all: [[[Double]]] = [
    [], [[]], [[0, 0, 0]], [[.nan, .nan]], [[.infinity, -.infinity]], [[.nan, 3, .infinity]], [[5]], [[0]],
    [[-1, -1]], [[1e308, -1e308]], [[.leastNonzeroMagnitude]], [[1e308, .leastNonzeroMagnitude]],
    [[0, 1e-300]], [[1, 2], [0, 0]],
  ]
}
