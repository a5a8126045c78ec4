import Foundation
import Testing

@testable import NoisyQuadratic

@Suite("Ranking of classic schedules")
struct ScheduleRankingTests {
  private static let limits = HyperparameterLimits(learningRate: .oneOverMaximumCurvature)

  private static func model(scale: Double = 1, noise: Double = 1) throws -> NoisyQuadraticModel {
    let h = [1, 0.3, 0.05]
    return try NoisyQuadraticModel(
      curvature: h.map { scale * $0 }, gradientNoise: h.map { scale * scale * noise * $0 },
      initialSecondMoment: [1, 2, 3])
  }

  /// A study that is cheap without optimization.
  private static func study(
    _ schedules: [ClassicSchedule], horizon: Int = 6, momentum: FamilyMomentum = .fixed(0),
    limits: HyperparameterLimits = limits
  ) throws -> ScheduleRankingStudy {
    var options = ScheduleRankingStudy.Options()
    options.maximumDrops = 2
    (options.family.scanPoints, options.family.descents) = (24, 2)
    return try ScheduleRankingStudy(
      horizon: horizon, schedules: schedules, momentum: momentum, limits: limits, options: options)
  }

  @Test("F6, F10: sorted, at or above the optimum, and above the proven bound")
  func order() async throws {
    let model = try Self.model()
    let study = try Self.study([.stableLinear, .constant, .linear, .stepDecay, .constant])
    let ranking = try study.rank(model)
    #expect(ranking == (try await study.rankConcurrently(model)))
    let losses = ranking.entries.map(\.finalLoss)
    #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 <= $1 * (1 + 1e-8) } && losses.count == 4)
    // The plateau of no length is the line, which stands before it.
    #expect(ranking.entries.map(\.name) == ["step-decay", "linear", "wsd-linear", "constant"])
    #expect(ranking.horizon == 6 && ranking.initialLoss == model.initialLoss)
    // Up to what a search leaves undone.
    #expect(ranking.optimum.finalLoss <= losses[0] * (1 + 1e-9))
    #expect(losses.allSatisfy { $0 >= ranking.lowerBound } && ranking.lowerBound > 0)
    #expect(ranking.lowerBound >= (try model.informationBound(steps: 6)))
    let constant = try #require(ranking.entry(.constant))
    let best = try ConstantSolver(limits: Self.limits).solve(model, horizon: 6)
    #expect(relativeError(constant.finalLoss, best.finalLoss) <= 1e-8)
    #expect(ranking.greedy == (try GreedySolver(limits: Self.limits).solve(model, horizon: 6)))
    // One that contains another is not worse.
    #expect(try #require(ranking.entry(.stableLinear)).finalLoss <= constant.finalLoss)
    #expect(try #require(ranking.ratio(losses[3])) >= 1)
    for entry in ranking.entries {
      #expect(entry.solution.schedule == (try entry.member.stretched(to: 6)))
    }
    // Of several numbers of drops, the best stays.
    let steps = try #require(ranking.entry(.stepDecay))
    for drops in 1...2 {
      var solver = FamilySolver(family: try StepDecayFamily(drops: drops), limits: Self.limits)
      solver.options = study.options.family
      #expect(steps.finalLoss <= (try solver.solve(model, horizon: 6).finalLoss) * (1 + 1e-8))
    }
  }

  @Test("F10: no point of a grid is better than the best member", .long, arguments: ClassicSchedule.allCases)
  func grid(_ classic: ClassicSchedule) throws {
    for noise in [0.02, 1] {
      let model = try Self.model(noise: noise)
      var options = ScheduleRankingStudy.Options()
      options.maximumDrops = 3
      let ranking = try ScheduleRankingStudy(
        horizon: 9, schedules: [classic], limits: Self.limits, options: options
      ).rank(model)
      let entry = try #require(ranking.entry(classic))
      var random = TestRandom(18)
      var lowest = Double.infinity
      let parameters = try classic.family(count: entry.member.count, momentum: .fixed(0)).parameters
      for i in 0..<4000 {
        // Points over the ranges, half of them close to the best.
        let values = entry.member.values.enumerated().map { j, value -> Double in
          let near = value * random.uniform(0.9, 1.1)
          // The first parameter is a rate, which the limit bounds; others have ranges.
          if i % 2 == 0 {
            if case .number(let range) = parameters[j].quantity {
              return min(max(near, range.lowerBound), range.upperBound)
            }
            return j == 0 ? min(near, 1) : near
          }
          if j == 0 { return random.logUniform(1e-2, 1) }
          return random.unit()
        }
        guard
          let member = try? ClassicMember(classic, count: entry.member.count, horizon: 9, values: values),
          case let schedule = try member.stretched(to: 9), schedule.learningRates.allSatisfy({ $0 <= 1 })
        else { continue }
        lowest = min(lowest, model.expectedLoss(under: schedule).final)
      }
      #expect(entry.finalLoss <= lowest * (1 + 1e-9), "\(noise)")
      #expect(ranking.optimum.finalLoss <= entry.finalLoss * (1 + 1e-9))
    }
  }

  @Test("F1, M6: units change nothing but the unit of the rate")
  func units() throws {
    let study = try Self.study([.linear, .stableCosine])
    let (one, other) = (try study.rank(Self.model()), try study.rank(Self.model(scale: 2)))
    #expect(one.entries.map(\.name) == other.entries.map(\.name))
    for (a, b) in zip(one.entries, other.entries) {
      #expect(relativeError(2 * a.finalLoss, b.finalLoss) <= 1e-12)
      #expect(relativeError(a.member.values[0] / 2, b.member.values[0]) <= 1e-5)
    }
  }

  @Test("Momentum is the same for all schedules, or fitted for each and then never worse")
  func momentum() throws {
    let model = try Self.model(noise: 0.01)
    let limits = HyperparameterLimits(learningRate: .oneOverMaximumCurvature, momentum: 0.9)
    func best(_ momentum: FamilyMomentum) throws -> ScheduleRanking.Entry {
      try Self.study([.linear], horizon: 2, momentum: momentum, limits: limits).rank(model).entries[0]
    }
    let (fixed, fitted) = (try best(.fixed(0.5)), try best(.fitted))
    #expect(fixed.member.momentum == 0.5 && fixed.solution.schedule.momenta == [0.5, 0.5])
    #expect(fitted.member["momentum"] == fitted.member.momentum && fitted.finalLoss <= fixed.finalLoss)
  }

  @Test("A certificate raises the bound, and momentum leaves the information bound")
  func bounds() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.2], gradientNoise: [1, 0.2], initialSecondMoment: [1, 1])
    var options = ScheduleRankingStudy.Options()
    options.gap = 0.02
    func ranking(_ options: ScheduleRankingStudy.Options, _ momentum: Double) throws -> ScheduleRanking {
      try ScheduleRankingStudy(
        horizon: 5, schedules: [.constant], limits: HyperparameterLimits(momentum: momentum), options: options
      ).rank(model)
    }
    let (plain, proven) = (try ranking(.init(), 0), try ranking(options, 0))
    #expect(proven.lowerBound > plain.lowerBound && proven.lowerBound >= 0.98 * proven.optimum.finalLoss)
    let withMomentum = try ranking(.init(), 0.5)
    #expect(withMomentum.boundMethod == .information)
    #expect(withMomentum.lowerBound == (try model.informationBound(steps: 5)))
  }

  @Test("Carried over to the same run, schedules keep their losses; to others, those of the rules")
  func transfer() async throws {
    let model = try Self.model()
    let study = try Self.study([.constant, .stableLinear], horizon: 8)
    let ranking = try study.rank(model)
    for change in [
      ScheduleTransfer.Change.horizon(1), .batchSizeOfSameExamples(1),
    ] {
      let same = try await study.transferConcurrently(ranking, of: model, by: change)
      #expect(same.target == ranking)
      let losses = ranking.entries.map(\.finalLoss) + [ranking.greedy.finalLoss, ranking.optimum.finalLoss]
      #expect(same.rows.map(\.retunedLoss) == losses)
      for row in same.rows {
        #expect(row.outcomes.allSatisfy { $0.finalLoss == row.retunedLoss && !$0.isClipped })
      }
    }
    let longer = try await study.transferConcurrently(ranking, of: model, by: .horizon(2))
    #expect(longer.target.horizon == 16 && longer.rules.map(\.rateFactor) == [1, 1 / sqrt(2), 0.5, 1])
    let rate = ranking.entry(.constant)?.member.values[0] ?? 0
    let greedy = ranking.greedy.schedule.learningRates
    let twice = (0..<16).map { greedy[$0 / 2] }
    let held = (0..<16).map { greedy[min($0, 7)] }
    for (k, rule) in longer.rules.enumerated() {
      for (name, rates) in [
        ("constant", Array(repeating: rate, count: 16)), ("greedy", rule.time == .stretched ? twice : held),
      ] {
        let row = try #require(longer.rows.first { $0.name == name })
        let schedule = try Schedule(learningRates: rates.map { $0 * rule.rateFactor })
        #expect(relativeError(row.outcomes[k].finalLoss, model.expectedLoss(under: schedule).final) <= 1e-14)
        // Up to the tolerance of the search.
        if name == "constant" { #expect(row.outcomes[k].finalLoss >= row.retunedLoss * (1 - 1e-8)) }
      }
    }
    // Eight times the batch: the linear rule exceeds the limit and is lowered to it.
    let batch = try await study.transferConcurrently(ranking, of: model, by: .batchSizeOfSameExamples(8))
    #expect(batch.target.horizon == 1 && batch.target.batchSize == 8 * model.batchSize)
    let row = try #require(batch.rows.first { $0.name == "constant" })
    let clipped = row.outcomes[2]
    #expect(clipped.isClipped && relativeError(clipped.rateFactor * rate, 1) <= 1e-14)
    let atLimit = try model.with(batchSize: 8).expectedLoss(under: .constant(learningRate: 1, steps: 1))
    #expect(relativeError(clipped.finalLoss, atLimit.final) <= 1e-14)
  }

  /// A member for every kind of schedule, with whole lengths in a run of 8 steps.
  static let members: [(ClassicSchedule, Int, [Double])] = [
    (.constant, 0, [0.5]), (.linear, 0, [0.5, 0.1]), (.cosine, 0, [0.5, 0.1]), (.polynomial, 0, [0.5, 2]),
    (.exponential, 0, [0.5, 0.01]), (.inverseTime, 0, [0.5, 0.25]), (.inversePower, 0, [0.5, 0.25, 2]),
    (.inverseSquareRoot, 0, [0.5, 0.25]), (.inverseSquareRootAfterWarmup, 0, [0.5, 0.25]),
    (.stepDecay, 3, [0.5, 0.1]), (.piecewiseConstant, 2, [0.5, 0.1]),
    (.stableLinear, 0, [0.5, 0.25, 2.0 / 3, 0.1]), (.stableSquareRoot, 0, [0.5, 0.25, 2.0 / 3, 0.1]),
    (.stableCosine, 0, [0.5, 0.25, 2.0 / 3, 0.1]), (.stableExponential, 0, [0.5, 0.25, 2.0 / 3, 0.1]),
    (.stablePower, 0, [0.5, 0.25, 2.0 / 3, 0.1, 2]), (.oneCycle, 0, [0.5, 3.0 / 7, 0.1, 0.01]),
  ]

  @Test("A continued schedule begins as before, and a plateau gets longer", arguments: members)
  func continued(_ classic: ClassicSchedule, _ count: Int, _ values: [Double]) throws {
    let member = try ClassicMember(classic, count: count, horizon: 8, values: values)
    let (short, long) = (try member.stretched(to: 8), try member.continued(to: 16))
    #expect(long.count == 16)
    let (before, after) = (Array(long.learningRates.prefix(8)), Array(long.learningRates.suffix(8)))
    if classic.rawValue.hasPrefix("wsd") {
      // Two steps of warmup at the beginning, four of decay at the end, as before.
      #expect(largestScaledError(Array(before.prefix(3)), Array(short.learningRates.prefix(3))) <= 1e-14)
      #expect(largestScaledError(Array(after.suffix(4)), Array(short.learningRates.suffix(4))) <= 1e-14)
      #expect(long.learningRates[2...11].allSatisfy { $0 == 0.5 })
    } else {
      #expect(largestScaledError(before, short.learningRates) <= 1e-14)
      #expect(after.allSatisfy { $0 <= before[7] })
    }
    // The same fractions of a run twice as long: every second rate is an old one.
    if ![.oneCycle, .inverseSquareRootAfterWarmup].contains(classic), !classic.rawValue.hasPrefix("wsd") {
      let stretched = try member.stretched(to: 16).learningRates
      let second = stride(from: 0, to: 16, by: 2).map { stretched[$0] }
      #expect(largestScaledError(second, short.learningRates) <= 1e-14)
    }
    #expect(throws: NoisyQuadraticError.invalidCount(field: "steps", value: 7, expected: "at least 8")) {
      _ = try member.continued(to: 7)
    }
  }

  @Test("The parameters of one that contains another give the same schedule")
  func containment() throws {
    var pairs = 0
    for (inner, count, values) in Self.members {
      for momentum in [FamilyMomentum.fixed(0), .fitted] {
        let member = try ClassicMember(
          inner, count: count, momentum: momentum, horizon: 8,
          values: values + (momentum == .fitted ? [0.5] : []))
        for (outer, count, _) in Self.members {
          guard let found = outer.values(containing: member, count: count) else { continue }
          pairs += 1
          let other = try ClassicMember(outer, count: count, momentum: momentum, horizon: 8, values: found)
          let (a, b) = (try member.stretched(to: 8), try other.stretched(to: 8))
          #expect(largestScaledError(b.learningRates, a.learningRates) <= 1e-14, "\(inner) in \(outer)")
          #expect(a.momenta == b.momenta)
        }
      }
    }
    // Eleven hold constants, and eight pairs are of other kinds.
    #expect(pairs == 2 * (11 + 8))
  }

  @Test("Without noise, one that contains another does not end above it, with momentum neither")
  func nested() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.5, 0.2], gradientNoise: [0, 0, 0], initialSecondMoment: [1, 1, 1])
    var options = ScheduleRankingStudy.Options()
    (options.family.scanPoints, options.family.descents) = (8, 1)
    func entries(_ schedules: [ClassicSchedule], _ momentum: FamilyMomentum) throws -> ScheduleRanking {
      try ScheduleRankingStudy(
        horizon: 12, schedules: schedules, momentum: momentum,
        limits: HyperparameterLimits(momentum: momentum == .fitted ? 0.9 : 0), options: options
      ).rank(model)
    }
    let all: [ClassicSchedule] = [.constant, .linear, .stableLinear, .stablePower]
    let ranking = try entries(all, .fixed(0))
    let losses = try all.map { try #require(ranking.entry($0)).finalLoss }
    #expect(zip(losses, losses.dropFirst()).allSatisfy { $1 <= $0 * (1 + 1e-8) }, "\(losses)")
    let alone = try entries([.stablePower], .fixed(0)).entries[0]
    let fitted = try entries([.stablePower], .fitted).entries[0]
    #expect(fitted.finalLoss <= alone.finalLoss * (1 + 1e-8))
  }

  @Test("On the paper's problem, a plateau with fitted momentum does not end above one without", .long)
  func fittedHoldsNone() throws {
    func loss(_ momentum: FamilyMomentum, limit: Double) throws -> Double {
      try ScheduleRankingStudy(
        horizon: 250, schedules: [.stableSquareRoot], momentum: momentum,
        limits: HyperparameterLimits(learningRate: .firstStepGrowth, momentum: limit)
      ).rank(ReferenceProblem.wu2018.model()).entries[0].finalLoss
    }
    // Their own searches differ by 1e-6.
    #expect(try loss(.fitted, limit: 0.9999) <= loss(.fixed(0), limit: 0) * (1 + 1e-8))
  }

  static let badInput: [BadInput] = [
    BadInput("horizon", .invalidCount(field: "horizon", value: 0, expected: "at least 1")) {
      _ = try ScheduleRankingStudy(horizon: 0)
    },
    BadInput("no schedule", .invalidCount(field: "schedules", value: 0, expected: "at least 1")) {
      _ = try ScheduleRankingStudy(horizon: 1, schedules: [])
    },
    BadInput(
      "momentum", .invalidValue(field: "momentum", value: 0.5, expected: "0 to the momentum limit, 0.0")
    ) { _ = try ScheduleRankingStudy(horizon: 1, momentum: .fixed(0.5)) },
    BadInput("gap", .invalidValue(field: "gap", value: 1, expected: "at least 0 and below 1")) {
      var options = ScheduleRankingStudy.Options()
      options.gap = 1
      _ = try ScheduleRankingStudy(horizon: 1, options: options)
    },
    BadInput("values", .lengthMismatch(field: "parameters", expected: 2, actual: 1)) {
      _ = try ClassicMember(.linear, horizon: 3, values: [1])
    },
    BadInput("pieces", .invalidCount(field: "pieces", value: 0, expected: "at least 1")) {
      _ = try ClassicMember(.piecewiseConstant, horizon: 3, values: [1])
    },
  ]

  @Test("Bad arguments are refused with field and value", arguments: badInput)
  func refused(_ input: BadInput) { input.check() }

  @Test("Factors below 1 and horizons beyond memory are refused")
  func absurd() async throws {
    expectExceedsMemory("horizon", 1 << 60) { _ = try ScheduleRankingStudy(horizon: 1 << 60) }
    let study = try Self.study([.constant], horizon: 1)
    let ranking = try study.rank(Self.model())
    let error = NoisyQuadraticError.invalidValue(
      field: "factor", value: 0.5, expected: "a finite number ≥ 1")
    await #expect(throws: error) {
      _ = try await study.transferConcurrently(ranking, of: Self.model(), by: .horizon(0.5))
    }
  }
}
