/// The quadratic model `gᵀp + ½ pᵀHp` of an objective around a point, over the box of moves p that keep the
/// limits (S15).
struct BoxModel {
  /// H.
  let matrix: LowerTriangle
  let gradient: [Double]
  /// `lower ≤ 0 ≤ upper`.
  let lower, upper: [Double]
  /// Whether a variable has an effect at all.
  let hasEffect: [Bool]

  private var order: Int { gradient.count }

  /// Variables that no limit holds at `p`, where the model's gradient is `slope`.
  func free(_ p: [Double], _ slope: [Double]) -> [Int] {
    (0..<order).filter { i in
      hasEffect[i] && matrix.diagonal(i) > 0 && !(p[i] <= lower[i] && slope[i] >= 0)
        && !(p[i] >= upper[i] && slope[i] <= 0)
    }
  }

  /// The Hessian of some variables in units of its diagonal, which may span many decades, and what they are
  /// to be divided by.
  func reduced(_ free: [Int], damping: Double) -> (matrix: LowerTriangle, scale: [Double]) {
    let scale = free.map { 1 / matrix.diagonal($0).squareRoot() }
    return (matrix.submatrix(free, scale: scale, plus: damping), scale)
  }

  /// A move that lowers the model with `damping · diag H` added, by active sets.
  ///
  /// - Parameter damping: relative to the diagonal.
  /// - Returns: the move and the decrease that the undamped model promises; `nil` if the damped matrix is
  ///   not positive definite on the variables that may move.
  func minimize(damping: Double) -> (move: [Double], decrease: Double)? {
    var p = [Double](repeating: 0, count: order)
    for _ in 0..<20 {
      let product = multiplied(p, damping: damping)
      let slope = (0..<order).map { gradient[$0] + product[$0] }
      let free = free(p, slope)
      guard !free.isEmpty else { break }
      let (matrix, scale) = reduced(free, damping: damping)
      guard let factor = CholeskyFactor(matrix),
        let solution = factor.solve(free.indices.map { -slope[free[$0]] * scale[$0] })
      else { return nil }
      // As far along the projected path as lowers the model.
      let start = value(p, product)
      var length = 1.0
      var target = p
      var isBlocked = false
      var isLower = false
      while !isLower, length > 1e-9 {
        isBlocked = false
        for (a, i) in free.enumerated() {
          let wish = p[i] + length * solution[a] * scale[a]
          target[i] = min(max(wish, lower[i]), upper[i])
          if target[i] != wish { isBlocked = true }
        }
        isLower = value(target, multiplied(target, damping: damping)) < start
        length /= 2
      }
      guard isLower else { break }
      p = target
      if !isBlocked, length == 0.5 { break }
    }
    return (p, -value(p, multiplied(p, damping: 0)))
  }

  private func value(_ p: [Double], _ product: [Double]) -> Double {
    p.indices.reduce(0) { $0 + p[$1] * (gradient[$1] + 0.5 * product[$1]) }
  }

  private func multiplied(_ p: [Double], damping: Double) -> [Double] {
    var product = matrix.multiplied(by: p)
    if damping > 0 {
      for i in p.indices { product[i] += damping * matrix.diagonal(i) * p[i] }
    }
    return product
  }
}
