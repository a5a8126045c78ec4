import MetaOptimization
import MetaOptimizationFiles
import NetworkProgramSupport
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

extension CalibrationReport: SeedReport {
  /// The tables that the program prints.
  package var table: String {
    [checkpoints.isEmpty ? nil : comparisons, ending.map { "Ended \($0)\n" }].compactMap { $0 }
      .joined(separator: "\n")
  }

  /// Where and why the run ended before the last checkpoint.
  var ending: String? {
    end.map { "at step \($0.step): \($0.reason). A lower --learning-rate may help." }
  }

  private var comparisons: String {
    "What was measured: \(source)\n\n\(measured.markdown)\n"
      + "Learning rates that each would choose\(usesMomentum ? ", and momenta" : "")\n\n\(rates.markdown)\n"
      + "Loss after \(budget) steps; error: predicted - measured, over the measured change;\n"
      + "local error: the same of the local quadratic, negative curvatures included;\n"
      + "good for: steps until the prediction is off by more than \(Self.tolerance.percentText) of the change\n\n"
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
        calibration.gradientShareLeftOut.percentText, calibration.noiseShareLeftOut.percentText,
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
          run.relativeError.percentText, run.localError.percentText,
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
}

extension CalibrationReport {
  /// The spread of the figures in the tables over the seeds, at the checkpoints that all of them reached.
  package static func summary(
    _ reports: [(seed: UInt64, report: CalibrationReport)]
  ) throws(NoisyQuadraticError) -> SeedSummary {
    let all = reports.map(\.report)
    let reached = all.map(\.checkpoints.count).min() ?? 0
    let checkpoints = (0..<reached).map { k in all.map { $0.checkpoints[k] } }
    let usesMomentum = all.contains(where: \.usesMomentum)
    let measured = checkpoints.map { seeds in
      let calibrations = seeds.map(\.calibration)
      return (
        labels: ["\(seeds[0].step)"],
        figures: [
          SeedSummary.Figure("loss", calibrations.map(\.loss)),
          .init("model's offset", calibrations.map(\.lossOffset)),
          .init("squared gradient", calibrations.map(\.gradient.mass)),
          .init("noise", calibrations.map(\.noise.mass)),
          .init("largest curvature", calibrations.map(\.model.maximumCurvature)),
          .init("smallest", calibrations.map(\.smallestCurvature)),
          .init("gradient left out", calibrations.map(\.gradientShareLeftOut), isShare: true),
          .init("noise left out", calibrations.map(\.noiseShareLeftOut), isShare: true),
        ]
      )
    }
    let rates = checkpoints.map { seeds in
      (
        labels: ["\(seeds[0].step)"],
        figures: seeds[0].rates.enumerated().flatMap { k, rate in
          [SeedSummary.Figure(rate.name, seeds.map { $0.rates[k].value ?? .nan })]
            + (usesMomentum ? [.init("\(rate.name) momentum", seeds.map { $0.rates[k].momentum })] : [])
        }
      )
    }
    let losses = checkpoints.flatMap { seeds in
      seeds[0].runs.indices.map { k in
        let runs = seeds.map { $0.runs[k] }
        return (
          labels: ["\(seeds[0].step)", runs[0].name],
          figures: [
            SeedSummary.Figure("predicted", runs.map { $0.predicted.last ?? .nan }),
            .init("measured", runs.map(\.measured.final)),
            .init("error", runs.map(\.relativeError), isShare: true),
            .init("local error", runs.map(\.localError), isShare: true),
            .init("good for", runs.map { Double($0.reach(tolerance: Self.tolerance)) }),
          ]
        )
      }
    }
    return try SeedSummary(
      "calibrated-comparison", title: all[0].source,
      note:
        "error: predicted - measured, over the measured change; local error: the same of the local quadratic, "
        + "negative curvatures included; good for: steps until the prediction is off by more than "
        + "\(tolerance.percentText) of the change",
      options: all[0].options, seeds: reports.map(\.seed),
      tables: [
        .init("measured", title: "What was measured", labels: ["step"], rows: measured),
        .init("rates", title: "Learning rates that each would choose", labels: ["step"], rows: rates),
        .init(
          "losses", title: "Loss at the end of every schedule", labels: ["step", "schedule"], rows: losses),
      ])
  }
}
