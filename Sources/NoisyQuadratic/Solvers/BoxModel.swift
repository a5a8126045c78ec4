/// A quadratic `gᵀp + ½ pᵀ(H + δ diag H) p` over a box around 0, minimized by active sets (S15).
struct BoxModel {
  /// H, by rows.
  let matrix: [Double]
  let gradient: [Double]
  /// `lower ≤ 0 ≤ upper`.
  let lower, upper: [Double]
  /// Variables that may move at all.
  let isFree: [Bool]
  /// δ, relative to the diagonal.
  let damping: Double

  /// A point at least as low as 0 with its predicted decrease of the undamped model; `nil` if H + δ diag H
  /// is not positive definite on the variables that may move.
  func minimize() -> (step: [Double], decrease: Double)? {
    let n = gradient.count
    var p = [Double](repeating: 0, count: n)
    for _ in 0..<20 {
      let product = multiplied(p)
      let slope = (0..<n).map { gradient[$0] + product[$0] }
      let free = (0..<n).filter { i in
        isFree[i] && matrix[i * n + i] > 0 && !(p[i] <= lower[i] && slope[i] >= 0)
          && !(p[i] >= upper[i] && slope[i] <= 0)
      }
      guard !free.isEmpty else { break }
      let m = free.count
      // In units of the diagonal, which may span many decades.
      let root = free.map { matrix[$0 * n + $0].squareRoot() }
      var reduced = [Double](repeating: 0, count: m * m)
      for a in 0..<m {
        let row = free[a] * n
        for b in 0..<m { reduced[a * m + b] = matrix[row + free[b]] / (root[a] * root[b]) }
        reduced[a * m + a] = 1 + damping
      }
      guard let factor = CholeskyFactor(reduced, order: m),
        let solution = factor.solve((0..<m).map { -slope[free[$0]] / root[$0] })
      else { return nil }
      // The farthest point along the projected path that still lowers the model.
      let start = value(p, product)
      var length = 1.0
      var moved = p
      var isBlocked = false
      for _ in 0..<30 {
        isBlocked = false
        for a in 0..<m {
          let i = free[a]
          let target = p[i] + length * solution[a] / root[a]
          moved[i] = min(max(target, lower[i]), upper[i])
          if moved[i] != target { isBlocked = true }
        }
        if value(moved, multiplied(moved)) < start { break }
        length /= 2
      }
      guard value(moved, multiplied(moved)) < start else { break }
      p = moved
      if !isBlocked, length == 1 { break }
    }
    let product = multiplied(p, damped: false)
    return (p, -value(p, product))
  }

  private func value(_ p: [Double], _ product: [Double]) -> Double {
    p.indices.reduce(0) { $0 + p[$1] * (gradient[$1] + 0.5 * product[$1]) }
  }

  private func multiplied(_ p: [Double], damped: Bool = true) -> [Double] {
    let n = p.count
    return matrix.withUnsafeBufferPointer { matrix in
      (0..<n).map { i in
        var sum = damped ? damping * matrix[i * n + i] * p[i] : 0
        for j in 0..<n { sum += matrix[i * n + j] * p[j] }
        return sum
      }
    }
  }
}
