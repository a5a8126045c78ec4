import NoisyQuadratic

/// A curve's steps in pieces of nearly equal rates, with the relaxation of every curvature over each piece.
///
/// Within a piece the noise floor is taken at the mean rate and at the middle of the piece. For equal rates
/// that is exact up to the drift. None of it depends on the exponents of a model, so that it is computed once.
struct RelaxationPieces: Sendable {
  /// The intrinsic time at each row.
  let times: [Double]
  /// The logarithm of each piece's mean rate over the peak rate; −∞ for a rate of 0.
  private let logRates: [Double]
  /// The intrinsic time in the middle of each piece.
  private let middles: [Double]
  /// For each row the end of its pieces.
  private let ends: [Int]
  /// For each piece and curvature, `(1 − e^{−2hΔ}) e^{−2hR}` for the piece's length Δ and the time R from its
  /// end to its row.
  private let shares: [Double]
  /// For each row and curvature, the decay since the row before.
  private let decays: [Double]
  private let count: Int

  /// The largest relative change of the rate within a piece.
  static let spread = 0.02
  /// The largest relative change of τ + δ within a piece, but for its last step.
  static let driftSpread = 0.05

  init(_ curve: TrainingCurve, _ grid: RelaxationGrid) {
    let (curvatures, peakRate) = (grid.curvatures, grid.scales.peakRate)
    let offset = RelaxationGrid.driftOffset * grid.scales.timeScale
    count = curvatures.count
    var (time, done) = (0.0, 0)
    var (times, logRates, middles, ends): ([Double], [Double], [Double], [Int]) = ([], [], [], [])
    var (shares, decays): ([Double], [Double]) = ([], [])
    for row in curve.steps {
      let before = time
      var pieces: [(start: Double, length: Double, steps: Int)] = []
      var first = 0.0
      for rate in curve.learningRates[done..<row] {
        if let last = pieces.indices.last, abs(rate - first) <= Self.spread * first,
          pieces[last].length <= Self.driftSpread * (pieces[last].start + offset)
        {
          pieces[last].length += rate
          pieces[last].steps += 1
        } else {
          pieces.append((time, rate, 1))
          first = rate
        }
        time += rate
      }
      for piece in pieces {
        logRates.append(Elementary.log(piece.length / (Double(piece.steps) * peakRate)))
        middles.append(piece.start + piece.length / 2)
        let rest = time - (piece.start + piece.length)
        for h in curvatures {
          shares.append(-Elementary.expm1(-2 * h * piece.length) * Elementary.exp(-2 * h * rest))
        }
      }
      for h in curvatures { decays.append(Elementary.exp(-2 * h * (time - before))) }
      times.append(time)
      ends.append(logRates.count)
      done = row
    }
    (self.times, self.logRates, self.middles) = (times, logRates, middles)
    (self.ends, self.shares, self.decays) = (ends, shares, decays)
  }

  /// The noise `k_j` at each row, row by row.
  ///
  /// - Parameters:
  ///   - exponent: p.
  ///   - drift: the drift's factor at a time.
  /// - Returns: as many numbers as there are curvatures, for every row.
  func noise(exponent: Double, drift: (Double) -> Double) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(times.count * count)
    var state = [Double](repeating: 0, count: count)
    var piece = 0
    for (row, end) in ends.enumerated() {
      for j in 0..<count { state[j] *= decays[row * count + j] }
      while piece < end {
        if logRates[piece] > -.infinity {
          let floor = Elementary.exp(exponent * logRates[piece]) * drift(middles[piece])
          let base = piece * count
          for j in 0..<count { state[j] = state[j].addingProduct(floor, shares[base + j]) }
        }
        piece += 1
      }
      result += state
    }
    return result
  }
}
