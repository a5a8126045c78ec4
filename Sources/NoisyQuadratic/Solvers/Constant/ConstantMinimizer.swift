/// The best constant rate and momentum for a run or a window, over a box.
///
/// The loss oscillates in both variables, and the less noise there is, the more it oscillates. The search
/// therefore does not assume unimodality: it evaluates a grid and refines the lowest of the grid's local
/// minima. Refinement uses the simplex method in two dimensions and Brent's method on the borders. Rates are
/// spaced in the logarithm, between limits that move with momentum. Momentum is spaced in the logarithm of `1
/// − μ`.
struct ConstantMinimizer {
  /// The largest rate considered. It may be infinite; the largest rate that could be useful then replaces it.
  let maximumRate: Double
  let maximumMomentum: Double
  /// The range of curvatures and an estimate of the one-step rate, which span the scan.
  let minimumCurvature, maximumCurvature, oneStepRate: Double
  let steps, directions: Int
  /// The largest number of steps of each search that refines a point.
  let maximumSearchSteps: Int
  /// The final loss at `(α, μ)`.
  let loss: (Double, Double) -> Double

  struct Minimum {
    var alpha, mu, loss: Double
    /// Whether all searches that could have led here met their tolerance before their step limit.
    var converged = true
  }

  /// Searches the whole box.
  func minimize() -> Minimum {
    var best = bestRate(mu: 0)
    guard maximumMomentum > 0 else { return best }
    let spacing = steps <= 64 ? 0.15 : 0.4
    let lowest = Elementary.log(1 - maximumMomentum)
    let rows = max(12, Int(-lowest / spacing) + 1)
    let columns = min(max(12, Int(range(mu: 0).span / spacing) + 1), 4000)
    func at(_ x: Double, _ y: Double) -> Double { value(x, y).loss }
    // The grid is stored by rows within a border of infinities. The code is plain because small windows are
    // solved by the thousand.
    let width = columns + 3
    var grid = [Double](repeating: .infinity, count: width * (rows + 3))
    func index(_ r: Int, _ c: Int) -> Int { (r + 1) * width + c + 1 }
    for r in 0...rows {
      for c in 0...columns {
        grid[index(r, c)] = at(Double(c) / Double(columns), Double(r) / Double(rows))
      }
    }
    let neighbours = [-width - 1, -width, 1 - width, -1, 1, width - 1, width, width + 1]
    var minima: [(row: Int, column: Int)] = []
    for r in 0...rows {
      for c in 0...columns {
        let i = index(r, c)
        if grid[i].isFinite, !neighbours.contains(where: { grid[i + $0] < grid[i] }) { minima.append((r, c)) }
      }
    }
    minima.sort { grid[index($0.row, $0.column)] < grid[index($1.row, $1.column)] }
    // The twelve lowest of these points are refined roughly, and the best two of them to the end.
    let size = (x: 1 / Double(columns), y: 1 / Double(rows))
    let rough = minima.prefix(12).map { row, column in
      NelderMead.minimize(
        at, from: (Double(column) * size.x, Double(row) * size.y), size: size, tolerance: 1e-3)
    }
    for start in rough.sorted(by: { $0.value < $1.value }).prefix(2) {
      let found = NelderMead.minimize(
        at, from: (start.x, start.y), size: (0.1 * size.x, 0.1 * size.y), tolerance: 1e-11,
        maximumSteps: maximumSearchSteps)
      keep(value(found.x, found.y), &best, found.converged)
    }
    let highest = bestRate(mu: maximumMomentum)
    keep(highest, &best, highest.converged)
    let edge = ScalarMinimizer.scan(
      { at(1, $0) }, points: (0...rows).map { Double($0) / Double(rows) }, tolerance: 1e-9,
      maximumSteps: maximumSearchSteps)
    keep(value(1, edge.x), &best, edge.converged)
    return best
  }

  /// The best point of a coarse grid over the whole box.
  func scan() -> Minimum {
    let count = 12
    var best = bestRate(mu: 0)
    for row in 1...count {
      for column in 0...count {
        keep(value(Double(column) / Double(count), Double(row) / Double(count)), &best)
      }
    }
    return best
  }

  /// Searches around an earlier minimum and at momentum 0. If a run costs next to nothing, it searches the
  /// whole box.
  func minimize(near earlier: Minimum) -> Minimum {
    if maximumMomentum > 0, SweepEngine.isSmall(dimension: directions, steps: steps) { return minimize() }
    var best = bestRate(mu: 0)
    guard maximumMomentum > 0, earlier.alpha > 0 else { return best }
    let y = Elementary.log(1 - earlier.mu) / Elementary.log(1 - maximumMomentum)
    let range = range(mu: earlier.mu)
    let x = range.span > 0 ? (Elementary.log(earlier.alpha) - range.low) / range.span : 1
    let found = NelderMead.minimize(
      { value($0, $1).loss }, from: (x, y), size: (0.02, 0.05), tolerance: 1e-7,
      maximumSteps: maximumSearchSteps)
    keep(value(found.x, found.y), &best, found.converged)
    return best
  }

  /// Keeps a candidate if it is lower. Momentum that gains no more than rounding is replaced by none: at
  /// horizon 1 it has no effect at all.
  ///
  /// A search that was cut short by its step limit also counts if its result is not the lowest, because it
  /// might have become the lowest.
  private func keep(_ candidate: Minimum, _ best: inout Minimum, _ converged: Bool = true) {
    let all = best.converged && converged
    if candidate.loss < best.loss - 1e-14 * abs(best.loss) { best = candidate }
    best.converged = all
  }

  /// The useful rates at one momentum, spaced evenly in the logarithm.
  private struct Range {
    /// The logarithm of the smallest rate, and that of the ratio of the largest rate to it. The latter is 0 if
    /// there is no range.
    var low = -Double.infinity
    var span = 0.0
    let highest: Double

    /// The rate at x in [0, 1]; at 1 it is exactly the largest.
    func rate(_ x: Double) -> Double {
      x >= 1 ? highest : min(Elementary.exp(low + x * span), highest)
    }
  }

  private func range(mu: Double) -> Range {
    // Beyond 2(1+μ)/h_min, every direction would gain from a smaller rate.
    var range = Range(highest: min(maximumRate, 2 * (1 + mu) / minimumCurvature, 1e300))
    guard range.highest > 0 else { return range }
    let useful = 1e-2 * min(oneStepRate, 1 / maximumCurvature) / Double(steps) * (1 - mu)
    let low = Elementary.log(min(max(useful, 1e-300), 0.1 * range.highest))
    let span = Elementary.log(range.highest) - low
    if span.isFinite, span > 0 { (range.low, range.span) = (low, span) }
    return range
  }

  /// The loss at a rate and momentum; infinite if it overflows.
  private func minimum(_ alpha: Double, _ mu: Double) -> Minimum {
    let result = loss(alpha, mu)
    return Minimum(alpha: alpha, mu: mu, loss: result.isNaN ? .infinity : result)
  }

  /// The loss at a point of the unit square. The coordinate x runs from the smallest rate to the largest, y
  /// from momentum 0 to its limit.
  private func value(_ x: Double, _ y: Double) -> Minimum {
    let mu = y >= 1 ? maximumMomentum : -Elementary.expm1(y * Elementary.log(1 - maximumMomentum))
    return minimum(range(mu: mu).rate(x), mu)
  }

  /// The best rate at one momentum.
  private func bestRate(mu: Double) -> Minimum {
    let still = Minimum(alpha: 0, mu: mu, loss: loss(0, mu))
    let range = range(mu: mu)
    guard range.span > 0 else { return still }
    let count = max(16, Int(range.span * (steps <= 64 ? 5 : 2.5)))
    let found = ScalarMinimizer.scan(
      { minimum(range.rate($0), mu).loss }, points: (0...count).map { Double($0) / Double(count) },
      tolerance: 1e-10, maximumSteps: maximumSearchSteps)
    guard found.value <= still.loss else { return still }
    return Minimum(alpha: range.rate(found.x), mu: mu, loss: found.value, converged: found.converged)
  }
}

extension ConstantMinimizer {
  /// A search over `steps` steps within the limits of `setup`, from the state `moments`.
  init(
    _ setup: SolverSetup, moments state: AlignedColumns, steps: Int, maximumSearchSteps: Int,
    loss: @escaping (Double, Double) -> Double
  ) {
    let dynamics = setup.dynamics
    let moments = dynamics.makeColumns(columns: dynamics.momentColumns)
    let costate = dynamics.makeColumns(columns: dynamics.costateColumns)
    dynamics.record(state, into: moments, at: 0)
    dynamics.terminalAdjoint(costate)
    let oneStep = dynamics.quadratic(moments: moments, at: 0, costate: costate, at: 0)
      .minimizer(maximumRate: .infinity, maximumMomentum: 0).alpha
    let highest = setup.problem.maximumCurvature
    self.init(
      maximumRate: setup.limits.scaledRate, maximumMomentum: setup.limits.momentum,
      minimumCurvature: setup.problem.curvature.min() ?? 1, maximumCurvature: highest,
      oneStepRate: oneStep > 0 ? oneStep : 1 / highest, steps: steps,
      directions: dynamics.dimension, maximumSearchSteps: maximumSearchSteps, loss: loss)
  }
}
