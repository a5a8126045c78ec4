import NoisyQuadratic
import Testing

@Suite("Schedule gap under other conventions")
struct ConventionGapTests {
  private static let limits = HyperparameterLimits(learningRate: .value(1.5), momentum: 0.9)

  private static func problem(
    _ convention: MomentumConvention, steps: Int = 6
  ) throws -> (NoisyQuadraticModel, Schedule) {
    var random = TestRandom(7300)
    let model = try random.model(dimension: 3, noise: 0.3)
    let rates = random.array(steps) { $0.uniform(0.1, 0.8) }
    let momenta = random.array(steps) { $0.uniform(0.1, 0.8) }
    return (model, try Schedule(learningRates: rates, momenta: momenta, convention: convention))
  }

  @Test(
    "G7: regrets add up to the excess and are never negative", .long,
    arguments: LongTest.cases(
      MomentumConvention.allCases, otherwise: [.pytorch, .pytorchNesterov]))
  func telescopes(_ convention: MomentumConvention) throws {
    let (model, schedule) = try Self.problem(convention)
    let gap = try ScheduleGap(model, schedule, limits: Self.limits, segments: 3)
    let profile = try #require(gap.regret)
    #expect(gap.schedule == schedule && gap.optimum.schedule.convention == convention)
    #expect(profile.bestResponse.convention == convention && profile.bestResponse.count == schedule.count)
    #expect(relativeError(gap.finalLoss, ConventionLoss.final(model, schedule)) <= 1e-13)
    #expect(profile.segments.allSatisfy { $0.regret >= 0 } && gap.excess > 0)
    // Attainable losses end in those of the schedule and of the optimum, by the same evaluation.
    let rounding = 16 * .ulpOfOne * gap.finalLoss
    #expect(abs(profile.segments.reduce(0) { $0 + $1.regret } - gap.excess) <= rounding)
    #expect(gap.stepsBeyondLimits == 0)
    #expect(relativeError(gap.spectrum.signal + gap.spectrum.noise, gap.finalLoss) <= 1e-13)
    #expect(
      relativeError(gap.optimalSpectrum.signal + gap.optimalSpectrum.noise, gap.optimum.finalLoss) <= 1e-13)
  }

  @Test("G7: what is attainable belongs to a run that begins like the schedule")
  func continuation() throws {
    let (model, schedule) = try Self.problem(.pytorchNesterov, steps: 4)
    let profile = try #require(
      try ScheduleGap(model, schedule, limits: Self.limits, segments: 4).regret)
    // The last step by a grid, which no plan for it can leave by much.
    var lowest = Double.infinity
    for i in 0...30 {
      for j in 0...30 {
        let last = Schedule(
          validRates: schedule.learningRates.dropLast() + [1.5 * Double(i) / 30],
          momenta: schedule.momenta.dropLast() + [0.9 * Double(j) / 30], convention: .pytorchNesterov)
        lowest = min(lowest, ConventionLoss.final(model, last))
      }
    }
    #expect(profile.attainable[3] <= lowest * (1 + 1e-12))
    #expect(profile.attainable[3] >= lowest * 0.98)
  }

  @Test("G7: the solver's own optimum has no gap", arguments: [MomentumConvention.pytorchNesterov])
  func optimal(_ convention: MomentumConvention) throws {
    let (model, _) = try Self.problem(convention)
    let best = try LinearRuleSolver(convention: convention, limits: Self.limits).solve(model, horizon: 3)
    let gap = try ScheduleGap(model, best.schedule, limits: Self.limits)
    // A residual of 1e-6 leaves its square.
    #expect(abs(gap.excess) <= 1e-9 * best.finalLoss)
  }

  @Test("G7: the same steps in another convention have the same excess where no limit binds")
  func sameSteps() throws {
    let (model, schedule) = try Self.problem(.pytorch, steps: 3)
    let wide = HyperparameterLimits(learningRate: .value(4), momentum: 0.999)
    let excesses = try [MomentumConvention.pytorch, .optax, .velocity].map {
      let gap = try ScheduleGap(model, schedule.converted(to: $0), limits: wide)
      #expect(gap.stepsBeyondLimits == 0)
      return gap.excess
    }
    for excess in excesses { #expect(relativeError(excess, excesses[0]) <= 1e-6) }
  }

  @Test("G7: limits are on the schedule's own numbers")
  func beyond() throws {
    let (model, _) = try Self.problem(.pytorch)
    // Inside the velocity, the momentum of the second step would be 0.09.
    let schedule = try Schedule(learningRates: [1, 0.1], momenta: [0.9, 0.9], convention: .pytorch)
    let limits = HyperparameterLimits(learningRate: .value(1), momentum: 0.5)
    #expect(try ScheduleGap(model, schedule, limits: limits).stepsBeyondLimits == 2)
  }

  @Test("G2: without momentum, a convention changes nothing but its name")
  func withoutMomentum() throws {
    let (model, schedule) = try Self.problem(.velocity)
    let plain = try Schedule(learningRates: schedule.learningRates)
    let gap = try ScheduleGap(model, plain)
    let other = try ScheduleGap(model, plain.with(convention: .pytorchNesterov))
    #expect(other.excess == gap.excess && other.regret?.attainable == gap.regret?.attainable)
    #expect(other.optimum.schedule == gap.optimum.schedule.with(convention: .pytorchNesterov))
    #expect(other.regret?.bestResponse.convention == .pytorchNesterov)
  }
}
