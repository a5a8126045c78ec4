/// The bound by shared exponents (B9–B13), for schedules without momentum and any number of directions.
///
/// The grid lies along the best schedule. It is refined, and each grid is used for several prices of a step,
/// until the gap is closed or a finer grid gains little.
struct SharedExponentMethod: LowerBoundMethod {
  private let merged: MergedProblem
  private let problem: NormalizedProblem
  private let horizon: Int
  private let limit: Double
  /// The factor that makes up for the roundings in the problem's own numbers.
  private let downward: Double

  /// Grids from coarse to fine.
  private static let resolutions = [
    ExponentGrid.Resolution(cells: 8, ratio: 0.1, rounded: 4, width: 1e-2),
    ExponentGrid.Resolution(cells: 12, ratio: 0.07, rounded: 6, width: 1e-2),
    ExponentGrid.Resolution(cells: 16, ratio: 0.05, rounded: 6, width: 5e-3),
    ExponentGrid.Resolution(cells: 24, ratio: 0.04, rounded: 8, width: 5e-3),
    ExponentGrid.Resolution(cells: 48, ratio: 0.03, rounded: 12, width: 5e-3),
  ]
  /// The grids before these for runs so long that a step's own cells matter little.
  private static let coarse = [
    ExponentGrid.Resolution(cells: 2, ratio: 0.2, rounded: 1, width: 2e-2),
    ExponentGrid.Resolution(cells: 4, ratio: 0.2, rounded: 2, width: 1e-2),
  ]
  /// Directions up to this number are not grouped.
  private static let mostSingle = 64
  /// The largest number of prices for one grid, and the longest grid.
  private static let (mostPrices, longest) = (10, 12.0)
  /// The largest number of nodes, of 72 bytes each.
  private static let mostNodes = 2e7
  /// The part of the gap that a finer grid must have gained for the next to be tried.
  private static let leastGain = 0.15

  /// Creates the method; `nil` if there is no limit on the rates whose powers can be represented.
  init?(_ setup: SolverSetup, _ merged: MergedProblem, horizon: Int, downward: Double) {
    self.merged = merged
    self.horizon = horizon
    self.downward = downward
    problem = setup.problem
    // No rate above 1/h_min needs to be considered (L6).
    limit = min(setup.limits.scaledRate, 1 / (merged.curvature.last ?? 1))
    guard limit > 1e-60, limit < 1e60 else { return nil }
  }

  /// The grids that are worth their work at this number of steps.
  private var grids: [ExponentGrid.Resolution] {
    let start = horizon <= 5 ? 3 : horizon <= 50 ? 1 : 0
    let grids = Array(Self.resolutions[start...])
    return horizon > 4000 ? Array(Self.coarse[(horizon > 40_000 ? 0 : 1)...]) + grids : grids
  }

  var estimatedWork: Double {
    let resolution = grids[0]
    let lines = 1.5 * Double(horizon * resolution.cells)
    let groups = min(Double(merged.dimension), 400)
    return lines * 2.2 / resolution.ratio * (35 * 2.5 + 0.15 * groups)
  }

  func prove(_ known: KnownBounds, _ meter: WorkMeter) -> LowerBound {
    var result = LowerBound(method: .sharedExponents)
    let loss = known.upper / problem.modelLoss(1)
    guard loss > 0, known.rates.count == horizon else { return result }
    var price = 0.0
    for var resolution in grids {
      let before = result.value
      let groups = CurvatureGroups(
        merged, width: merged.dimension <= Self.mostSingle ? 0 : resolution.width)
      while true {
        let nodes = ExponentGrid.estimatedNodes(rates: known.rates, limit: limit, resolution)
        guard ExponentProgram.work(nodes: nodes, groups: groups.count) <= meter.granted,
          nodes <= Self.mostNodes,
          let program = ExponentProgram(
            ExponentGrid(rates: known.rates, limit: limit, resolution), groups, meter)
        else {
          result.isLimited = true
          return result
        }
        if price == 0 {
          let last = known.rates[horizon - 1]
          price = last * last * groups.noise
          if !(price > 1e-12 * loss / Double(horizon)) { price = 0.1 * loss / Double(horizon) }
        }
        let search = search(program, &price, known, meter, &result)
        if result.isLimited || known.isClosed(by: result.value) { return result }
        guard search > 1e-3, resolution.length < Self.longest else { break }
        resolution.length *= 2
      }
      // A grid that gained little shows that the rest of the gap lies elsewhere.
      let open = known.upper - before
      if before > 0, result.value - before < Self.leastGain * open { break }
    }
    return result
  }

  /// Raises the result by passes at several prices, from the given one on, which becomes the best. Returns the
  /// probability that the path at that price leaves the grid.
  private func search(
    _ program: ExponentProgram, _ price: inout Double, _ known: KnownBounds, _ meter: WorkMeter,
    _ result: inout LowerBound
  ) -> Double {
    let steps = Double(horizon)
    var (low, high): (Tangent?, Tangent?)
    var (best, unfinished, next) = (-Double.infinity, 0.0, price)
    for _ in 0..<Self.mostPrices {
      guard let pass = program.pass(price: next, meter) else {
        result.isLimited = true
        break
      }
      let value = pass.value - next * steps * (1 + 0x1p-50)
      if value > best { (best, unfinished, price) = (value, pass.unfinished, next) }
      result.value = max(result.value, problem.modelLoss(max(value, 0) * downward))
      meter.progress.lowerBound = max(known.lower, result.value)
      if known.isClosed(by: result.value) || abs(pass.steps - steps) <= 2e-3 * steps { break }
      // The bound is concave in the price, and its slope is the number of steps minus T.
      let tangent = Tangent(price: next, value: value, slope: pass.steps - steps)
      if tangent.slope > 0 {
        if tangent.price > low?.price ?? 0 { low = tangent }
      } else if tangent.price < high?.price ?? .infinity {
        high = tangent
      }
      if let low, let high, high.price > low.price {
        let crossing =
          (high.value - low.value + low.slope * low.price - high.slope * high.price)
          / (low.slope - high.slope)
        if low.value + low.slope * (crossing - low.price) <= best + 1e-5 * abs(best) { break }
        let margin = 0.1 * (high.price - low.price)
        next = min(max(crossing, low.price + margin), high.price - margin)
      } else {
        next *= min(max(Elementary.pow(max(pass.steps, 1) / steps, 1.5), 0.25), 4)
      }
    }
    return unfinished
  }

  private struct Tangent {
    let price, value, slope: Double
  }
}
