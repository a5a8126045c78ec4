/// The best constant rate and momentum for a run or a window, over a box (C7).
///
/// The loss oscillates in both variables, and the less noise there is, the more it oscillates. The minimizer
/// therefore scans the box twice. A coarse grid is even in the logarithms of the rate and of `1 − μ`. A fine
/// grid follows the oscillation: it is even in its phase and in the logarithm of its amplitude. Newton's method
/// descends from the lowest local minima of both.
struct ConstantMinimizer {
  /// The numbers of a search. They bound its work: at most ``rounds`` fine grids of 80 400 evaluations each,
  /// and one coarse grid of at most some 10 000.
  enum Effort {
    /// The spacing of the coarse grid in the logarithms of α and `1 − μ`, for short runs and for long ones.
    static func coarseSpacing(steps: Int) -> Double { steps <= 64 ? 0.25 : 0.4 }
    /// The spacing of the fine grid in `log(1 − μ)`, where rows spaced by the amplitude lie farther apart.
    static let momentumSpacing = 0.3
    /// The phases per step of the run, of the fastest direction in one row. There are six per period of its
    /// signal. On 600 random problems, 1 in place of 3 left 39 results too high, 2 left 15, and 3 left 6.
    static let phasesPerStep = 3
    /// The largest number of phases in a row, of other rates in a row, and of rows. With 100, 15 of 600 results
    /// were too high in place of 6; 400 changed none.
    static let mostPhases = 200
    /// The smallest amplitude per step, `√μ`, at which the fine grid looks for oscillations. Below, the signal
    /// is gone after two steps.
    static let lowestAmplitude = 0.1
    /// The share of the best loss below which an oscillating signal does not matter. A minimum that only the
    /// signal makes is lower by at most this share.
    static let negligibleShare = 1e-9
    /// The minima of a grid to descend from. On 600 random problems, 4 in place of 16 left 15 results too high, 8
    /// left 7, and 16 left 6, all with one fine grid.
    static let descents = 16
    /// The number of fine grids of a run, each between the rows of the one before. A window that follows another
    /// one has one. On 600 random problems, one grid left 6 results too high, and two left 3.
    static let grids = 2
    /// The largest number of fine grids. More than ``grids`` are scanned if only one descent led to the best point.
    static let rounds = 3
    /// The largest number of Newton steps of a descent. On 600 random problems, 60 steps end where 200 do; 40
    /// leave one more result unconverged, and 20 leave one 9e-6 too high.
    static let newtonSteps = 60
    /// The relative difference of losses up to which two descents ended at the same point.
    static let agreement = 1e-9
  }

  let run: ConstantRun
  /// The largest rate. It may be infinite; the largest rate that could be useful then replaces it.
  let maximumRate: Double
  let maximumMomentum: Double
  /// The range of curvatures and an estimate of the one-step rate, which span the scan.
  let minimumCurvature, maximumCurvature, oneStepRate: Double
  /// The largest curvature of a direction with a signal.
  let signalCurvature: Double
  /// The loss of positions and velocities at the start, by which a signal is measured.
  let size: Double
  /// The best single step, for a run that is one.
  let singleStep: ConstantPoint?
  let directions: Int
  let maximumSearchSteps: Int

  private var steps: Int { run.steps }
  /// A loss that is nothing but rounding: the square of a few roundings of positions.
  private var negligible: Double { 1e-30 * size }

  /// Searches the whole box.
  ///
  /// A window that follows another one starts from its result too. Fine grids are then left to small runs.
  func minimize(near earlier: ConstantPoint? = nil) -> ConstantPoint {
    if let singleStep { return singleStep }
    // Momentum that gains no more than rounding is replaced by none, so rates without it come first.
    var search = Search(negligible: negligible)
    let plain = plainGrid(spacing: steps <= 64 ? 0.2 : 0.4).minima(of: run)
    search.starts = plain.count
    for start in plain.prefix(Effort.descents) { search.keep(descend(start, momentum: 0)) }
    guard maximumMomentum > 0 else {
      if search.isDoubtful {
        for start in plainGrid(spacing: 0.13).minima(of: run).prefix(Effort.descents) {
          search.keep(descend(start, momentum: 0))
        }
      }
      return search.result
    }
    let coarse = coarseGrid().minima(of: run)
    search.starts = coarse.count
    if let earlier { search.keep(descend(earlier)) }
    for start in coarse.prefix(Effort.descents) { search.keep(descend(start)) }
    if earlier != nil, search.isSettled, !SweepEngine.isSmall(dimension: directions, steps: steps) {
      return search.result
    }
    let grids = earlier == nil ? Effort.grids : 1
    for round in 0..<Effort.rounds where round < grids || search.isDoubtful {
      let shift = Double(round) / Double(Effort.rounds)
      let fine = fineGrid(shift: shift, lowest: search.best.loss).minima(of: run)
      let edge = edgeGrid(shift: shift).minima(of: run)
      search.starts = max(search.starts, fine.count)
      let starts = (fine + edge).sorted { $0.loss < $1.loss }
      for start in starts.prefix(Effort.descents) { search.keep(descend(start)) }
    }
    return search.result
  }

  /// The best point of a coarse grid over the whole box.
  func scan() -> ConstantPoint {
    (plainGrid(spacing: 0.4).minima(of: run) + coarseGrid().minima(of: run)).min { $0.loss < $1.loss }
      ?? ConstantPoint(alpha: 0, mu: 0, loss: .infinity)
  }

  /// The best point so far, and how often descents led there.
  private struct Search {
    /// A loss that is nothing but rounding.
    let negligible: Double
    var best = ConstantPoint(alpha: 0, mu: 0, loss: .infinity)
    var hits = 0
    /// The number of minima in the richest grid.
    var starts = 0

    mutating func keep(_ found: ConstantPoint) {
      guard best.loss < .infinity else {
        (best, hits) = (found, 1)
        return
      }
      let share = max(Effort.agreement * abs(best.loss), negligible)
      if found.loss < best.loss - share || !best.converged && found.loss < best.loss {
        (best, hits) = (found, 1)
      } else if found.loss <= best.loss + share {
        if found.loss < best.loss - 1e-14 * abs(best.loss), (found.mu > 0) == (best.mu > 0) { best = found }
        hits += 1
      }
    }

    /// Whether the best point was found twice, or is the only minimum there is.
    var isSettled: Bool { best.converged && (hits > 1 || starts <= 1) }
    /// Whether another grid could confirm the best point. It cannot if the descent was cut short.
    var isDoubtful: Bool { best.converged && !isSettled }
    var result: ConstantPoint {
      var result = best
      result.converged = isSettled
      return result
    }
  }

  /// The local minimum below a point, at momentum up to a limit.
  func descend(_ start: ConstantPoint, momentum: Double? = nil) -> ConstantPoint {
    ConstantDescent(
      run: run, maximumRate: highestRate(mu: maximumMomentum), maximumMomentum: momentum ?? maximumMomentum,
      maximumSteps: maximumSearchSteps, negligible: negligible
    ).minimize(from: start)
  }

  // MARK: Grids

  /// The largest useful rate at one momentum. Beyond 2(1+μ)/h_min, every direction would gain from a smaller
  /// rate.
  private func highestRate(mu: Double) -> Double {
    min(maximumRate, 2 * (1 + mu) / minimumCurvature, 1e300)
  }

  /// `count + 1` rates, evenly spaced in the logarithm, from the smallest useful rate at one momentum to the
  /// largest.
  private func logarithmicRates(mu: Double, count: Int, shift: Double = 0) -> [Double] {
    let (low, span) = range(mu: mu)
    guard span > 0 else { return [highestRate(mu: mu)] }
    return (0..<count).map { Elementary.exp(low + (Double($0) + shift) / Double(count) * span) }
      + [highestRate(mu: mu)]
  }

  private func range(mu: Double) -> (low: Double, span: Double) {
    let highest = highestRate(mu: mu)
    guard highest > 0 else { return (0, 0) }
    let useful = 1e-2 * min(oneStepRate, 1 / maximumCurvature) / Double(steps) * (1 - mu)
    let low = Elementary.log(min(max(useful, 1e-300), 0.1 * highest))
    let span = Elementary.log(highest) - low
    return span.isFinite ? (low, span) : (0, 0)
  }

  private func plainGrid(spacing: Double) -> ConstantGrid {
    var grid = ConstantGrid()
    let count = max(16, Int(range(mu: 0).span / spacing))
    grid.append(momentum: 0, rates: [0] + logarithmicRates(mu: 0, count: count))
    return grid
  }

  private func coarseGrid() -> ConstantGrid {
    let lowest = Elementary.log(1 - maximumMomentum)
    let spacing = Effort.coarseSpacing(steps: steps)
    let rows = max(12, Int(-lowest / spacing) + 1)
    let columns = min(max(12, Int(range(mu: 0).span / spacing) + 1), 4000)
    var grid = ConstantGrid()
    for r in 0...rows {
      let mu = r == rows ? maximumMomentum : -Elementary.expm1(Double(r) / Double(rows) * lowest)
      grid.append(momentum: mu, rates: [0] + logarithmicRates(mu: mu, count: columns))
    }
    return grid
  }

  /// Rows spaced by the amplitude of the signal, where it can matter against a loss `lowest`, and rates spaced
  /// by the phase of the fastest direction and in the logarithm.
  private func fineGrid(shift: Double, lowest: Double) -> ConstantGrid {
    let perRow = min(Effort.mostPhases, max(16, Effort.phasesPerStep * steps))
    var grid = ConstantGrid()
    for mu in [0] + fineMomenta(shift: shift, lowest: lowest) {
      let (amplitude, highest) = (mu.squareRoot(), highestRate(mu: mu))
      var rates = logarithmicRates(mu: mu, count: perRow - 1, shift: shift)
      if signalCurvature > 0 {
        for j in 0..<perRow {
          let phase = Double.pi * (Double(j) + shift) / Double(perRow - 1)
          let rate = (1 + mu - 2 * amplitude * Elementary.cos(phase)) / signalCurvature
          if rate < highest { rates.append(rate) }
        }
      }
      grid.append(momentum: mu, rates: rates.sorted())
    }
    return grid
  }

  private func fineMomenta(shift: Double, lowest: Double) -> [Double] {
    // A signal is at most 2 T μ^{T/2} of its start.
    let n = Double(steps)
    let matters = Elementary.log(Effort.negligibleShare * lowest / (4 * n * n * size)) / (2 * n)
    let start = max(Elementary.log(Effort.lowestAmplitude), min(matters, -1 / n))
    var amplitudes: [Double] = []
    var logarithm = start + shift / n
    while logarithm < 0 {
      amplitudes.append(Elementary.exp(logarithm))
      logarithm += 1 / n
    }
    var slack = (1 - shift) * Effort.momentumSpacing
    while slack < -Elementary.log(1 - maximumMomentum) {
      amplitudes.append((-Elementary.expm1(-slack)).squareRoot())
      slack += Effort.momentumSpacing
    }
    var momenta = amplitudes.map { $0 * $0 }.filter {
      $0 >= Elementary.exp(2 * start) && $0 < maximumMomentum
    }
    momenta.sort()
    if momenta.count > Effort.mostPhases {
      let last = Double(momenta.count - 1) / Double(Effort.mostPhases - 1)
      momenta = (0..<Effort.mostPhases).map { momenta[Int((Double($0) * last).rounded())] }
    }
    return momenta + [maximumMomentum]
  }

  /// Momenta at the limit on the rate, denser towards their own limit.
  private func edgeGrid(shift: Double) -> ConstantGrid {
    var grid = ConstantGrid()
    guard maximumRate == highestRate(mu: maximumMomentum), maximumRate > 0 else { return grid }
    let count = min(2 * Effort.mostPhases, 2 * Effort.phasesPerStep * steps)
    for j in 0..<count {
      let mu = maximumMomentum * ((Double(j) + shift) / Double(count)).squareRoot()
      grid.append(momentum: mu, rates: [maximumRate])
    }
    grid.append(momentum: maximumMomentum, rates: [maximumRate])
    return grid
  }
}

extension ConstantMinimizer {
  /// A search over `steps` steps within the limits of `setup`, from the state `moments`. If it `averages`, the loss
  /// is that of the average of the iterates, and momentum stands for the average's decay (Y2).
  init(
    _ setup: SolverSetup, from state: AlignedColumns, steps: Int, weights: [Double]? = nil,
    averages: Bool = false, maximumSearchSteps: Int = Effort.newtonSteps
  ) {
    let dynamics = setup.dynamics
    let moments = dynamics.makeColumns(columns: dynamics.momentColumns)
    let costate = dynamics.makeColumns(columns: dynamics.costateColumns)
    dynamics.record(state, into: moments, at: 0)
    dynamics.terminalAdjoint(costate)
    let oneStep = dynamics.quadratic(moments: moments, at: 0, costate: costate, at: 0)
    let rate = oneStep.minimizer(maximumRate: .infinity, maximumMomentum: 0).alpha
    let (problem, limits) = (setup.problem, setup.limits)
    var (size, fastest) = (0.0, 0.0)
    for i in problem.curvature.indices {
      let position = moments.column(0)[i]
      let velocity = limits.allowsMomentum ? moments.column(2)[i] : 0
      size += 0.5 * problem.weight[i] * (position + velocity)
      if position + velocity > 0 { fastest = max(fastest, problem.curvature[i]) }
    }
    let run = ConstantRun(dynamics, steps: steps, weights: weights, averages: averages, from: state)
    var singleStep: ConstantPoint?
    if steps == 1 {
      let best = oneStep.minimizer(maximumRate: limits.scaledRate, maximumMomentum: limits.momentum)
      singleStep = ConstantPoint(
        alpha: best.alpha, mu: best.mu, loss: run.losses([best.alpha], [best.mu])[0], converged: true)
    }
    self.init(
      run: run, maximumRate: limits.scaledRate, maximumMomentum: limits.momentum,
      minimumCurvature: problem.curvature.min() ?? 1, maximumCurvature: problem.maximumCurvature,
      oneStepRate: rate > 0 ? rate : 1 / problem.maximumCurvature, signalCurvature: fastest, size: size,
      singleStep: singleStep, directions: dynamics.dimension, maximumSearchSteps: maximumSearchSteps)
  }
}
