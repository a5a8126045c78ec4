import Testing

@testable import NoisyQuadratic

@Suite("The common-clock bound")
struct CommonClockTests {
  /// Models with few directions of many kinds: noise that follows curvature, free noise, directions without
  /// noise or solved from the start, without curvature, and with moments or noise far apart.
  private static func model(_ kind: Int, dimension: Int, _ random: inout TestRandom) throws
    -> NoisyQuadraticModel
  {
    var h = random.array(dimension) { $0.logUniform(1e-2, 1) }
    var c = kind == 0 ? h : random.array(dimension) { $0.logUniform(1e-3, 10) }
    var m = kind == 0 ? h.map { _ in 1 } : random.array(dimension) { $0.logUniform(0.03, 10) }
    var n = kind == 0 ? h.map { _ in 1 } : random.array(dimension) { $0.uniform(0.3, 3) }
    if kind == 1 {
      c[0] = 0
      m[dimension - 1] = 0
    }
    if kind == 2 { n = random.array(dimension) { $0.logUniform(0.1, 10) } }
    if kind == 3, dimension > 1 { h[0] = 0 }
    if kind == 4 { c = random.array(dimension) { $0.logUniform(1e-8, 1e6) } }
    if kind == 5 { m = random.array(dimension) { $0.logUniform(1e-6, 1e3) } }
    return try NoisyQuadraticModel(curvature: h, gradientNoise: c, initialSecondMoment: m, multiplicity: n)
  }

  private static func powerLaw(_ dimension: Int) throws -> NoisyQuadraticModel {
    try NoisyQuadraticModel(
      spectrum: .powerLaw(dimension: dimension, exponent: 1, maximum: 1), noiseScale: 1,
      initialSecondMoment: 1)
  }

  private static func solver(
    _ limit: LearningRateLimit = .none, momentum: Double = 0.9999, work: Double? = nil
  ) -> CertifiedSolver {
    var solver = CertifiedSolver(
      limits: HyperparameterLimits(learningRate: limit, momentum: momentum), gap: 1e-6)
    if let work { solver.options.maximumWork = work }
    return solver
  }

  private static func clock(
    _ problem: NormalizedProblem, steps: Double, cells: Int, end: Double, most: Int = 4096
  ) -> CommonClock {
    CommonClock(ClockDirections(problem, most: most), steps: steps, end: end, cells: cells)
  }

  /// The bound of the method alone, without a search for schedules.
  private static func bound(_ model: NoisyQuadraticModel, horizon: Int) throws -> Double {
    let setup = try SolverSetup(
      model, horizon: horizon, HyperparameterLimits(learningRate: .none, momentum: 0.5))
    let upper = model.initialLoss
    let meter = WorkMeter(CertificateProgress(lowerBound: 0, upperBound: upper, workLimit: 1e9)) { _ in true }
    return CommonClockMethod(setup, MergedProblem(setup.problem), horizon: horizon, downward: 1)?
      .prove(KnownBounds(lower: 0, upper: upper, gap: 0), meter).value ?? 0
  }

  @Test(
    "B14–B17: no schedule that a search finds ends below", .long,
    arguments: LongTest.cases(Array(0..<24), otherwise: Array(0..<2)))
  func bruteForce(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 7000)
    for _ in 0..<(LongTest.isAsked ? 10 : 5) {
      let dimension = 1 + Int(random.uniform(0, 5))
      let model = try Self.model(seed % 6, dimension: dimension, &random)
      let steps = [1, 2, 3, 5, 10, 30][Int(random.uniform(0, 6))]
      let certificate = try Self.solver().certify(model, horizon: steps)
      var search = FullHorizonSolver(limits: HyperparameterLimits(learningRate: .none, momentum: 0.9999))
      search.options.starts = 6
      let found = min(try search.solve(model, horizon: steps).finalLoss, certificate.upperBound)
      #expect(certificate.lowerBound <= found * (1 + 1e-9) + 1e-13 * model.initialLoss)
      #expect(try certificate.lowerBound >= model.informationBound(steps: steps) * (1 - 1e-9))
    }
  }

  /// The least relaxed cost of paths `x` through the cells that stop in a range, by random changes of a path
  /// near SGD's flow. The cost is `Σ S x² + (∫‖ζ‖dτ)²/T`, with `ζ = −x'/h` constant within a cell. A path
  /// may go on after the last cell, without a limit.
  private static func leastCost(
    _ clock: CommonClock, _ directions: ClockDirections, _ range: CommonClock.Range, steps: Double,
    _ random: inout TestRandom
  ) -> Double {
    let d = directions.count
    let isLast = range.end == clock.cells
    func cost(_ shares: [[Double]], stop: Int) -> Double {
      var x = [Double](repeating: 1, count: d)
      var length = 0.0
      for k in 0...stop where k < clock.cells || isLast {
        let width = k < clock.cells ? clock.clock[k + 1] - clock.clock[k] : 1
        var norm = 0.0
        for i in 0..<d {
          let h = directions.highest[i]
          let flow = Elementary.exp(-h * width)
          // In the cell in which the path stops, a fast direction may have moved less.
          let highest = k < stop ? flow : 1
          let range: ClosedRange<Double>
          if k == clock.cells {
            range = 0...1
          } else if !clock.reach.isEmpty {
            range = min(max(1 - h * width / x[i], 0), highest)...highest
          } else {
            range = k < clock.slow[i] ? flow...1 : 0...highest
          }
          let next = x[i] * (range.lowerBound + shares[k][i] * (range.upperBound - range.lowerBound))
          let zeta = (x[i] - next) / h
          norm += directions.wholeNoise[i] * zeta * zeta
          x[i] = next
        }
        length += norm.squareRoot()
      }
      return (0..<d).reduce(length * length / steps) { $0 + directions.signal[$1] * x[$1] * x[$1] }
    }
    var least = Double.infinity
    for stop in range.first...(isLast ? clock.cells : range.end - 1) {
      for start in 0..<2 {
        var shares = (0...clock.cells).map { k in
          (0..<d).map { i in start == 0 ? (k < clock.slow[i] ? 0.0 : 1.0) : random.unit() }
        }
        var value = cost(shares, stop: stop)
        for trial in 0..<600 {
          let (k, i) = (Int(random.uniform(0, Double(stop + 1))), Int(random.uniform(0, Double(d))))
          let old = shares[k][i]
          shares[k][i] = trial % 3 == 0 ? (random.unit() < 0.5 ? 0 : 1) : random.unit()
          let new = cost(shares, stop: stop)
          if new < value { value = new } else { shares[k][i] = old }
        }
        least = min(least, value)
      }
    }
    return least
  }

  @Test(
    "B15, B16: every path through the cells costs at least the bound of its range",
    arguments: LongTest.cases(Array(0..<10)))
  func paths(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 7100)
    var ratios: [Double] = []
    for _ in 0..<3 {
      let model = try Self.model([0, 0, 2, 5][seed % 4], dimension: 2 + seed % 2, &random)
      let problem = NormalizedProblem(anyNoise: model)
      let steps = random.logUniform(1, 100).rounded()
      let directions = ClockDirections(problem)
      let slowest = try #require(directions.lowest.min())
      let end = ContinuousPlan(problem, rateLimit: 30 / slowest, steps: steps).intrinsicTime
      let clock =
        seed < 5
        ? CommonClock(directions, steps: steps, end: end * random.uniform(0.5, 1.5), cells: 7)
        : CommonClock(lengthOf: directions, steps: steps, end: end * random.uniform(0.8, 3), cells: 7)
      for (first, end) in [(0, 3), (2, 5), (4, 7), (6, 7), (0, 7)] {
        var range = CommonClock.Range(first: first, end: end)
        clock.improve(&range, factors: [0.5, 2]) { _ in true }
        let cost = Self.leastCost(clock, directions, range, steps: steps, &random)
        #expect(range.bound <= cost)
        ratios.append(range.bound / cost)
      }
    }
    // Not every range has a close bound.
    #expect(try #require(ratios.max()) > 0.7)
  }

  /// One direction's `a + b`, cell by cell, for the tangent of slope b at the end of the range.
  private static func chain(
    _ clock: CommonClock, _ i: Int, _ range: CommonClock.Range, rate: Double, signal: Double,
    nominal: Double, slope: Double
  ) -> Double {
    func constant(_ b: Double) -> Double { b > 0 ? -b * b / (4 * signal) : 0 }
    func price(_ k: Int) -> Double { rate * clock.price[i * clock.cells + k] }
    var b = range.end == clock.cells ? min(slope, price(range.end - 1)) : slope
    var a = constant(b)
    for k in (0..<range.end).reversed() {
      let flow = b + (price(k) - b) * clock.lost[i * clock.cells + k]
      if k < clock.slow[i] {
        b = min(b, price(k) + (b - price(k)) * clock.kept[i * clock.cells + k])
      } else if b > price(k) {
        if clock.reach.isEmpty {
          b = price(k)
        } else {
          a -= (b - price(k)) * clock.reach[i * clock.cells + k]
        }
      } else if k < range.first {
        b = flow
      } else if signal > 0 {
        let lowered = min(a, constant(flow))
        if lowered + flow * nominal > a + b * nominal { (a, b) = (lowered, flow) }
      }
    }
    return a + b
  }

  @Test(
    "B15, B17: the kernel's chains are those of the rules, rounded down",
    arguments: LongTest.cases(Array(0..<12), otherwise: Array(0..<6)))
  func kernel(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 7200)
    let model = try Self.model(seed % 6, dimension: 2 + seed % 4, &random)
    let problem = NormalizedProblem(anyNoise: model)
    let directions = ClockDirections(problem)
    let end = random.logUniform(0.3, 30)
    let isLength = seed % 2 == 1
    let clock =
      isLength
      ? CommonClock(lengthOf: directions, steps: 20, end: end, cells: 40)
      : CommonClock(directions, steps: 20, end: end, cells: 40)
    for i in 0..<directions.count {
      for k in 0..<clock.cells {
        let x = directions.highest[i] * (clock.clock[k + 1] - clock.clock[k])
        let lost = clock.lost[i * clock.cells + k]
        #expect(lost < -Elementary.expm1(-x) && lost > -Elementary.expm1(-x) * (1 - 1e-13))
        if isLength {
          let reach = clock.reach[i * clock.cells + k]
          #expect(reach > x && reach < x * (1 + 1e-13))
        } else {
          let kept = clock.kept[i * clock.cells + k]
          #expect(kept < Elementary.exp(-x) && kept > Elementary.exp(-x) * (1 - 1e-13))
        }
      }
    }
    // The field's norm.
    for k in 0..<clock.cells where directions.noise.contains(where: { $0 > 0 }) {
      let norm = (0..<directions.count).reduce(0.0) { sum, i in
        guard directions.noise[i] > 0 else { return sum }
        let g = clock.price[i * clock.cells + k] * directions.highest[i] / directions.noise[i]
        return sum + directions.wholeNoise[i] * g * g
      }
      #expect(norm < 1 && norm > 1 - 1e-10)
    }
    for (first, last) in [(0, 10), (7, 25), (30, 40), (39, 40), (0, 40)] {
      let range = CommonClock.Range(first: first, end: last)
      for rate in [0.01, 0.3, 5] {
        var tangents = directions.highest.map { _ in 1.0 }
        let sum = clock.pass(range, rate: rate, isWide: true, &tangents)
        var expected = 0.0
        var best = 0.0
        for i in 0..<directions.count {
          let nominal = clock.nominal(i, last)
          let tangent = 2 * directions.signal[i] * nominal
          func value(_ factor: Double) -> Double {
            Self.chain(
              clock, i, range, rate: rate, signal: directions.signal[i], nominal: nominal,
              slope: tangent * factor)
          }
          expected += max(0, value(tangents[i]))
          best += max(0, (0...400).map { value(0.01 * Double($0)) }.max() ?? 0)
        }
        #expect(sum <= expected && sum >= expected * (1 - 1e-10) - 1e-280)
        // The search for tangents is about as good as four hundred of them.
        #expect(sum >= best * (1 - 0.02))
        // A search around known tangents finds no worse ones.
        let narrow = clock.pass(range, rate: rate, isWide: false, &tangents)
        #expect(narrow >= sum * (1 - 1e-12))
      }
    }
  }

  @Test("B15: the signal alone, of directions that have been slow throughout")
  func signal() throws {
    var random = TestRandom(7300)
    let problem = NormalizedProblem(anyNoise: try Self.model(2, dimension: 5, &random))
    let directions = ClockDirections(problem)
    let clock = Self.clock(problem, steps: 30, cells: 30, end: 20)
    for k in 0...clock.cells {
      let expected = (0..<directions.count).reduce(0.0) { sum, i in
        clock.slow[i] >= k
          ? sum + directions.signal[i] * Elementary.exp(-2 * directions.highest[i] * clock.clock[k]) : sum
      }
      #expect(clock.signalBound[k] <= expected && clock.signalBound[k] >= expected * (1 - 1e-12))
    }
    for i in 0..<directions.count {
      #expect(clock.slow[i] == clock.fast[i])
      if i > 0 { #expect(clock.slow[i] <= clock.slow[i - 1]) }
    }
    // Some directions change sides on the way.
    #expect(clock.slow.contains { $0 > 0 && $0 < clock.cells })
  }

  @Test(
    "B16: how tight where noise follows curvature", .long,
    arguments: LongTest.cases(
      [
        // The best losses known within the limits.
        (20, 100, 0.1167202, 0.005), (100, 100, 0.4335312, 0.005),
      ] as [(Int, Int, Double, Double)]))
  func tight(dimension: Int, steps: Int, known: Double, gap: Double) throws {
    let certificate = try Self.solver(.twoOverMaximumCurvature).certify(
      Self.powerLaw(dimension), horizon: steps)
    #expect(certificate.method == .commonClock)
    #expect(certificate.termination == .exhausted)
    #expect(certificate.lowerBound <= known && certificate.lowerBound >= known * (1 - gap))
  }

  @Test(
    "B16: no momentum schedule of the paper's problem ends noticeably below SGD's continuous limit", .long)
  func paper() throws {
    let model = try ReferenceProblem.wu2018.model()
    let certificate = try Self.solver(.firstStepGrowth).certify(model, horizon: 250)
    let limit = try ContinuousLimit(model, horizon: 250, learningRateLimit: .value(1e4))
    // The best loss known without limits is 3.827.
    #expect(certificate.lowerBound > 3.8034 && certificate.lowerBound < 3.827)
    #expect(relativeError(certificate.lowerBound, limit.predictedLoss) <= 1e-4)
  }

  @Test("B17: groups bound from below, and closely")
  func groups() throws {
    var random = TestRandom(7400)
    let h = random.array(60) { $0.logUniform(0.01, 1) }
    let free = try NoisyQuadraticModel(
      curvature: h, gradientNoise: h.map { $0 * random.uniform(0.8, 1.2) },
      initialSecondMoment: random.array(60) { $0.unit() < 0.2 ? 0 : $0.uniform(0.8, 1.2) })
    for (model, most, loss) in [(try Self.powerLaw(300), 100, 0.15), (free, 30, 0.6)] {
      let problem = NormalizedProblem(anyNoise: model)
      let all = ClockDirections(problem)
      let groups = ClockDirections(problem, most: most)
      #expect(groups.count <= most && groups.count > most / 4 && groups.terms == all.count)
      #expect(relativeError(groups.signal.reduce(0, +), all.signal.reduce(0, +)) <= 1e-12)
      #expect(relativeError(groups.wholeNoise.reduce(0, +), all.noise.reduce(0, +)) <= 1e-12)
      #expect(zip(groups.noise, groups.wholeNoise).allSatisfy { $0 <= $1 })
      func bound(_ most: Int) -> Double {
        var range = CommonClock.Range(first: 52, end: 60)
        Self.clock(problem, steps: 50, cells: 60, end: 20, most: most)
          .improve(&range, factors: [0.6]) { _ in true }
        return range.bound
      }
      let (whole, grouped) = (bound(4096), bound(most))
      #expect(whole > 0 && grouped <= whole * (1 + 1e-3) && grouped >= whole * (1 - loss))
    }
  }

  @Test("A larger budget never lowers the bound, and whoever stops the proof has the best one so far", .long)
  func budgets() throws {
    let model = try Self.powerLaw(60)
    let solution = try FullHorizonSolver(limits: Self.solver(.value(1)).limits).solve(model, horizon: 40)
    var last = 0.0
    for work in LongTest.cases([0, 1e5, 3e5, 1e6, 1e7, 1e9], otherwise: [0, 1e5, 1e6, 1e9]) {
      let certificate = try Self.solver(.value(1), work: work).certify(model, horizon: 40, known: solution)
      let again = try Self.solver(.value(1), work: work).certify(model, horizon: 40, known: solution)
      #expect(certificate.lowerBound == again.lowerBound && certificate.statistics == again.statistics)
      #expect(certificate.lowerBound >= last)
      #expect(certificate.statistics.work <= work + 2e5)
      last = certificate.lowerBound
    }
    #expect(
      last > 0.97 * (try Self.solver(.value(1)).certify(model, horizon: 40, known: solution).upperBound))
    for calls in [0, 1, 3, 10] {
      var (count, known) = (0, 0.0)
      let stopped = try Self.solver(.value(1)).certify(model, horizon: 40, known: solution) { progress in
        known = progress.lowerBound
        count += 1
        return count <= calls
      }
      #expect(stopped.termination == .stopped)
      #expect(stopped.lowerBound >= known && stopped.lowerBound <= last)
      #expect(try stopped.lowerBound >= model.informationBound(steps: 40) * (1 - 1e-11))
    }
  }

  @Test("M6: powers of two do not change a digit")
  func equivariance() throws {
    var random = TestRandom(7500)
    let (h, c, m) = (
      random.array(6) { $0.logUniform(1e-2, 1) }, random.array(6) { $0.logUniform(1e-2, 1) },
      random.array(6) { $0.logUniform(0.1, 1) }
    )
    let base = try Self.solver().certify(
      NoisyQuadraticModel(curvature: h, gradientNoise: c, initialSecondMoment: m), horizon: 12)
    let scaled = try Self.solver().certify(
      NoisyQuadraticModel(
        curvature: h.map { 0x1p-40 * $0 }, gradientNoise: c.map { 0x1p-70 * $0 },
        initialSecondMoment: m.map { 0x1p10 * $0 }), horizon: 12)
    #expect(scaled.lowerBound == base.lowerBound * 0x1p-30)
    #expect(scaled.statistics == base.statistics)
  }

  @Test("B2: directions may be split and reordered")
  func splitting() throws {
    let merged = try NoisyQuadraticModel(
      curvature: [1, 0.125], gradientNoise: [1, 0.75], initialSecondMoment: [3, 2], multiplicity: [1, 2])
    let split = try NoisyQuadraticModel(
      curvature: [0.125, 1, 0, 0.125, 1], gradientNoise: [1.25, 0.25, 1, 0.25, 0.75],
      initialSecondMoment: [1, 2, 5, 3, 1])
    let (a, b) = (try Self.bound(merged, horizon: 5), try Self.bound(split, horizon: 5))
    // The choices of prices and tangents follow the last bits.
    #expect(a > 0 && relativeError(a, b) <= 1e-5)
  }

  @Test(
    "Numbers at the edge of their range leave bounds that hold", .long,
    arguments: LongTest.cases([1, 3, 1_000_000], otherwise: [1, 1_000_000]))
  func extreme(steps: Int) throws {
    let tiny = 1e-300 * 1e-20
    for (h, c, m) in [
      ([1, tiny], [1, 0.0], [1, 1.0]), ([1, 1e-300], [1, 0], [1, 1]), ([1, 0.5], [1, 1], [1, tiny]),
      ([1e300, 1e-300], [1, 1], [1e-10, 1]), ([1, 0.5], [tiny, tiny], [1, 1]), ([1, 0.5], [0, 0], [1, 1]),
      ([1, 0.5], [1, 1], [0, 0]), ([1, 0], [1, 1], [1, 1]), ([1, 1e-9], [1e-9, 1e9], [1e9, 1e-9]),
      ([1, 0.5], [1e300, 1], [1, 1e300]), ([1e-200, 1e-220], [1e-250, 1e-280], [1e-30, 1e30]),
    ] {
      let model = try NoisyQuadraticModel(curvature: h, gradientNoise: c, initialSecondMoment: m)
      let bound = try Self.bound(model, horizon: steps)
      let limits = HyperparameterLimits(learningRate: .none, momentum: 0.5)
      let upper = min(
        model.initialLoss, try GreedySolver(limits: limits).solve(model, horizon: min(steps, 3)).finalLoss)
      #expect(bound >= 0 && bound.isFinite)
      #expect(bound <= upper * (1 + 1e-12))
    }
  }
}
