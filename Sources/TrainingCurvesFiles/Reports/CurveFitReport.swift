import NoisyQuadratic
import NoisyQuadraticFiles
import TrainingCurves

/// A fit to training curves with its predictions and the best schedules under it, ready to be written.
///
/// The formats are described in Docs/CurveFitFormat.md.
public struct CurveFitReport: Sendable {
  /// The fit.
  public let fit: CurveFit
  /// Its bands; `nil` without.
  public let bands: CurveBands?
  /// The curves that were fitted.
  public let fitted: [CurveComparison]
  /// Curves that the fit has not seen.
  public let tests: [CurveComparison]
  /// The limits of the schedules.
  public let plan: SchedulePlan
  /// The least final loss of rates that may change at any time, if it is known.
  public let leastLoss: Double?
  /// The schedules: the optimum first, then the best members of the families by their predicted final losses.
  public let forecasts: [ScheduleForecast]
  /// What decays of several lengths reach.
  public let decays: [DecayOutcome]
  /// The final loss of the best schedule in truth, which is known of simulated curves only.
  public let trueOptimum: Double?
  /// The options needed to make the report again, under the keys of the JSON file.
  public let options: [JSONValue.Member]
  let sampled: SampledSteps

  /// A report.
  ///
  /// - Parameters:
  ///   - fit: the fit.
  ///   - bands: its bands.
  ///   - fitted: the curves that were fitted.
  ///   - tests: curves that the fit has not seen.
  ///   - plan: the limits of the schedules.
  ///   - optimum: the best schedule, under the name `optimal`.
  ///   - leastLoss: the least final loss of rates that may change at any time.
  ///   - families: the best members of families, in any order.
  ///   - decays: what decays of several lengths reach.
  ///   - trueOptimum: the final loss of the best schedule in truth, if it is known.
  ///   - options: the options.
  ///   - fullSeries: whether to list every step, however long the schedules are.
  public init(
    fit: CurveFit, bands: CurveBands?, fitted: [CurveComparison], tests: [CurveComparison] = [],
    plan: SchedulePlan, optimum: ScheduleForecast, leastLoss: Double? = nil,
    families: [ScheduleForecast] = [],
    decays: [DecayOutcome] = [], trueOptimum: Double? = nil, options: [JSONValue.Member] = [],
    fullSeries: Bool = false
  ) {
    (self.fit, self.bands, self.fitted, self.tests) = (fit, bands, fitted, tests)
    (self.plan, self.leastLoss, self.decays) = (plan, leastLoss, decays)
    // Families of equal losses keep the order of their names.
    let ranked = families.sorted {
      ($0.schedule.predictedFinalLoss, $0.schedule.name) < ($1.schedule.predictedFinalLoss, $1.schedule.name)
    }
    forecasts = [optimum] + ranked
    (self.trueOptimum, self.options) = (trueOptimum, options)
    sampled = SampledSteps(horizon: plan.horizon, fullSeries: fullSeries)
  }

  /// The forecast of the best schedule.
  public var optimum: ScheduleForecast { forecasts[0] }

  /// The mean metrics over the held-out curves, in the order of ``numbers(_:)``; `nil` without such curves.
  package var meanTest: [Double]? {
    guard !tests.isEmpty else { return nil }
    let all = tests.map { Self.numbers($0.metrics) }
    return all[0].indices.map { i in all.reduce(0) { $0 + $1[i] } / Double(all.count) }
  }

  /// R², MAE, RMSE, the mean and the worst relative error.
  package static func numbers(_ metrics: CurveMetrics) -> [Double] {
    [metrics.r2, metrics.mae, metrics.rmse, metrics.meanRelativeError, metrics.worstRelativeError]
  }

  /// The shortest decay studied that ends close to the best schedule.
  ///
  /// - Parameter share: how far above, as a share of the best schedule's loss above the asymptote.
  /// - Returns: the decay; `nil` if none of those studied is so close.
  public func shortestDecay(within share: Double = 0.01) -> DecayOutcome? {
    let best = optimum.schedule.predictedFinalLoss
    let room = share * (best - fit.model.asymptote)
    return decays.filter { $0.bestLoss <= best + room }.min { $0.decaySteps < $1.decaySteps }
  }

  // MARK: Limits of trust

  /// Beyond this multiple of the longest fitted run, predictions are extrapolation.
  static let reach = 3

  /// Where the schedules leave what was fitted, each in one line.
  public var extrapolations: [String] {
    var lines: [String] = []
    let (lowest, longest) = (fit.rateRange.lowerBound, fit.longestRun)
    let highest = fit.curves.map(\.peakRate).max() ?? 0
    if Double(plan.horizon) > 1.05 * Double(Self.reach * longest) {
      let ratio = Double(plan.horizon) / Double(longest)
      lines.append(
        "the horizon of \(plan.horizon) steps is \(ratio.significant(2)) times the longest fitted run of \(longest) "
          + "steps: predictions there are extrapolation")
    }
    let largest = max(plan.peakRate, plan.givenRates.max() ?? 0)
    if largest > (1 + 1e-9) * highest {
      lines.append(
        "the largest rate of the schedules, \(largest.shortText), is above the largest fitted rate \(highest.shortText): "
          + "predictions there are extrapolation, and training may be unstable")
    }
    for curve in tests.map(\.curve) {
      if curve.peakRate > (1 + 1e-9) * highest {
        lines.append(
          "\(curve.name.cutForMessage) has rates up to \(curve.peakRate.shortText), above the largest fitted rate "
            + "\(highest.shortText): its prediction is extrapolation")
      }
    }
    let low = forecasts.map { forecast in
      (
        name: forecast.schedule.name,
        steps: forecast.schedule.learningRates.dropFirst(plan.givenRates.count)
          .count { $0 < (1 - 1e-9) * lowest }
      )
    }.filter { $0.steps > 0 }
    if !low.isEmpty {
      lines.append(
        "the smallest rate with a fitted loss is \(lowest.shortText), and steps below it are extrapolation: "
          + low.map { "\($0.steps) of \($0.name)" }.joined(separator: ", "))
    }
    return lines
  }

  /// What a reader should be warned about, each in one line.
  public var warnings: [String] {
    let search =
      fit.isStationary ? [] : ["the search of the exponents stopped early: the fit may not be the best one"]
    return fit.warnings.map(\.description) + search + extrapolations
  }

  // MARK: Files

  /// Writes `curve-fit.csv`, `schedules.csv`, `optimal-schedule.csv`, the plot scripts, and finally
  /// `curve-fit.json`. Scripts and pictures of an earlier run are removed. ``PlotRenderer`` draws the new
  /// pictures.
  ///
  /// - Throws: ``FileError`` if a file cannot be written. Then nothing is changed.
  public func write(to directory: OutputDirectory, plots: [PlotScript] = []) throws(FileError) {
    let best = schedule(optimum)
    try directory.write(
      plots, outOf: Self.plotNames,
      before: [
        ("curve-fit.csv", writeCurves), ("schedules.csv", writeSchedules),
        // Every step is listed, because the file can serve as input again.
        ("optimal-schedule.csv", { ScheduleFile.write(best, to: $0) }),
      ],
      after: [("curve-fit.json", writeJSON)])
  }

  /// The names of the files besides pictures and their scripts.
  public static let fileNames = ["curve-fit.csv", "schedules.csv", "optimal-schedule.csv", "curve-fit.json"]

  /// The schedule of a forecast, without momentum.
  public func schedule(_ forecast: ScheduleForecast) -> Schedule {
    let rates = forecast.schedule.learningRates
    return Schedule(validRates: rates, momenta: Array(repeating: 0, count: rates.count))
  }

  /// Writes `curve-fit.csv`: the measured and predicted losses of every curve.
  public func writeCurves(to sink: TextSink) {
    let csv = CSVWriter(
      to: sink,
      header: ["curve", "use", "step", "learningRate", "loss", "prediction", "lower", "upper"])
    for (use, comparisons) in [("fit", fitted), ("test", tests)] {
      for comparison in comparisons {
        let curve = comparison.curve
        for i in curve.steps.indices {
          csv.addRow { row in
            row.add(curve.name)
            row.add(use)
            row.add(curve.steps[i])
            row.add(curve.steps[i] > 0 ? curve.learningRates[curve.steps[i] - 1] : nil)
            row.add(curve.losses[i])
            row.add(comparison.predicted[i])
            row.add(comparison.bands?[i].lower)
            row.add(comparison.bands?[i].upper)
          }
        }
      }
    }
  }

  /// Writes `schedules.csv`: the rate of every listed step under every schedule, and the predicted loss before it.
  public func writeSchedules(to sink: TextSink) {
    let csv = CSVWriter(
      to: sink,
      header: ["step"]
        + forecasts.flatMap { ["\($0.schedule.name).learningRate", "\($0.schedule.name).loss"] })
    let steps = Array(sampled.lossSteps)
    let losses = forecasts.map { fit.model.losses(under: $0.schedule.learningRates, at: steps) }
    for (i, step) in steps.enumerated() {
      csv.addRow { row in
        row.add(step)
        for (forecast, losses) in zip(forecasts, losses) {
          row.add(step < plan.horizon ? forecast.schedule.learningRates[step] : nil)
          row.add(losses[i])
        }
      }
    }
  }

  /// Writes `curve-fit.json`.
  public func writeJSON(to sink: TextSink) {
    JSONObjectWriter.write(to: sink, onLines: true) { json in
      json.add("format", "noisy-quadratic/curve-fit")
      json.add("version", 1)
      json.add("options", options)
      json.add("stepIndexBase", 0)
      json.add("horizon", plan.horizon)
      json.add("peakRate", plan.peakRate)
      json.add("floor", plan.floor)
      json.add("isMonotone", plan.isMonotone)
      json.add("givenSteps", plan.givenRates.count)
      json.add("warnings", .array(warnings.map(JSONValue.string)))
      json.addObject("fit") { fill(&$0) }
      json.addArray("tests", onLines: true) { json in
        for test in tests { json.addObject { Self.fill(&$0, test) } }
      }
      json.addArray("decays", onLines: true) { json in
        for decay in decays {
          json.addObject { json in
            json.add("decaySteps", decay.decaySteps)
            json.add("bestLoss", decay.bestLoss)
            json.add("squareRootLoss", decay.squareRootLoss)
          }
        }
      }
      if let trueOptimum { json.add("trueOptimalLoss", trueOptimum) }
      json.add("leastLoss", leastLoss)
      // If the key is absent, every step is listed, as in the files of short runs.
      if sampled.isThinned { json.add("steps", counts: sampled.steps) }
      json.addArray("schedules", onLines: true) { json in
        for forecast in forecasts { json.addObject { fill(&$0, forecast) } }
      }
    }
  }

  private func fill(_ json: inout JSONObjectWriter, _ forecast: ScheduleForecast) {
    let loss = forecast.schedule.predictedFinalLoss
    json.add("name", forecast.schedule.name)
    json.add("predictedFinalLoss", loss)
    json.add("lower", forecast.band?.lower)
    json.add("upper", forecast.band?.upper)
    json.add("aboveOptimal", loss - optimum.schedule.predictedFinalLoss)
    if let truth = forecast.trueFinalLoss { json.add("trueFinalLoss", truth) }
    json.add(
      "parameters",
      forecast.schedule.parameters.map { JSONValue.Member($0.name, .optional($0.value)) })
    json.addSeries("learningRate", sampled.steps.lazy.map { forecast.schedule.learningRates[$0] })
  }

  private static func fill(_ json: inout JSONObjectWriter, _ comparison: CurveComparison) {
    let (curve, metrics) = (comparison.curve, comparison.metrics)
    json.add("file", comparison.file)
    json.add("name", curve.name)
    json.add("losses", curve.steps.count)
    json.add("firstStep", curve.steps.first)
    json.add("lastStep", curve.steps.last)
    json.add("r2", metrics.r2)
    json.add("mae", metrics.mae)
    json.add("rmse", metrics.rmse)
    json.add("meanRelativeError", metrics.meanRelativeError)
    json.add("worstRelativeError", metrics.worstRelativeError)
    json.add("endError", comparison.endError)
    json.add("coverage", comparison.coverage)
  }

  private func fill(_ json: inout JSONObjectWriter) {
    json.addObject("form") { $0.add(fit.form) }
    json.add("effectiveParameters", fit.effectiveParameters)
    json.add("optimalityViolation", fit.optimalityViolation)
    json.add("isStationary", fit.isStationary)
    json.add("lowestRate", fit.rateRange.lowerBound)
    json.add("highestRate", fit.rateRange.upperBound)
    json.add("longestRun", fit.longestRun)
    json.add("asymptote", fit.model.asymptote)
    json.addObject("model") { $0.add(fit.model) }
    json.addArray("validation") { json in
      for score in fit.validation {
        json.addObject { json in
          json.add(score.form)
          json.add("error", score.error)
          json.add("trainingError", score.trainingError)
        }
      }
    }
    if let bands {
      json.addObject("bands") { json in
        json.add("level", bands.level)
        json.add("scale", bands.scale)
        json.add("replicates", bands.replicates.count)
      }
      json.addArray("noise") { json in
        for noise in bands.noiseLevels() {
          json.addObject { json in
            json.add("lowestCurvature", noise.lowest)
            json.add("highestCurvature", noise.highest)
            json.add("level", noise.level)
            json.add("lower", noise.lower)
            json.add("upper", noise.upper)
            json.add("isIdentified", noise.isIdentified)
          }
        }
      }
    } else {
      json.add("bands", .null)
    }
    json.addArray("curves") { json in
      for comparison in fitted { json.addObject { Self.fill(&$0, comparison) } }
    }
  }
}

extension JSONObjectWriter {
  /// Adds the members of a form.
  fileprivate mutating func add(_ form: CurveForm) {
    add("kind", form.kind.rawValue)
    add("lowestCurvature", form.lowestCurvature)
    add("smoothing", form.smoothing)
  }

  /// Adds the members of a model.
  fileprivate mutating func add(_ model: CurveModel) {
    switch model {
    case .relaxation(let model):
      add("asymptote", model.asymptote)
      addObject("signal") { json in
        json.add("amplitude", model.signal.amplitude)
        json.add("exponent", model.signal.exponent)
        json.add("offset", model.signal.offset)
        json.add("timeScale", model.signal.timeScale)
      }
      add("noiseExponent", model.noiseExponent)
      add("driftExponent", model.driftExponent)
      add("driftOffset", model.driftOffset)
      add("peakRate", model.peakRate)
      addArray("noise") { json in
        for component in model.noise {
          json.addObject { json in
            json.add("curvature", component.curvature)
            json.add("level", component.level)
          }
        }
      }
    case .gradientDescent(let model):
      add("asymptote", model.asymptote)
      add("curvature", numbers: model.quadratic.curvature)
      add("multiplicity", numbers: model.quadratic.multiplicity)
      add("gradientNoise", numbers: model.quadratic.gradientNoise)
      add("initialSecondMoment", numbers: model.quadratic.initialSecondMoment)
      add("batchSize", model.quadratic.batchSize)
    }
  }
}
