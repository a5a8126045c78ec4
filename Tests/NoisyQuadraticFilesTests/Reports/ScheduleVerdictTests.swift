import Foundation
import NoisyQuadratic
import Testing

@testable import NoisyQuadraticFiles

/// What is said of rates whose faults are known (G6).
@Suite struct ScheduleVerdictTests {
  private func report(_ schedule: Schedule, momentumLimit: Double = 0) throws -> ScheduleGapReport {
    let model = try NoisyQuadraticModel(
      spectrum: .powerLaw(dimension: 20, exponent: 1, maximum: 1), noiseScale: 1, initialSecondMoment: 1)
    let gap = try ScheduleGap(
      model, schedule,
      limits: HyperparameterLimits(learningRate: .value(100), momentum: momentumLimit))
    return ScheduleGapReport(
      problem: try NamedProblem(ReferenceProblem.powerLaw), name: "", options: [], gap: gap)
  }

  @Test(
    "Ten and a hundred times the best constant rate is too large, a tenth and a hundredth too small",
    arguments: [(0, 0.01), (0, 10), (0.5, 100), (0.9, 0.1), (0.9, 10)])
  func multiplesOfTheBestConstant(momentum: Double, factor: Double) throws {
    let steps = 20
    let model = try NoisyQuadraticModel(
      spectrum: .powerLaw(dimension: 20, exponent: 1, maximum: 1), noiseScale: 1, initialSecondMoment: 1)
    let limits = HyperparameterLimits(learningRate: .value(1), momentum: momentum)
    let best = try FamilySolver(family: ConstantFamily(momentum: .fixed(momentum)), limits: limits)
      .fit(model, horizon: steps).parameters[0]
    let report = try report(
      .constant(learningRate: factor * best, momentum: momentum, steps: steps), momentumLimit: momentum)
    let verdict: ScheduleGapReport.Verdict = factor > 1 ? .tooLarge : .tooSmall
    // Where most is lost, and no part says the opposite.
    let worst = try #require(report.parts.max { $0.regret < $1.regret })
    #expect(worst.verdict == verdict)
    let opposite: ScheduleGapReport.Verdict = factor > 1 ? .tooSmall : .tooLarge
    #expect(report.parts.allSatisfy { $0.verdict != opposite }, "\(report.parts)")
  }

  @Test("Rates of nothing are too small")
  func zero() throws {
    let parts = try report(.constant(learningRate: 0, steps: 20)).parts
    #expect(parts.allSatisfy { $0.verdict == .tooSmall || $0.share < 0.01 })
  }

  @Test("Rates that are too large and too small in turn are neither as a whole")
  func alternating() throws {
    let best = try report(.constant(learningRate: 0.1, steps: 20)).gap.optimum.schedule.learningRates
    let wild = try Schedule(learningRates: best.enumerated().map { $0.offset % 2 == 0 ? 0 : 2 * $0.element })
    let parts = try report(wild).parts
    #expect(parts.contains { $0.verdict == .mixed }, "\(parts)")
  }

  @Test("G6: the gain at the end is that of the schedule with scaled rates", arguments: [0, 0.9])
  func gain(momentum: Double) throws {
    let schedule = try Schedule.constant(learningRate: 0.4, momentum: momentum, steps: 20)
    let gap = try report(schedule, momentumLimit: momentum).gap
    let last = try #require(gap.regret?.scalings.last)
    // Of the last fifth; with velocity all rates count.
    #expect(last.steps == (momentum > 0 ? 0 : 16)..<20)
    let model = try NoisyQuadraticModel(
      spectrum: .powerLaw(dimension: 20, exponent: 1, maximum: 1), noiseScale: 1, initialSecondMoment: 1)
    func loss(_ factor: Double) throws -> Double {
      let rates = schedule.indices.map { schedule[$0].learningRate * (last.steps.contains($0) ? factor : 1) }
      return model.expectedLoss(
        under: try Schedule(learningRates: rates, momenta: schedule.momenta)
      ).final
    }
    // Some twenty steps in another order of sums.
    #expect(abs(try loss(last.factor) + last.gain - gap.finalLoss) <= 1e-12 * gap.finalLoss)
    for k in 0..<7 {
      for exponent in [-0.1, 0.1].map({ $0 * Double(1 << k) }) {
        // No factor that is tried is better, to the same rounding.
        #expect(try loss(exp(exponent)) >= (gap.finalLoss - last.gain) * (1 - 1e-12))
      }
    }
  }
}
