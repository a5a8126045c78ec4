import NoisyQuadratic
import Testing

@testable import TrainingCurves

@Suite struct SchedulePlanTests {
  private static let bad: [BadInput] = [
    BadInput(.invalidValue(field: "peak", value: 0, expected: "a finite number > 0")) {
      _ = try SchedulePlan(horizon: 10, peakRate: 0)
    },
    BadInput(.invalidValue(field: "peak", value: .infinity, expected: "a finite number > 0")) {
      _ = try SchedulePlan(horizon: 10, peakRate: .infinity)
    },
    BadInput(.invalidValue(field: "floor", value: 2, expected: "from 0 to the peak rate 1.0")) {
      _ = try SchedulePlan(horizon: 10, peakRate: 1, floor: 2)
    },
    BadInput(.invalidValue(field: "floor", value: -1, expected: "from 0 to the peak rate 1.0")) {
      _ = try SchedulePlan(horizon: 10, warmupSteps: 1, peakRate: 1, floor: -1)
    },
    BadInput(.invalidValue(field: "givenRates", index: 1, value: .nan, expected: "a finite number ≥ 0")) {
      _ = try SchedulePlan(horizon: 10, givenRates: [1, .nan], peakRate: 1)
    },
    BadInput(.invalidCount(field: "horizon", value: 2, expected: "more than the 2 steps that are given")) {
      _ = try SchedulePlan(horizon: 2, givenRates: [1, 1], peakRate: 1)
    },
    BadInput(.invalidCount(field: "horizon", value: 0, expected: "more than the 0 steps that are given")) {
      _ = try SchedulePlan(horizon: 0, peakRate: 1)
    },
    BadInput(.invalidCount(field: "warmup", value: 10, expected: "from 0 to 9, less than the horizon")) {
      _ = try SchedulePlan(horizon: 10, warmupSteps: 10, peakRate: 1)
    },
    BadInput(.invalidCount(field: "warmup", value: -1, expected: "from 0 to 9, less than the horizon")) {
      _ = try SchedulePlan(horizon: 10, warmupSteps: -1, peakRate: 1)
    },
  ]

  @Test("Bad plans are refused", arguments: bad)
  func refused(input: BadInput) { input.check() }

  @Test("A warmup rises in a line to a step before the peak")
  func warmup() throws {
    let plan = try SchedulePlan(horizon: 10, warmupSteps: 3, peakRate: 2, floor: 0.5, isMonotone: true)
    #expect(plan.givenRates == [0.5, 1, 1.5])
    #expect(plan.freeSteps == 7 && plan.peakRate == 2 && plan.floor == 0.5 && plan.isMonotone)
  }
}
