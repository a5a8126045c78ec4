import Foundation
import NoisyQuadratic
import TrainingCurves

/// From short training runs to the best schedule for a longer run.
struct RealTrainingPlan {
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
  let bands: CurveBands
  /// The best schedule.
  let optimum: PlannedSchedule
  /// The seconds of the fit and of the search of the best schedule, without bands.
  let seconds: Double

  /// The number of steps between two losses of a short run.
  static let interval = 20
  /// The seed of all runs of the plan.
  static let seed: UInt64 = 1000

  init(_ training: TrainingRuns, shortSteps: Int, steps: Int, progress: (String) -> Void) throws {
    progress("rates that train")
    let sweepSteps = shortSteps / 4
    sweep = try (-8...4).map { k in
      let rate = pow(2, Double(k) / 2)
      return Trial(
        rate: rate,
        loss: try training.run(Array(repeating: rate, count: sweepSteps), seed: Self.seed).final)
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
    // At first a network is far from any quadratic.
    let places = Array(stride(from: shortSteps / 20, through: shortSteps, by: Self.interval))
    curves = try shapes.map { name, schedule in
      let run = try training.run(schedule.learningRates, seed: Self.seed, at: places)
      return try TrainingCurve(
        name: name, learningRates: schedule.learningRates, steps: places, losses: run.losses)
    }
    let start = ContinuousClock.now
    fit = try CurveFitter().fit(curves)
    let plan = try SchedulePlan(horizon: steps, peakRate: limit)
    optimum = try CurvePlanner(model: fit.model, plan: plan).optimum().schedule
    seconds = start.secondsSince
    bands = try CurveBands(fit)
  }

  /// The steps of training before the sweep's losses.
  var sweepSteps: Int { curves[0].learningRates.count / 4 }

  /// The steps of training in all.
  var trainingSteps: Int { sweep.count * sweepSteps + curves.reduce(0) { $0 + $1.learningRates.count } }
}
