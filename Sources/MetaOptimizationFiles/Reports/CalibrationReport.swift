import MetaOptimization
import NoisyQuadratic
import NoisyQuadraticFiles

/// A comparison of the calibrated model with actual training at some points of a run, ready to be written.
///
/// The formats are described in Docs/CalibratedComparison.md.
public struct CalibrationReport: Sendable {
  /// The names of all plots that a report may have.
  static let plotNames = ["spectra", "predictions", "schedules"]

  /// The source of the images.
  public let source: String
  /// The options needed to compute the report again, under the keys of the JSON file.
  public let options: [JSONValue.Member]
  /// The checkpoints, ascending.
  public let checkpoints: [CheckpointComparison]
  /// The step and the reason if the run ended before the last checkpoint.
  public let end: CalibrationStudy<Float>.End?

  /// Creates a report.
  public init(
    source: String, options: [JSONValue.Member], checkpoints: [CheckpointComparison],
    end: CalibrationStudy<Float>.End? = nil
  ) {
    self.source = source
    self.options = options
    self.checkpoints = checkpoints
    self.end = end
  }

  /// Creates the report of finished units at some checkpoints, ascending. It ends at the first one that has no
  /// comparison.
  public init(source: String, options: [JSONValue.Member], works: [CalibrationWork]) {
    let result = CalibrationStudy.Result(works.map(\.progress))
    self.init(source: source, options: options, checkpoints: result.comparisons, end: result.end)
  }

  /// Whether any schedule has momentum.
  package var usesMomentum: Bool {
    checkpoints.contains { $0.runs.contains { $0.schedule.momenta.contains { $0 > 0 } } }
  }

  /// Writes `runs.csv`, `spectra.csv`, the plot scripts, and finally `calibrated-comparison.json`. Scripts
  /// and pictures of an earlier run are removed. `PlotRenderer` draws the new pictures.
  ///
  /// - Throws: `FileError` if a file cannot be written. Then nothing is changed.
  public func write(to directory: OutputDirectory, plots: [PlotScript] = []) throws(FileError) {
    try directory.write(
      plots, outOf: Self.plotNames,
      before: [("runs.csv", writeRuns), ("spectra.csv", writeSpectra)],
      after: [("calibrated-comparison.json", writeJSON)])
  }

  /// Writes `runs.csv`: for every checkpoint, schedule and step, the rate, both predictions, the loss
  /// measured after this number of steps, and the momentum.
  public func writeRuns(to sink: TextSink) {
    let csv = CSVWriter(
      to: sink,
      header: [
        "checkpoint", "schedule", "step", "learningRate", "predicted", "local", "measured", "standardError",
        "momentum",
      ])
    for checkpoint in checkpoints {
      for run in checkpoint.runs {
        var next = 0
        for t in 0...run.schedule.count {
          let step = t < run.schedule.count ? run.schedule[t] : nil
          let isMeasured = next < run.measured.steps.count && run.measured.steps[next] == t
          csv.addRow { line in
            line.add(checkpoint.step)
            line.add(run.name)
            line.add(t)
            line.add(step?.learningRate)
            line.add(run.predicted[t])
            line.add(run.local[t])
            line.add(isMeasured ? run.measured.means[next] : nil)
            line.add(isMeasured ? run.measured.errors[next] : nil)
            line.add(step?.momentum)
          }
          if isMeasured { next += 1 }
        }
      }
    }
  }

  /// Writes `spectra.csv`: the points and weights of every measure.
  public func writeSpectra(to sink: TextSink) {
    let csv = CSVWriter(to: sink, header: ["checkpoint", "measure", "curvature", "weight"])
    for checkpoint in checkpoints {
      let calibration = checkpoint.calibration
      for (name, measure) in [
        ("eigenvalues", calibration.density), ("gradient", calibration.gradient),
        ("noise", calibration.noise),
      ] {
        for (curvature, weight) in zip(measure.curvatures, measure.weights) {
          csv.addRow { line in
            line.add(checkpoint.step)
            line.add(name)
            line.add(curvature)
            line.add(weight)
          }
        }
      }
    }
  }

  /// Writes `calibrated-comparison.json`.
  public func writeJSON(to sink: TextSink) {
    JSONObjectWriter.write(to: sink, onLines: true) { json in
      json.add("format", "noisy-quadratic/calibrated-comparison")
      json.add("version", 1)
      json.add("source", source)
      json.add("options", options)
      json.add("endedAtStep", end?.step)
      json.add("endReason", end?.reason)
      json.addArray("checkpoints", onLines: true) { json in
        for checkpoint in checkpoints { json.addObject(onLines: true) { fill(&$0, checkpoint) } }
      }
    }
  }

  private func fill(_ json: inout JSONObjectWriter, _ checkpoint: CheckpointComparison) {
    let calibration = checkpoint.calibration
    let model = calibration.model
    json.add("step", checkpoint.step)
    json.add("loss", calibration.loss)
    json.add("lossOffset", calibration.lossOffset)
    json.add("squaredGradient", calibration.gradient.mass)
    json.add("noiseVariance", calibration.noise.mass)
    json.add("batchSize", calibration.batchSize)
    json.add("largestCurvature", model.maximumCurvature)
    json.add("smallestCurvature", calibration.smallestCurvature)
    json.add("gradientShareLeftOut", calibration.gradientShareLeftOut)
    json.add("noiseShareLeftOut", calibration.noiseShareLeftOut)
    json.addObject("model") { json in
      json.add("curvature", numbers: model.curvature)
      json.add("gradientNoise", numbers: model.gradientNoise)
      json.add("initialSecondMoment", numbers: model.initialSecondMoment)
    }
    json.addObject("learningRates") { json in
      for rate in checkpoint.rates { json.add(rate.name, rate.value) }
    }
    json.addObject("momenta") { json in
      for rate in checkpoint.rates { json.add(rate.name, rate.momentum) }
    }
    json.addArray("schedules", onLines: true) { json in
      for run in checkpoint.runs {
        json.addObject { json in
          json.add("name", run.name)
          json.add("predictedLoss", run.predicted.last)
          json.add("localLoss", run.local.last)
          json.add("measuredLoss", run.measured.final)
          json.add("standardError", run.measured.finalError)
          json.add("relativeError", run.relativeError)
          json.add("localError", run.localError)
          json.add("reach", run.reach(tolerance: Self.tolerance))
        }
      }
    }
  }

  /// The largest error of a good prediction, as a share of the change of the loss.
  package static let tolerance = 0.2
}
