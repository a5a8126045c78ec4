/// The quadratic model `gᵀp + ½ pᵀHp` of an objective around a point, over the box of moves p that respect
/// the limits (S15).
struct BoundedQuadraticModel {
  /// The Hessian H.
  var matrix: LowerTriangle
  let gradient: [Double]
  /// The bounds of the box, `lower ≤ 0 ≤ upper`.
  let lower, upper: [Double]
  /// Whether a variable has any effect on the objective.
  let hasEffect: [Bool]

  private var order: Int { gradient.count }

  /// The free variables at `p`, which have an effect, positive curvature and no active bound. The model's
  /// gradient at `p` is `slope`.
  func free(_ p: [Double], _ slope: [Double]) -> [Int] {
    (0..<order).filter { i in
      hasEffect[i] && matrix.diagonal(i) > 0 && !(p[i] <= lower[i] && slope[i] >= 0)
        && !(p[i] >= upper[i] && slope[i] <= 0)
    }
  }

  /// The Hessian of the free variables in units of its diagonal, which may span many decades.
  ///
  /// - Returns: the scaled matrix with `damping` added to its diagonal, and the scale `1/√H_ii` of every
  ///   variable. A solution of the scaled system times the scale is a move of the variables.
  func reduced(_ free: [Int], damping: Double) -> (matrix: LowerTriangle, scale: [Double]) {
    let scale = scale(free)
    return (matrix.submatrix(free, scale: scale, plus: damping), scale)
  }

  private func scale(_ free: [Int]) -> [Double] { free.map { 1 / matrix.diagonal($0).squareRoot() } }

  /// The Cholesky factor for the last set of free variables. The factor for a slightly smaller set follows
  /// from it by removals.
  private struct FactorCache {
    private var variables: [Int] = []
    private var factor: CholeskyFactor?

    /// The largest number of removals that cost less than a factorization.
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

  /// A convex model that is nowhere below this one on the variables that may move. Every direction of
  /// negative curvature has its curvature turned positive. The result is `nil` if the model is convex
  /// already, or if LAPACK fails.
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

  /// A move that lowers the model with `damping · diag H` added to its Hessian, by an active-set method.
  ///
  /// - Parameter damping: the damping relative to the diagonal.
  /// - Returns: the move and the decrease that the undamped model predicts; `nil` if the damped matrix is
  ///   not positive definite on the variables that may move.
  func minimize(damping: Double) -> (move: [Double], decrease: Double)? {
    var p = [Double](repeating: 0, count: order)
    // These variables have been stopped by a limit since the last move that no limit stopped.
    var stopped: Set<Int> = []
    // The model is at its minimum over these variables.
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
        // The matrix may be positive definite without the variables that the path so far has freed.
        guard !isRestricted, p.contains(where: { $0 != 0 }) else { return nil }
        isRestricted = true
        continue
      }
      let direction = free.indices.map { solution[$0] * scale[$0] }
      // The projected path can reach many limits at once.
      if let target = projected(p, slope, free, direction, damping: damping) {
        p = target.p
        solved = target.isBlocked ? [] : free
        continue
      }
      // If the projected path leads upwards, the straight line to the first limit leads downwards.
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

  /// The first trial point that lowers the model by at least a tenth of the decrease that its slope predicts.
  ///
  /// The trial points are 1, ½, ¼ … of the direction, projected into the box. The result is `nil` if the
  /// decrease requires less than 1/16 of the direction.
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
