/// The least of `‖A x − y‖₂` over all x ≥ 0, by the active-set method of Lawson and Hanson (T3).
///
/// The problem is convex, so that the conditions of Karush, Kuhn and Tucker prove a solution:
/// with `w = Aᵀ(y − A x)`, `w_j = 0` where `x_j > 0` and `w_j ≤ 0` where `x_j = 0`. ``violation`` is the largest
/// deviation from them.
package struct NonNegativeLeastSquares: Sendable {
  /// The solution x.
  package let values: [Double]
  /// The indices j with `x_j > 0`, ascending.
  package let support: [Int]
  /// `‖A x − y‖₂`.
  package let residualNorm: Double
  /// The largest violation of the optimality conditions, with columns scaled to length 1, relative to `‖y‖₂`.
  package let violation: Double
  /// Whether the violation is within ``tolerance``.
  package var isOptimal: Bool { violation <= Self.tolerance }

  /// The violation that rounding of QR factorizations may leave.
  package static let tolerance = 1e-11

  /// Solves the problem.
  ///
  /// - Parameters:
  ///   - columns: the m × n matrix A by columns.
  ///   - right: y, m numbers.
  ///   - guess: a guess of the indices with positive values, such as those of a similar problem.
  /// - Throws: ``NoisyQuadraticError`` if a LAPACK routine fails.
  /// - Complexity: O(m n²) for one QR factorization, and O(n k²) for each of the few sets of k columns tried.
  package init(
    columns: [Double], right: [Double], support guess: [Int] = []
  ) throws(NoisyQuadraticError) {
    let rows = right.count
    let count = columns.count / rows
    precondition(count > 0 && columns.count == rows * count, "whole columns")
    var scales = [Double](repeating: 0, count: count)
    var scaled = columns + right
    for j in 0..<count {
      scales[j] = Elementary.norm(columns[j * rows..<(j + 1) * rows])
      guard scales[j] > 0 else { continue }
      for i in j * rows..<(j + 1) * rows { scaled[i] /= scales[j] }
    }
    // The triangle has the same inner products, and far fewer rows.
    let order = min(rows, count + 1)
    let triangle = rows > count + 1 ? try LeastSquares.triangle(columns: scaled, rows: rows) : scaled
    var problem = ActiveSet(
      columns: Array(triangle.prefix(order * count)), right: Array(triangle.suffix(order)))
    try problem.start(guess.filter { scales[$0] > 0 })
    try problem.descend(over: scales.indices.filter { scales[$0] > 0 })
    values = zip(problem.values, scales).map { $1 > 0 ? $0 / $1 : 0 }
    support = problem.values.indices.filter { problem.values[$0] > 0 }
    residualNorm = Elementary.norm(problem.residual)
    let length = Elementary.norm(problem.right)
    violation = length > 0 ? problem.violation / length : 0
  }
}

/// The active-set iteration on columns of length 1.
private struct ActiveSet {
  let columns, right: [Double]
  var values: [Double]
  var passive: [Int] = []
  var rows: Int { right.count }

  init(columns: [Double], right: [Double]) {
    (self.columns, self.right) = (columns, right)
    values = Array(repeating: 0, count: columns.count / right.count)
  }

  func column(_ j: Int) -> ArraySlice<Double> { columns[j * rows..<(j + 1) * rows] }

  var residual: [Double] {
    var result = right
    for j in passive {
      let x = values[j]
      for (i, entry) in zip(0..., column(j)) { result[i] = result[i].addingProduct(-x, entry) }
    }
    return result
  }

  /// `Aᵀ(y − A x)`.
  var slopes: [Double] {
    let residual = residual
    return values.indices.map { j in zip(column(j), residual).reduce(0) { $0.addingProduct($1.0, $1.1) } }
  }

  var violation: Double {
    zip(values, slopes).reduce(0) { max($0, $1.0 > 0 ? abs($1.1) : $1.1) }
  }

  /// The unconstrained solution on the passive columns; `nil` if they are dependent.
  func solved() throws(NoisyQuadraticError) -> [Double]? {
    guard !passive.isEmpty else { return [] }
    guard passive.count <= rows else { return nil }
    return try LeastSquares.solve(columns: passive.flatMap { column($0) }, right: right)
  }

  /// Takes the part of a guess on which the unconstrained solution is positive.
  mutating func start(_ guess: [Int]) throws(NoisyQuadraticError) {
    passive = guess
    while !passive.isEmpty {
      guard let solution = try solved() else {
        passive = []
        return
      }
      guard solution.contains(where: { !($0 > 0) }) else {
        for (j, x) in zip(passive, solution) { values[j] = x }
        return
      }
      passive = zip(passive, solution).filter { $1 > 0 }.map(\.0)
    }
  }

  /// Adds the column with the steepest descent until none descends.
  mutating func descend(over candidates: [Int]) throws(NoisyQuadraticError) {
    let tolerance = NonNegativeLeastSquares.tolerance / 10 * Elementary.norm(right)
    var refused: Set<Int> = []
    // Every round lowers the residual or refuses a column. The limit is for rounds whose gain is rounding.
    for _ in 0..<10 * values.count where passive.count < rows {
      let slopes = slopes
      let open = candidates.filter { values[$0] == 0 && !refused.contains($0) && slopes[$0] > tolerance }
      guard let next = open.max(by: { slopes[$0] < slopes[$1] }) else { return }
      let before = (values, passive)
      passive.append(next)
      guard let solution = try solved(), let entering = solution.last, entering > 0 else {
        // The column is a combination of the others up to rounding.
        (values, passive) = before
        refused.insert(next)
        continue
      }
      try moveInside(solution)
      if values[next] == 0 { refused.insert(next) } else { refused = [] }
    }
  }

  /// Moves towards the unconstrained solution as far as all values stay positive, and drops those that reach 0.
  private mutating func moveInside(_ first: [Double]) throws(NoisyQuadraticError) {
    var solution = first
    while solution.contains(where: { !($0 > 0) }) {
      var (share, blocking) = (1.0, passive[0])
      for (j, x) in zip(passive, solution) where !(x > 0) {
        let reach = values[j] / (values[j] - x)
        if reach < share || !(reach >= 0) { (share, blocking) = (max(reach, 0), j) }
      }
      if share == 1 { share = 0 }
      for (j, x) in zip(passive, solution) { values[j] += share * (x - values[j]) }
      values[blocking] = 0
      for j in passive where !(values[j] > 0) { values[j] = 0 }
      passive.removeAll { values[$0] == 0 }
      guard let next = try solved() else { return }
      solution = next
    }
    for (j, x) in zip(passive, solution) { values[j] = x }
  }
}
