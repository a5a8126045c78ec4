import CNoisyQuadraticKernels

/// Dynamic programming over three sums that all directions share: those of the later rates, of their squares
/// and of their cubes (B9–B13).
final class ExponentProgram {
  /// The result of a pass for one price of a step.
  struct Pass {
    /// A lower bound on the final loss plus the price of all steps.
    let value: Double
    /// The expected number of steps of the path that attains it.
    let steps: Double
    /// The probability that this path goes on beyond the grid.
    let unfinished: Double
  }

  /// The work of a visit of a group at a node, and of a landing, in the unit of ``WorkMeter``.
  private static let (workPerVisit, workPerLanding) = (0.15, 2.5)
  /// The landings of a pass for each node, about.
  private static let landings = 35.0

  let grid: ExponentGrid
  let groups: CurvatureGroups
  /// A column of the table for every column of the grid.
  let stiffness, base: AlignedColumns
  private let terms: AlignedColumns
  private let kernelGroups: nq_exponent_groups
  private let rules: nq_exponent_rules
  private(set) var sums: [nq_exponent_sums]
  private(set) var nodes: [nq_exponent_node]
  private var share: [Double]
  /// The numbers of steps beyond the grid of which the cheapest is sought, and for each number `k_r` the parts
  /// of the groups' signals that are left just before the next number.
  private let counts: [Double]
  private let left: AlignedColumns

  /// The work of a program's tables and first pass.
  static func work(nodes: Double, groups: Int) -> Double {
    nodes * (workPerVisit * Double(groups) + workPerLanding * landings)
  }

  /// Fills the tables; `nil` if the meter runs out.
  init?(_ grid: ExponentGrid, _ groups: CurvatureGroups, _ meter: WorkMeter) {
    var grid = grid
    self.groups = groups
    stiffness = AlignedColumns(length: groups.count, columns: grid.columns.count)
    base = AlignedColumns(length: groups.count, columns: grid.columns.count)
    terms = AlignedColumns(length: groups.count, columns: 2)
    var view = groups.kernelGroups(stiffness: stiffness, base: base)
    nq_exponent_tables(&view, grid.columns.count, &grid.columns)
    kernelGroups = view
    self.grid = grid
    // 2¹³ roundings of exponents, an exponential, and a sum over groups (B13).
    rules = nq_exponent_rules(
      limit: grid.limit, rounding: (Double(2 * groups.count) + 0x1p15) * 0x1p-53, rounded: grid.rounded)
    sums = Array(repeating: nq_exponent_sums(), count: grid.nodes)
    nodes = Array(repeating: nq_exponent_node(), count: grid.nodes)
    share = Array(repeating: 0, count: grid.nodes)
    (counts, left) = Self.tail(groups, limit: grid.limit)
    for j in grid.lines.indices {
      var line = grid.lines[j]
      nq_exponent_fill(&view, grid.columns.count, grid.columns, &line, grid.limit, &sums)
      let visits = Double((line.last - line.first + 1) * groups.count)
      guard meter.spend(Self.workPerVisit * visits) else { return nil }
    }
  }

  /// Bounds for all nodes, the last line first; `nil` if the meter runs out.
  func pass(price: Double, _ meter: WorkMeter) -> Pass? {
    for j in grid.lines.indices.reversed() {
      let tails = j >= grid.end ? tails(j, price: price) : nil
      let landings = nq_exponent_backup(
        grid.lines.count, grid.lines, grid.columns, sums, &nodes, rules, j, price, tails)
      guard meter.spend(Self.workPerLanding * Double(landings)) else { return nil }
    }
    var unfinished = 0.0
    let steps = nq_exponent_path(
      grid.lines.count, grid.lines, grid.columns, nodes, rules, &share, &unfinished)
    return Pass(value: nodes[0].value, steps: steps, unfinished: unfinished)
  }

  /// The nodes on which a step lands, with their weights and sums of cubed rates; none beyond the grid (B11).
  func landing(
    on line: Int, rho: Double, cube: Double
  ) -> [(line: Int, column: Int, weight: Double, cube: Double)] {
    var landing = nq_exponent_landing()
    let count = nq_exponent_land(grid.lines.count, grid.lines, grid.columns, line, rho, cube, &landing)
    let nodes = [
      (landing.line, landing.column, landing.weight.0, landing.cube.0),
      (landing.line, landing.column + 1, landing.weight.1, landing.cube.1),
    ]
    return Array(nodes.prefix(count))
  }

  // MARK: Steps beyond the grid

  /// Every step leaves at least `(1 − A h)²` of a signal if `A h < 1`.
  private static func tail(_ groups: CurvatureGroups, limit: Double) -> ([Double], AlignedColumns) {
    var counts = (0..<12).map(Double.init)
    while counts.count < 128 { counts.append((1.08 * counts[counts.count - 1]).rounded(.up)) }
    let rates = (0..<groups.count).map { i in
      limit * groups.highest(i) < 1 - 0x1p-10
        ? groups.chord(i) { -2 * Elementary.log1p(-limit * $0) } * (1 + 0x1p-40) : .infinity
    }
    let left = AlignedColumns(length: groups.count, columns: counts.count)
    for r in 0..<(counts.count - 1) {
      let steps = counts[r + 1] - 1
      left.fill(
        r,
        with: rates.map { rate in
          steps == 0 ? 1 : steps * rate <= 40 ? Elementary.exp(-steps * rate) : 0
        })
    }
    return (counts, left)
  }

  /// Bounds on the cost of steps beyond the grid from the nodes of a line on, at both ends of the sum of cubed
  /// rates, and the number of steps.
  private func tails(_ j: Int, price: Double) -> [Double] {
    var line = grid.lines[j]
    var view = kernelGroups
    var result: [Double] = []
    for p in line.first...line.last {
      nq_exponent_terms(
        &view, grid.columns.count, grid.columns, &line, p, grid.limit, terms.column(0))
      let high = grid.columns[p].cube
      let low = min(grid.columns[p].rho * grid.columns[p].rho * line.inverse, high)
      let contact = min(1.3 * low, high)
      var (first, second, steps) = (Double.infinity, Double.infinity, 0.0)
      for (r, count) in counts.enumerated().dropFirst() {
        guard price * count <= first || price * count <= second else { break }
        let kept = nq_dot(terms.stride, terms.column(0), left.column(r))
        let fall = nq_dot(terms.stride, terms.column(1), left.column(r))
        // A tangent, or zero where it would be negative.
        let (less, more) = (1 - rules.rounding, 1 + rules.rounding)
        let end = kept * less - fall * more * (high - contact)
        let start = kept * less + fall * less * (contact - low)
        first = min(first, price * count + (end > 0 ? start : 0))
        let bound = price * count + max(end, 0)
        if bound < second { (second, steps) = (bound, count) }
      }
      result += [first, second, steps]
    }
    return result
  }
}
