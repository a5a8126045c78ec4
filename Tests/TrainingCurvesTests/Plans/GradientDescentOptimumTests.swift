import NoisyQuadratic
import Testing

@testable import TrainingCurves

@Suite struct GradientDescentOptimumTests {
  private func model() throws -> GradientDescentModel {
    GradientDescentModel(
      asymptote: 1,
      quadratic: try NoisyQuadraticModel(
        curvature: [1, 0.3, 0.05], gradientNoise: [0.5, 0.3, 0.1], initialSecondMoment: [1, 2, 6]))
  }

  @Test(
    "T5: the optimum of SGD keeps its limits, and no schedule at random is better",
    arguments: LongTest.cases([0, 1, 2, 3], otherwise: [2]))
  func feasible(variant: Int) throws {
    let model = try model()
    let plan = try SchedulePlan(
      horizon: 20, givenRates: variant == 1 ? [0.1, 0.3] : [], peakRate: 0.8, floor: variant == 2 ? 0.1 : 0,
      isMonotone: variant == 3)
    let planner = CurvePlanner(model: .gradientDescent(model), plan: plan)
    let best = try planner.optimum()
    let rates = best.schedule.learningRates
    let free = rates.dropFirst(plan.givenRates.count)
    #expect(rates.count == 20 && Array(rates.prefix(plan.givenRates.count)) == plan.givenRates)
    #expect(free.allSatisfy { $0 >= plan.floor && $0 <= 0.8 } && best.leastLoss == nil)
    #expect(!plan.isMonotone || zip(free, free.dropFirst()).allSatisfy { $0 >= $1 })
    let loss = best.schedule.predictedFinalLoss
    #expect(loss == model.losses(under: rates, at: [20])[0])
    var generator = Xoshiro256StarStar(seed: 8)
    for k in 0..<100 {
      // At random, or near the optimum.
      let other = free.map { rate in
        let random = plan.floor + (0.8 - plan.floor) * generator.uniform()
        return k % 2 == 0 ? random : 0.98 * rate + 0.02 * random
      }
      let ordered = plan.isMonotone ? other.sorted(by: >) : other
      #expect(model.losses(under: plan.givenRates + ordered, at: [20])[0] >= loss * (1 - 1e-9))
    }
  }

  @Test("T5: limits that leave no choice")
  func noChoice() throws {
    let plan = try SchedulePlan(horizon: 5, givenRates: [0.1], peakRate: 0.3, floor: 0.3)
    #expect(try GradientDescentOptimum(try model(), plan).solve() == [0.1, 0.3, 0.3, 0.3, 0.3])
  }
}
