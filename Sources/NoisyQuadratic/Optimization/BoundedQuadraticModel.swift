/// The quadratic model `gᵀp + ½ pᵀHp` of an objective around a point, over the box of moves p that keep the
/// limits (S15).
struct BoundedQuadraticModel {
  /// H.
  var matrix: LowerTriangle
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
    let scale = scale(free)
    return (matrix.submatrix(free, scale: scale, plus: damping), scale)
  }

  private func scale(_ free: [Int]) -> [Double] { free.map { 1 / matrix.diagonal($0).squareRoot() } }

  /// The factor of the last set of free variables; that of a slightly smaller set follows from it.
  private struct FactorCache {
    private var variables: [Int] = []
    private var factor: CholeskyFactor?

    /// Removals that cost less than a factorization.
    private static let mostRemovals = 16

    mutating func factor(_ free: [Int], _ matrix: () -> LowerTriangle) -> CholeskyFactor? {
      let left = Set(free)
      let gone = variables.indices.filter { !left.contains(variables[$0]) }
      if factor != nil, !free.isEmpty, free.count + gone.count == variables.count,
        gone.count <= Self.mostRemovals
      {
        for k in gone.reversed() { factor?.remove(k) }
      } else {
        factor = CholeskyFactor(matrix())
      }
      variables = free
      return factor
    }
  }

  /// The model with the curvature of the variables that may move turned upwards wherever it points down:
  /// nowhere below this one there. `nil` if it is convex as it is.
  func convexified() -> BoundedQuadraticModel? {
    let free = free(Array(repeating: 0, count: order), gradient)
    guard !free.isEmpty else { return nil }
    let (matrix, scale) = reduced(free, damping: 0)
    guard CholeskyFactor(matrix) == nil, let system = try? SymmetricEigensystem(matrix, upTo: 1e-9),
      !system.values.isEmpty
    else { return nil }
    let (m, low) = (free.count, system.values)
    var lifts = [Double](repeating: 0, count: low.count * order)
    for (k, value) in low.enumerated() {
      let length = max(-2 * value, 1e-9 - value).squareRoot()
      for (a, i) in free.enumerated() { lifts[k * order + i] = length * system.vectors[k * m + a] / scale[a] }
    }
    var result = self
    result.matrix.add(1, squares: lifts)
    return result
  }

  /// A move that lowers the model with `damping · diag H` added, by active sets.
  ///
  /// - Parameter damping: relative to the diagonal.
  /// - Returns: the move and the decrease that the undamped model promises; `nil` if the damped matrix is
  ///   not positive definite on the variables that may move.
  func minimize(damping: Double) -> (move: [Double], decrease: Double)? {
    var p = [Double](repeating: 0, count: order)
    // Variables that a limit stopped since the last move that no limit stopped.
    var stopped: Set<Int> = []
    // Variables for which the model is as low as it gets.
    var solved: [Int] = []
    let first = Set(free(p, gradient))
    var isRestricted = false
    var factors = FactorCache()
    for _ in 0..<20 {
      let product = multiplied(p, damping: damping)
      let slope = (0..<order).map { gradient[$0] + product[$0] }
      var free = free(p, slope).filter { !stopped.contains($0) }
      if isRestricted { free = free.filter(first.contains) }
      guard !free.allSatisfy(solved.contains) else {
        if stopped.isEmpty { break }
        stopped = []
        continue
      }
      let scale = scale(free)
      guard let factor = factors.factor(free, { reduced(free, damping: damping).matrix }),
        let solution = factor.solve(free.indices.map { -slope[free[$0]] * scale[$0] })
      else {
        // Positive definite perhaps without the variables that the way so far has set free.
        guard !isRestricted, p.contains(where: { $0 != 0 }) else { return nil }
        isRestricted = true
        continue
      }
      let direction = free.indices.map { solution[$0] * scale[$0] }
      // Along the projected path many limits can be met at once.
      if let target = projected(p, slope, free, direction, damping: damping) {
        p = target.p
        solved = target.isBlocked ? [] : free
        continue
      }
      // Where it leads upwards, straight on to the first limit leads down.
      var (length, first) = (1.0, -1)
      for (a, i) in free.enumerated() where direction[a] != 0 {
        let room = ((direction[a] < 0 ? lower[i] : upper[i]) - p[i]) / direction[a]
        if room < length { (length, first) = (room, a) }
      }
      guard first >= 0 else { break }
      for (a, i) in free.enumerated() {
        p[i] = min(max(p[i] + length * direction[a], lower[i]), upper[i])
      }
      p[free[first]] = direction[first] < 0 ? lower[free[first]] : upper[free[first]]
      stopped.insert(free[first])
      solved = []
    }
    return (p, -value(p, multiplied(p, damping: 0)))
  }

  /// The first point of 1, ½, ¼ … of a direction, moved into the box, where the model is lower by a tenth of
  /// what its slope promises; `nil` if that takes less than 1/16 of the direction.
  private func projected(
    _ p: [Double], _ slope: [Double], _ free: [Int], _ direction: [Double], damping: Double
  ) -> (p: [Double], isBlocked: Bool)? {
    let start = value(p, multiplied(p, damping: damping))
    var target = p
    var length = 1.0
    while length >= 1.0 / 16 {
      var isBlocked = length < 1
      var promise = 0.0
      for (a, i) in free.enumerated() {
        let wish = p[i] + length * direction[a]
        target[i] = min(max(wish, lower[i]), upper[i])
        if target[i] != wish { isBlocked = true }
        promise += slope[i] * (target[i] - p[i])
      }
      if promise < 0, value(target, multiplied(target, damping: damping)) <= start + 0.1 * promise {
        return (target, isBlocked)
      }
      length /= 2
    }
    return nil
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
