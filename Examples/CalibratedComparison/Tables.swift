import MetaOptimization
import MetaOptimizationFiles
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

extension CalibrationReport {
  /// The tables that the program prints.
  var tables: String {
    let end = end.map { "Ended at step \($0.step): \($0.reason). A lower --learning-rate may help.\n" }
    return [checkpoints.isEmpty ? nil : comparisons, end].compactMap { $0 }.joined(separator: "\n")
  }

  private var comparisons: String {
    "What was measured: \(source)\n\n\(measured.markdown)\n"
      + "Learning rates that each would choose\(usesMomentum ? ", and momenta" : "")\n\n\(rates.markdown)\n"
      + "Loss after \(budget) steps; error: predicted - measured, over the measured change;\n"
      + "local error: the same of the local quadratic, negative curvatures included;\n"
      + "good for: steps until the prediction is off by more than \(percent(Self.tolerance)) of the change\n\n"
      + outcomes.markdown
  }

  private var budget: Int { checkpoints[0].runs[0].schedule.count }

  private var measured: TextTable {
    var table = TextTable([
      "step", "loss", "model's offset", "squared gradient", "noise", "largest curvature", "smallest",
      "gradient left out", "noise left out",
    ])
    for checkpoint in checkpoints {
      let calibration = checkpoint.calibration
      table.add([
        "\(checkpoint.step)", calibration.loss.shortText, calibration.lossOffset.shortText,
        calibration.gradient.mass.shortText, calibration.noise.mass.shortText,
        calibration.model.maximumCurvature.shortText, calibration.smallestCurvature.shortText,
        percent(calibration.gradientShareLeftOut), percent(calibration.noiseShareLeftOut),
      ])
    }
    return table
  }

  private var rates: TextTable {
    var table = TextTable(["step"] + checkpoints[0].rates.map(\.name))
    for checkpoint in checkpoints {
      table.add(["\(checkpoint.step)"] + checkpoint.rates.map(text))
    }
    return table
  }

  private var outcomes: TextTable {
    var table = TextTable([
      "step", "schedule", "first rate", "last rate", "predicted", "measured", "standard error", "error",
      "local error", "good for",
    ])
    for checkpoint in checkpoints {
      for run in checkpoint.runs {
        let rates = run.schedule.learningRates
        let end = run.measured.final
        table.add([
          "\(checkpoint.step)", run.name, rates[0].significant(3), rates[rates.count - 1].significant(3),
          loss(run.predicted[rates.count]), loss(end),
          run.measured.finalError.isFinite ? run.measured.finalError.significant(2) : "-",
          error(run.relativeError), error(run.localError),
          "\(run.reach(tolerance: Self.tolerance))",
        ])
      }
    }
    return table
  }

  private func loss(_ loss: Double) -> String { loss.isFinite ? loss.shortText : "diverged" }

  private func text(_ rate: CheckpointComparison.Rate) -> String {
    guard let value = rate.value?.significant(3) else { return "none" }
    return rate.momentum > 0 ? "\(value), \(rate.momentum.significant(3))" : value
  }

  private func error(_ share: Double) -> String {
    guard share.isFinite else { return "-" }
    return abs(share) > 10 ? (share > 0 ? "> 1000%" : "< -1000%") : percent(share)
  }

  private func percent(_ share: Double) -> String { "\((100 * share).significant(2))%" }
}
