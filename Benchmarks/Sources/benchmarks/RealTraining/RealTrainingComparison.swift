import Foundation
import NoisyQuadratic
import TrainingCurves

/// Runs of the planned schedule and of tuned classic ones.
struct RealTrainingComparison {
  /// A schedule that is run on every seed.
  struct Contestant {
    let name: String
    let rates: [Double]
    /// The steps of training that it took to choose the schedule.
    let choiceSteps: Int
    /// The band of the final loss by the fit.
    let predicted: CurveBands.Interval
    /// One run for each seed.
    let runs: [TrainingRun]

    /// The number of steps at nearly the peak rate before the last decay.
    var plateau: Int {
      let peak = rates.max() ?? 0
      return rates.lastIndex { $0 > 0.99 * peak }.map { $0 + 1 } ?? 0
    }

    var losses: SeedSample { SeedSample(values: runs.map(\.final)) }
    var testErrors: SeedSample { SeedSample(values: runs.map(\.testError)) }
  }

  /// The planned schedule, followed by the best of each family.
  let contestants: [Contestant]

  /// The seed of the runs that tune. Those of the comparison are 0, 1, 2 and so on.
  static let tuningSeed: UInt64 = 1001

  init(_ training: TrainingRuns, _ plan: RealTrainingPlan, seeds: Int, progress: (String) -> Void) throws {
    let steps = plan.optimum.learningRates.count
    var chosen = [("optimal", plan.optimum.learningRates, plan.trainingSteps)]
    for family in RealTrainingFamily.allCases {
      progress("tuning of \(family.rawValue)")
      let members = family.members(around: plan.peakLimit)
      var best: (rates: [Double], loss: Double)?
      for member in members {
        let rates = try family.rates(member, steps: steps)
        let loss = try training.run(rates, seed: Self.tuningSeed).final
        if loss < best?.loss ?? .infinity { best = (rates, loss) }
      }
      guard let best else { throw Failure(.internal, "no \(family.rawValue) schedule trains the network") }
      chosen.append((family.rawValue, best.rates, plan.sweep.count * plan.sweepSteps + members.count * steps))
    }
    contestants = try chosen.map { name, rates, choiceSteps in
      progress("\(seeds) seeds of \(name)")
      return Contestant(
        name: name, rates: rates, choiceSteps: choiceSteps,
        predicted: plan.bands.intervals(under: rates, at: [steps])[0],
        runs: try (0..<seeds).map { try training.run(rates, seed: UInt64($0)) })
    }
  }
}
