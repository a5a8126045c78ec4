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

  /// Whether any schedule has momentum.
  package var usesMomentum: Bool {
    checkpoints.contains { $0.runs.contains { $0.schedule.momenta.contains { $0 > 0 } } }
  }

  /// Writes `runs.csv`, `spectra.csv`, the plot scripts, and finally `calibrated-comparison.json`. Scripts
  /// and pictures of an earlier run are removed. `PlotRenderer` draws the new pictures.
  public func write(to directory: OutputDirectory, plots: [PlotScript] = []) throws(FileError) {
    try directory.write(
      plots, outOf: Self.plotNames,
      before: [("runs.csv", writeRuns), ("spectra.csv", writeSpectra)],
      after: [("calibrated-comparison.json", writeJSON)])
  }

  /// Writes `runs.csv`: for every checkpoint, schedule and step, the rate, both predictions, the loss
  /// measured after this number of steps, and the momentum.
  public func writeRuns(to sink: inout TextSink) {
    sink.append("checkpoint,schedule,step,learningRate,predicted,local,measured,standardError,momentum\n")
    for checkpoint in checkpoints {
      for run in checkpoint.runs {
        var next = 0
        for t in 0...run.schedule.count {
          let step = t < run.schedule.count ? run.schedule[t] : nil
          var cells = [
            step.map { Self.cell($0.learningRate) } ?? "", Self.cell(run.predicted[t]),
            Self.cell(run.local[t]), "", "", step.map { Self.cell($0.momentum) } ?? "",
          ]
          if next < run.measured.steps.count, run.measured.steps[next] == t {
            cells[3] = Self.cell(run.measured.means[next])
            cells[4] = Self.cell(run.measured.errors[next])
            next += 1
          }
          sink.append("\(checkpoint.step),\(run.name),\(t),\(cells.joined(separator: ","))\n")
        }
      }
    }
  }

  /// Writes `spectra.csv`: the points and weights of every measure.
  public func writeSpectra(to sink: inout TextSink) {
    sink.append("checkpoint,measure,curvature,weight\n")
    for checkpoint in checkpoints {
      let calibration = checkpoint.calibration
      for (name, measure) in [
        ("eigenvalues", calibration.density), ("gradient", calibration.gradient),
        ("noise", calibration.noise),
      ] {
        for (curvature, weight) in zip(measure.curvatures, measure.weights) {
          sink.append("\(checkpoint.step),\(name),\(Self.cell(curvature)),\(Self.cell(weight))\n")
        }
      }
    }
  }

  /// Writes `calibrated-comparison.json`.
  public func writeJSON(to sink: inout TextSink) {
    sink.append("{")
    for member: JSONValue.Member in [
      .init("format", .string("noisy-quadratic/calibrated-comparison")), .init("version", .number(1)),
      .init("source", .string(source)), .init("options", .object(options)),
      .init("endedAtStep", .optional(end.map { Double($0.step) })),
      .init("endReason", end.map { .string($0.reason) } ?? .null),
    ] {
      sink.append("\(JSONValue.string(member.key).text): \(member.value.text),\n ")
    }
    sink.append("\"checkpoints\": [")
    for (i, checkpoint) in checkpoints.enumerated() {
      sink.append(i == 0 ? "\n  " : ",\n  ")
      append(checkpoint, to: &sink)
    }
    sink.append("\n ]}\n")
  }

  private func append(_ checkpoint: CheckpointComparison, to sink: inout TextSink) {
    let calibration = checkpoint.calibration
    let model = calibration.model
    for member: JSONValue.Member in [
      .init("step", .number(Double(checkpoint.step))), .init("loss", .optional(calibration.loss)),
      .init("lossOffset", .optional(calibration.lossOffset)),
      .init("squaredGradient", .optional(calibration.gradient.mass)),
      .init("noiseVariance", .optional(calibration.noise.mass)),
      .init("batchSize", .number(Double(calibration.batchSize))),
      .init("largestCurvature", .optional(model.maximumCurvature)),
      .init("smallestCurvature", .optional(calibration.smallestCurvature)),
      .init("gradientShareLeftOut", .optional(calibration.gradientShareLeftOut)),
      .init("noiseShareLeftOut", .optional(calibration.noiseShareLeftOut)),
      .init(
        "model",
        .object([
          .init("curvature", Self.array(model.curvature)),
          .init("gradientNoise", Self.array(model.gradientNoise)),
          .init("initialSecondMoment", Self.array(model.initialSecondMoment)),
        ])),
      .init(
        "learningRates", .object(checkpoint.rates.map { .init($0.name, .optional($0.value)) })),
      .init("momenta", .object(checkpoint.rates.map { .init($0.name, .number($0.momentum)) })),
    ] {
      sink.append(member.key == "step" ? "{" : ",\n   ")
      sink.append("\(JSONValue.string(member.key).text): \(member.value.text)")
    }
    sink.append(",\n   \"schedules\": [")
    for (i, run) in checkpoint.runs.enumerated() {
      let members: [JSONValue.Member] = [
        .init("name", .string(run.name)),
        .init("predictedLoss", .optional(run.predicted[run.predicted.count - 1])),
        .init("localLoss", .optional(run.local[run.local.count - 1])),
        .init("measuredLoss", .optional(run.measured.final)),
        .init("standardError", .optional(run.measured.finalError)),
        .init("relativeError", .optional(run.relativeError)),
        .init("localError", .optional(run.localError)),
        .init("reach", .number(Double(run.reach(tolerance: Self.tolerance)))),
      ]
      sink.append(i == 0 ? "\n    " : ",\n    ")
      sink.append(JSONValue.object(members).text)
    }
    sink.append("]}")
  }

  /// The largest error of a good prediction, as a share of the change of the loss.
  package static let tolerance = 0.2

  private static func cell(_ number: Double) -> String {
    number.isFinite ? JSONValue.number(number).text : ""
  }

  private static func array(_ numbers: [Double]) -> JSONValue { .array(numbers.map { .optional($0) }) }
}
