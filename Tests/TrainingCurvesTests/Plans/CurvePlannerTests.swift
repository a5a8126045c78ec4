import NoisyQuadratic
import Testing

@testable import TrainingCurves

@Suite struct CurvePlannerTests {
  private static func planner(
    _ horizon: Int = 48, floor: Double = 0.01, warmup: Int = 4
  ) throws -> CurvePlanner {
    CurvePlanner(
      model: .relaxation(Simulated.model()),
      plan: try SchedulePlan(horizon: horizon, warmupSteps: warmup, peakRate: 0.5, floor: floor))
  }

  @Test(
    "The best member of a family: none on a fine grid is better",
    arguments: LongTest.cases(
      ClassicFamily.allCases, otherwise: [.cosine, .inverseSquareRoot, .stableSquareRoot]))
  func bestMember(family: ClassicFamily) throws {
    let planner = try Self.planner()
    let plan = planner.plan
    let found = try planner.bestMember(of: family)
    #expect(found.name == family.rawValue)
    #expect(found.learningRates.count == 48)
    #expect(Array(found.learningRates.prefix(4)) == plan.givenRates)
    #expect(found.learningRates.dropFirst(4).allSatisfy { $0 >= 0.01 * (1 - 1e-12) && $0 <= 0.5 })
    #expect(
      found.predictedFinalLoss == planner.model.losses(under: found.learningRates, at: [48])[0])
    #expect(found.parameters.map(\.name) == family.axes.map(\.axis.name))
    // Points that a search along one axis after the other does not visit.
    let side = LongTest.isAsked ? 12 : family.axes.count == 3 ? 4 : 8
    var points: [[Double]] = [[]]
    for _ in family.axes {
      points = points.flatMap { head in (0...side).map { head + [Double($0) / Double(side)] } }
    }
    var least = Double.infinity
    for point in points {
      let rates = plan.givenRates + (try family.rates(family.values(point, plan), plan))
      least = min(least, planner.model.losses(under: rates, at: [48])[0])
    }
    // The search takes neighbouring rates within 1% for their mean.
    #expect(found.predictedFinalLoss <= least + 2e-4 * (least - 2))
  }

  @Test("The ends of the families' ranges are the plan's limits")
  func ranges() throws {
    let plan = try SchedulePlan(horizon: 20, peakRate: 0.5, floor: 0.01)
    for family in ClassicFamily.allCases {
      for fractions in [family.axes.map { _ in 0.0 }, family.axes.map { _ in 1 }, family.axes.map(\.start)] {
        let values = family.values(fractions, plan)
        let rates = try family.rates(values, plan)
        #expect(rates.count == 20)
        #expect(rates.allSatisfy { $0 >= 0.01 * (1 - 1e-12) && $0 <= 0.5 })
      }
      // At the upper end all are constant, apart from the inverse square root.
      let rates = try family.rates(family.values(family.axes.map { _ in 1 }, plan), plan)
      #expect(family == .inverseSquareRoot || rates.allSatisfy { abs($0 - 0.5) <= 1e-15 })
    }
    #expect(ClassicFamily.cosine.values([0.5, 0.5], plan)[.peak] == 0.5 * Elementary.pow(0.02, 0.5))
    let half = try #require(ClassicFamily.stableLinear.values([0.5, 0.5, 1], plan)[.end])
    #expect(abs(half - 0.255) <= 1e-15)
    // A decay over half the steps ends at the last step before the end value.
    let rates = try ClassicFamily.stableLinear.rates([.decay: 0.5, .end: 0, .peak: 0.5], plan)
    #expect(rates[..<11].allSatisfy { $0 == 0.5 })
    #expect(abs(rates[19] - 0.05) <= 1e-15)
  }

  @Test("Decays refuse lengths outside the free steps", arguments: [0, 45])
  func decayErrors(length: Int) throws {
    let planner = try Self.planner()
    BadInput(.invalidCount(field: "decaySteps", value: length, expected: "from 1 to 44")) {
      _ = try planner.decays([length])
    }.check()
  }

  @Test("T5: the optimum is better than every family, and later decays are worse", .long)
  func order() throws {
    let planner = try Self.planner(96)
    let optimum = try planner.optimum()
    let least = try #require(optimum.leastLoss)
    #expect(optimum.schedule.name == "optimal" && least <= optimum.schedule.predictedFinalLoss)
    for family in ClassicFamily.allCases {
      let member = try planner.bestMember(of: family)
      #expect(optimum.schedule.predictedFinalLoss <= member.predictedFinalLoss)
    }
    let decays = try planner.decays([4, 20, 92])
    for decay in decays {
      #expect(decay.bestLoss <= decay.squareRootLoss)
      #expect(decay.bestLoss >= optimum.schedule.predictedFinalLoss * (1 - 1e-5))
    }
    // A plateau is a limit on the rates, so that a longer one costs.
    let accuracy = 1e-5 * (optimum.schedule.predictedFinalLoss - 2)
    #expect(decays[0].bestLoss > decays[1].bestLoss)
    #expect(decays[1].bestLoss >= decays[2].bestLoss - accuracy)
    #expect(abs(decays[2].bestLoss - optimum.schedule.predictedFinalLoss) <= 1e-12)
  }
}
