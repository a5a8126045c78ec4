import Foundation
import NoisyQuadratic
import TrainingCurves

/// From short training runs to the best schedule for a longer run, and the longer runs themselves.
struct RealTrainingStudy {
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

  /// A constant rate of the sweep and the loss after its run.
  struct Trial {
    let rate: Double
    let loss: Double
  }

  /// Constant rates, and the losses after as many steps as a quarter of a short run has.
  let sweep: [Trial]
  /// Half the largest rate of the sweep that trains.
  let peakLimit: Double
  /// The short runs.
  let curves: [TrainingCurve]
  let fit: CurveFit
  /// The seconds of the fit and of the search of the best schedule, without bands.
  let seconds: Double
  /// The planned schedule, followed by the best of each family.
  let contestants: [Contestant]

  /// The number of steps between two losses of a short run.
  static let interval = 20
  /// The seeds of the runs that decide something. Those of the comparison are 0, 1, 2 and so on.
  static let (fitSeed, tuningSeed): (UInt64, UInt64) = (1000, 1001)

  init(
    _ training: TrainingRuns, shortSteps: Int, steps: Int, seeds: Int, progress: (String) -> Void
  ) throws {
    progress("rates that train")
    let sweepSteps = shortSteps / 4
    sweep = try (-8...4).map { k in
      let rate = pow(2, Double(k) / 2)
      return Trial(
        rate: rate,
        loss: try training.run(Array(repeating: rate, count: sweepSteps), seed: Self.fitSeed).final)
    }
    // A network that guesses has the loss ln 10.
    guard let largest = sweep.last(where: { $0.loss < log(10) / 2 }) else {
      throw Failure(.internal, "no rate of the sweep trains the network")
    }
    let limit = largest.rate / 2
    peakLimit = limit

    progress("three short runs")
    let third = limit / 3
    let shapes = [
      ("cosine", try Schedule.cosine(initialValue: limit, endValue: limit / 10, steps: shortSteps)),
      ("constant", try Schedule.constant(learningRate: limit, steps: shortSteps)),
      (
        "drop",
        try Schedule.piecewiseConstant(
          values: [limit, third], boundaries: [shortSteps / 2], steps: shortSteps)
      ),
    ]
    curves = try shapes.map { name, schedule in
      let run = try training.run(schedule.learningRates, seed: Self.fitSeed, interval: Self.interval)
      return try TrainingCurve(
        name: name, learningRates: schedule.learningRates, steps: run.steps, losses: run.losses)
    }
    let start = ContinuousClock.now
    fit = try CurveFitter().fit(curves)
    let plan = try SchedulePlan(horizon: steps, peakRate: limit)
    let optimum = try CurvePlanner(model: fit.model, plan: plan).optimum().schedule
    seconds = start.secondsSince
    let bands = try CurveBands(fit)

    var chosen = [("optimal", optimum.learningRates, sweep.count * sweepSteps + curves.count * shortSteps)]
    for family in RealTrainingFamily.allCases {
      progress("tuning of \(family.rawValue)")
      let members = family.members(around: limit)
      var best: (rates: [Double], loss: Double)?
      for member in members {
        let rates = try family.rates(member, steps: steps)
        let loss = try training.run(rates, seed: Self.tuningSeed).final
        if loss < best?.loss ?? .infinity { best = (rates, loss) }
      }
      guard let best else { throw Failure(.internal, "no \(family.rawValue) schedule trains the network") }
      chosen.append((family.rawValue, best.rates, sweep.count * sweepSteps + members.count * steps))
    }
    contestants = try chosen.map { name, rates, choiceSteps in
      progress("\(seeds) seeds of \(name)")
      return Contestant(
        name: name, rates: rates, choiceSteps: choiceSteps,
        predicted: bands.intervals(under: rates, at: [steps])[0],
        runs: try (0..<seeds).map { try training.run(rates, seed: UInt64($0)) })
    }
  }
}
