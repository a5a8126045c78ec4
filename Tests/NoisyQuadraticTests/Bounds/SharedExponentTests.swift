import CNoisyQuadraticKernels
import Foundation
import Testing

@testable import NoisyQuadratic

@Suite("Bounds by shared exponents")
struct SharedExponentTests {
  private static func meter(
    work: Double = 1e7, _ shouldContinue: @escaping (CertificateProgress) -> Bool = { _ in true }
  ) -> WorkMeter {
    WorkMeter(CertificateProgress(lowerBound: 0, upperBound: 1, workLimit: work), shouldContinue)
  }

  /// The method's bound alone, along the given rates or those of the full horizon.
  private static func bound(
    _ model: NoisyQuadraticModel, horizon: Int, _ limit: LearningRateLimit, gap: Double = 0,
    rates: [Double]? = nil, meter: WorkMeter = meter()
  ) throws -> (value: Double, isLimited: Bool, known: Solution) {
    let limits = HyperparameterLimits(learningRate: limit)
    let setup = try SolverSetup(model, horizon: horizon, limits)
    let merged = MergedProblem(setup.problem)
    let solution = try FullHorizonSolver(limits: limits).solve(model, horizon: horizon)
    let known = KnownBounds(
      lower: 0, upper: solution.finalLoss,
      rates: rates?.map(setup.problem.scaledRate) ?? setup.problem.scaled(solution.schedule).rates, gap: gap)
    let method = try #require(
      SharedExponentMethod(setup, merged, horizon: horizon, downward: 1 - 1e-12))
    let bound = method.prove(known, meter)
    return (bound.value, bound.isLimited, solution)
  }

  private static func powerLaw(_ dimension: Int) throws -> NoisyQuadraticModel {
    try NoisyQuadraticModel(
      spectrum: .powerLaw(dimension: dimension, exponent: 1, maximum: 1), noiseScale: 1,
      initialSecondMoment: 1)
  }

  /// A small program, after passes at a price that uses about as many steps as the schedule.
  private static func program(_ random: inout TestRandom, price: Double) throws -> ExponentProgram {
    let h = [1] + random.array(7) { $0.logUniform(0.02, 1) }
    let model = try NoisyQuadraticModel(
      curvature: h, gradientNoise: h, initialSecondMoment: random.array(8) { $0.logUniform(0.3, 3) })
    let grid = ExponentGrid(
      rates: (0..<15).map { t -> Double in 0.7 / (1 + 0.2 * Double(t)) }, limit: 0.9,
      .init(cells: 8, ratio: 0.3, rounded: 4, width: 0))
    let groups = CurvatureGroups(MergedProblem(NormalizedProblem(anyNoise: model)), width: 0)
    let program = try #require(ExponentProgram(grid, groups, meter(work: 1e9)))
    // The second pass starts from the rates of the first.
    for _ in 0..<2 { #expect(program.pass(price: price, meter(work: 1e9)) != nil) }
    return program
  }

  // MARK: One backup

  /// A plain backup: the bound for every cell by both minorants of B11, at one sum of cubed rates.
  private struct PlainBackup {
    let program: ExponentProgram
    let j, p: Int
    let price: Double

    private func value(_ line: Int, _ a: Double, _ cube: Double) -> Double {
      let grid = program.grid
      return program.landing(on: line, rho: grid.columns[p].rho + a * a, cube: cube + a * a * a).reduce(0) {
        let landed = grid.lines[$1.line]
        let node = program.nodes[landed.offset + $1.column - landed.first]
        let column = grid.columns[$1.column]
        let least = min(column.rho * column.rho * landed.inverse, column.cube)
        return $0 + $1.weight * (node.value - node.fall * max($1.cube - least, 0))
      }
    }

    /// A minorant of a sum at a sum of cubed rates: the tangent, or that of one exponential (B12).
    private func minorant(_ sum: Double, _ fall: Double, _ cube: Double) -> Double {
      guard sum > 0 else { return 0 }
      let (line, column) = (program.grid.lines[j], program.grid.columns[p])
      let contact = min(1.3 * min(column.rho * column.rho * line.inverse, column.cube), column.cube)
      guard fall * (column.cube - contact) > 0.8 * sum else { return sum - fall * (cube - contact) }
      let r = fall / sum
      let point = max(contact, column.cube - 0.5 / r)
      return sum * exp(-r * (point - contact)) * (1 - r * (cube - point))
    }

    /// The smaller and the larger of both minorants, minimized over all cells.
    func values(_ cube: Double) -> (smaller: Double, larger: Double) {
      let (grid, lines) = (program.grid, program.grid.lines)
      let sums = program.sums[lines[j].offset + p - lines[j].first]
      let noise = minorant(sums.noise, sums.noise_fall, cube)
      let signal = minorant(sums.signal, sums.signal_fall, cube)
      var (smaller, larger) = (signal, signal)
      for l in j..<(lines.count - 1) {
        let (low, high) = (lines[l].sigma - lines[j].sigma, lines[l + 1].sigma - lines[j].sigma)
        guard low < grid.limit else { break }
        if l < j + grid.rounded {
          let bound = low * low * noise + price + value(l + 1, min(high, grid.limit), cube)
          (smaller, larger) = (min(smaller, bound), min(larger, bound))
          continue
        }
        // The block of cells to which this one belongs.
        let start = j + grid.rounded + (l - j - grid.rounded) / 12 * 12
        let last = min(start + 12, lines.count - 1)
        let first = lines[start].sigma - lines[j].sigma
        let reach = min(lines[last].sigma - lines[j].sigma, grid.limit)
        let block = first * first * noise + price + value(last, reach, cube)
        let (e, x) = (value(l, low, cube), value(l + 1, high, cube))
        let most = min((grid.limit - low) / (high - low), 1)
        var cell = Double.infinity
        for step in 0...400 {
          let t = most * Double(step) / 400
          let a = low + t * (high - low)
          cell = min(cell, a * a * noise + price + (1 - t) * e + t * x)
        }
        smaller = min(smaller, min(block, cell))
        larger = min(larger, max(block, cell))
      }
      return (smaller, larger)
    }
  }

  @Test(
    "B12: the chord between both ends lies below every backup between them",
    arguments: LongTest.cases(Array(0..<6)))
  func chord(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 8100)
    let price = random.logUniform(1e-4, 1e-2)
    let program = try Self.program(&random, price: price)
    let grid = program.grid
    for _ in 0..<60 {
      let j = Int(random.uniform(0, Double(grid.end)))
      let line = grid.lines[j]
      let p = line.first + Int(random.uniform(0, Double(line.last - line.first + 1)))
      let node = program.nodes[line.offset + p - line.first]
      let high = grid.columns[p].cube
      let low = min(grid.columns[p].rho * grid.columns[p].rho * line.inverse, high)
      let backup = PlainBackup(program: program, j: j, p: p, price: price)
      for step in 0...4 {
        let cube = low + (high - low) * Double(step) / 4
        let (smaller, larger) = backup.values(cube)
        let value = node.value - node.fall * (cube - low)
        #expect(value <= larger * (1 + 1e-9))
        // The chord is constant if both ends are nearly the same point.
        if step == 0 || (step == 4 && node.fall > 0) {
          // The trial of 400 rates misses the lowest by a small part.
          if node.fall > 0 { #expect(value >= smaller * (1 - 1e-4)) }
        }
      }
    }
  }

  @Test("B13: steps beyond the grid, against sequences of steps from its last lines", arguments: 0..<4)
  func tails(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 8200)
    let price = random.logUniform(1e-4, 1e-3)
    let program = try Self.program(&random, price: price)
    let (grid, groups) = (program.grid, program.groups)
    let h = (0..<groups.count).map(groups.highest)
    for j in grid.end..<grid.lines.count {
      let line = grid.lines[j]
      for p in line.first...line.last {
        let node = program.nodes[line.offset + p - line.first]
        let low = min(grid.columns[p].rho * grid.columns[p].rho * line.inverse, grid.columns[p].cube)
        let reach = min(grid.columns[min(p + 1, grid.columns.count - 1)].root + line.widest, grid.limit)
        let costate = h.indices.map { i -> Double in
          guard i < grid.columns[p].kept, reach * h[i] < 1 else { return 0 }
          let ratio = h[i] / (1 - reach * h[i])
          let (base, stiffness) = (program.base.column(p)[i], program.stiffness.column(p)[i])
          return exp(-(2 * h[i] * line.sigma + base + stiffness * low + line.potential * ratio * ratio))
        }
        for (rate, steps) in [(0.9, 0), (0.9, 1), (0.9, 3), (0.9, 6), (0.9, 20), (0.4, 2), (0.1, 5)] {
          var (cost, w) = (0.0, costate)
          for _ in 0..<steps {
            let noise = h.indices.reduce(0) { $0 + groups.noise(of: $1) * w[$1] }
            cost += rate * rate * noise + price
            for i in h.indices { w[i] *= (1 - rate * h[i]) * (1 - rate * h[i]) }
          }
          cost += h.indices.reduce(0) { $0 + groups.signal(of: $1) * w[$1] }
          #expect(node.value <= cost * (1 + 1e-9))
        }
      }
    }
  }

  // MARK: Bounds

  @Test(
    "B9–B13: no bound exceeds what descents find",
    arguments: LongTest.cases(Array(0..<30), otherwise: [2]))
  func sandwich(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 8300)
    for kind in 0..<8 {
      let (d, steps) = (2 + Int(random.uniform(0, 3)), 1 + Int(random.uniform(0, 3)))
      var h = [1] + random.array(d - 1) { $0.logUniform(0.01, 1) }
      var (c, m) = (random.array(d) { $0.logUniform(1e-3, 10) }, random.array(d) { $0.logUniform(0.03, 10) })
      let odd = Int(random.uniform(0, Double(d)))
      switch kind {
      case 0: c[odd] = 0
      case 1: m[odd] = 0
      case 2: h = [1] + random.array(d - 1) { $0.logUniform(1e-6, 1e-3) }
      case 3: c = random.array(d) { $0.logUniform(1e-8, 1e-4) }
      case 4: h[1] = 0
      case 5: c = random.array(d) { $0.logUniform(1e-9, 1e6) }
      case 6: c = c.map { _ in 0 }
      default: break
      }
      let model = try NoisyQuadraticModel(
        curvature: h, gradientNoise: c, initialSecondMoment: m,
        multiplicity: random.array(d) { $0.logUniform(1e-2, 1e2) })
      let limit = [0.3, 0.999, 1, 1.999, 3, 30][Int(random.uniform(0, 6))]
      let rates = random.array(steps) { limit * $0.unit() }
      // Every descent ends at or above the optimum. The grid along any schedule gives a bound.
      let best = try Self.bound(model, horizon: steps, .value(limit), meter: Self.meter(work: 3e6))
      let other = try Self.bound(
        model, horizon: steps, .value(limit), rates: rates, meter: Self.meter(work: 3e6))
      let optimum = best.known.finalLoss
      #expect(best.value <= optimum * (1 + 1e-12) && best.value >= 0)
      #expect(other.value <= optimum * (1 + 1e-12) && other.value >= 0)
    }
  }

  @Test(
    "S9: on one curvature every price gives a bound, and the best one is close", .long, arguments: [5, 30])
  func closedForm(horizon: Int) throws {
    let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [1], initialSecondMoment: [1])
    let limits = HyperparameterLimits(learningRate: .value(0.9))
    let solution = try EqualCurvatureSolver(limits: limits).solve(model, horizon: horizon)
    let setup = try SolverSetup(model, horizon: horizon, limits)
    let groups = CurvatureGroups(MergedProblem(setup.problem), width: 0)
    let rates = setup.problem.scaled(solution.schedule).rates
    let grid = ExponentGrid(rates: rates, limit: 0.9, .init(cells: 16, ratio: 0.05, rounded: 6, width: 0))
    let program = try #require(ExponentProgram(grid, groups, Self.meter(work: 1e9)))
    let last = rates[horizon - 1] * rates[horizon - 1] * groups.noise
    var best = 0.0
    for power in -8...8 {
      let price = last * pow(10, Double(power) / 4)
      let pass = try #require(program.pass(price: price, Self.meter(work: 1e9)))
      let bound = setup.problem.modelLoss(pass.value - price * Double(horizon))
      #expect(bound <= solution.finalLoss)
      best = max(best, bound)
    }
    #expect(best >= 0.97 * solution.finalLoss)
  }

  @Test(
    "B13: gaps of known problems",
    arguments: LongTest.cases(
      [(100_000, 50, 5.4, 1e-3), (1000, 250, 0.95605995969, 1e-4), (20, 100, 0.11672020525, 5e-4)],
      otherwise: [(1000, 250, 0.95605995969, 1e-4), (20, 100, 0.11672020525, 5e-4)]
    ) as [(Int, Int, Double, Double)])
  func known(dimension: Int, horizon: Int, loss: Double, gap: Double) throws {
    let result = try Self.bound(
      Self.powerLaw(dimension), horizon: horizon, .value(1), gap: gap, meter: Self.meter(work: 1e9))
    let upper = result.known.finalLoss
    #expect(dimension > 1000 || relativeError(upper, loss) <= 1e-9)
    #expect(result.value <= upper && result.value >= (1 - gap) * upper)
  }

  @Test("B13: the paper's problem without momentum")
  func paper() throws {
    let result = try Self.bound(
      ReferenceProblem.wu2018.model(), horizon: 250, .firstStepGrowth, gap: 1e-3,
      meter: Self.meter(work: 1e9))
    // The lowest loss that three independent searches know.
    let best = 5.368609306405845
    #expect(result.value <= best && result.value >= (1 - 1e-3) * best)
  }

  @Test("More work never lowers the bound, and whoever stops has one", .long)
  func budgets() throws {
    let model = try Self.powerLaw(12)
    var last = 0.0
    for work in [0, 1e5, 1e6, 3e6, 1e7, 3e7] {
      let result = try Self.bound(model, horizon: 20, .value(1), meter: Self.meter(work: work))
      #expect(result.value >= last)
      #expect(result.isLimited || work >= 3e6)
      last = result.value
    }
    #expect(last > 0)
    var all = 0
    let count = Self.meter {
      _ in
      all += 1
      return true
    }
    _ = try Self.bound(model, horizon: 20, .value(1), meter: count)
    #expect(all >= 4)
    for calls in [0, all / 4, all / 2, all - 1] {
      var (asked, seen) = (0, 0.0)
      let meter = Self.meter { progress in
        seen = progress.lowerBound
        asked += 1
        return asked <= calls
      }
      let result = try Self.bound(model, horizon: 20, .value(1), meter: meter)
      #expect(result.isLimited && asked == calls + 1)
      #expect(result.value >= seen && result.value <= last)
    }
  }

  @Test("M6: units do not matter to the last bit", .long, arguments: [-300, -20, 3, 200])
  func equivariance(exponent: Int) throws {
    let (h, c, m) = ([1, 0.3, 0.03], [0.5, 0.2, 0.1], [1, 2, 3.0])
    let s = Double(sign: .plus, exponent: exponent, significand: 1)
    let base = try Self.bound(
      NoisyQuadraticModel(curvature: h, gradientNoise: c, initialSecondMoment: m), horizon: 6, .value(1.25))
    let scaled = try Self.bound(
      NoisyQuadraticModel(
        curvature: h.map { $0 * s }, gradientNoise: c.map { $0 * s * s }, initialSecondMoment: m),
      horizon: 6, .value(1.25 / s))
    #expect(base.value > 0 && scaled.value == base.value * s)
    let halves = try Self.bound(
      NoisyQuadraticModel(
        curvature: h + h, gradientNoise: c + c, initialSecondMoment: m + m,
        multiplicity: Array(repeating: 0.5, count: 6)), horizon: 6, .value(1.25))
    #expect(relativeError(halves.value, base.value) <= 1e-12)
  }

  @Test("Numbers at the edge of their range leave bounds that hold", .long)
  func extreme() throws {
    let tiny = 1e-300 * 1e-20
    for (h, c, m) in [
      ([1, tiny], [1, 0.0], [1, 1.0]), ([1, 1e-300], [1, 0], [1, 1]), ([1, 0.5], [1, 1], [1, tiny]),
      ([1e300, 1e-300], [1, 1], [1e-10, 1]), ([1, 0.5], [tiny, tiny], [1, 1]), ([1, 0.5], [0, 0], [1, 1]),
      ([1, 1e-20], [1, 1], [1, 1]), ([1, 0], [1, 1], [1, 1]), ([1, 0.5], [1, 1], [0, 1e-300]),
    ] {
      for limit in [LearningRateLimit.none, .value(1e-30), .value(1e3), .twoOverMaximumCurvature] {
        let model = try NoisyQuadraticModel(curvature: h, gradientNoise: c, initialSecondMoment: m)
        let limits = HyperparameterLimits(learningRate: limit)
        let setup = try SolverSetup(model, horizon: 3, limits)
        // Rates whose powers cannot be represented are not treated.
        guard
          SharedExponentMethod(setup, MergedProblem(setup.problem), horizon: 3, downward: 1) != nil
        else { continue }
        let result = try Self.bound(model, horizon: 3, limit, meter: Self.meter(work: 3e6))
        #expect(result.value >= 0 && result.value <= result.known.finalLoss * (1 + 1e-12))
      }
    }
  }
}
