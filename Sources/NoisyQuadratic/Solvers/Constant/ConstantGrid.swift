/// Losses at rates in rows of equal momentum, and the points of least loss among their neighbours.
///
/// The rates of one row need not be those of the next. A row's rates ascend.
struct ConstantGrid {
  private(set) var momenta: [Double] = []
  private(set) var rates: [[Double]] = []

  /// Adds a row above all others.
  mutating func append(momentum: Double, rates row: [Double]) {
    momenta.append(momentum)
    rates.append(row)
  }

  /// The local minima of the losses in a run, the lowest first. A point is compared with its two neighbours in
  /// its row and with the four nearest rates in each adjacent row.
  func minima(of run: ConstantRun) -> [ConstantPoint] {
    var (alpha, mu) = ([Double](), [Double]())
    var first: [Int] = []
    for (momentum, row) in zip(momenta, rates) {
      first.append(alpha.count)
      alpha += row
      mu += Array(repeating: momentum, count: row.count)
    }
    let losses = run.losses(alpha, mu)
    var minima: [ConstantPoint] = []
    for (r, row) in rates.enumerated() {
      // The numbers of rates below the current one in the rows before and after.
      var below = [0, 0]
      for (i, rate) in row.enumerated() {
        let loss = losses[first[r] + i]
        for (side, other) in [r - 1, r + 1].enumerated() where rates.indices.contains(other) {
          while below[side] < rates[other].count, rates[other][below[side]] < rate { below[side] += 1 }
        }
        guard loss < .infinity, i == 0 || loss <= losses[first[r] + i - 1],
          i == row.count - 1 || loss <= losses[first[r] + i + 1]
        else { continue }
        var isLowest = true
        for (side, other) in [r - 1, r + 1].enumerated() where rates.indices.contains(other) {
          let range = max(below[side] - 2, 0)..<min(below[side] + 2, rates[other].count)
          isLowest = isLowest && range.allSatisfy { losses[first[other] + $0] >= loss }
        }
        if isLowest { minima.append(ConstantPoint(alpha: rate, mu: momenta[r], loss: loss)) }
      }
    }
    return minima.sorted { $0.loss < $1.loss }
  }
}
