import Foundation

/// The study as files: the short runs and the schedules as CSV, and all figures as JSON.
struct RealTrainingFiles {
  let plan: RealTrainingPlan
  let comparison: RealTrainingComparison
  /// What was trained.
  let training: String

  private struct Report: Encodable {
    struct Curve: Encodable {
      let name: String
      let r2: Double
      let meanRelativeError: Double
      let worstRelativeError: Double
    }

    struct Contestant: Encodable {
      let name: String
      let peakRate: Double
      let endRate: Double
      let choiceSteps: Int
      let predictedFinalLoss: Double
      let finalLosses: [Double]
      let testErrors: [Double]
    }

    let format = "noisy-quadratic/real-training"
    let version = 1
    let training: String
    let peakLimit: Double
    let form: String
    let seconds: Double
    let curves: [Curve]
    let schedules: [Contestant]
  }

  /// Creates the folder if it is not there.
  static func create(_ folder: String) throws(Failure) {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw Failure(.cannotCreate, "--output: cannot create \(folder): \(error.localizedDescription)")
    }
  }

  /// Writes the files.
  ///
  /// - Returns: the paths written.
  func write(to folder: String) throws(Failure) -> [String] {
    var files: [(name: String, text: String)] = plan.curves.map { curve in
      let rows = zip(curve.steps, curve.losses).map { step, loss in
        // The loss after `step` updates, and the rate of the next one.
        "\(step),\(curve.learningRates[min(step, curve.learningRates.count - 1)]),\(loss)"
      }
      let start = ["step,learningRate,loss", "0,\(curve.learningRates[0]),"]
      return ("\(curve.name)-run.csv", (start + rows).joined(separator: "\n") + "\n")
    }
    for contestant in comparison.contestants {
      let rows = contestant.rates.enumerated().map { "\($0),\($1)" }
      files.append(
        ("\(contestant.name).csv", (["step,learningRate"] + rows).joined(separator: "\n") + "\n"))
    }
    do {
      files.append(("real-training.json", try report()))
    } catch {
      throw Failure(.internal, "\(error)")
    }
    var written: [String] = []
    for (name, text) in files {
      let file = URL(fileURLWithPath: folder).appendingPathComponent(name)
      do {
        try text.write(to: file, atomically: true, encoding: .utf8)
      } catch {
        throw Failure(
          .writeFailed, "--output: cannot write \(file.relativePath): \(error.localizedDescription)")
      }
      written.append(file.relativePath)
    }
    return written
  }

  private func report() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    // A run that diverged has no final loss.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "diverged", negativeInfinity: "-infinity", nan: "NaN")
    let fit = plan.fit
    let report = Report(
      training: training, peakLimit: plan.peakLimit, form: fit.form.kind.rawValue, seconds: plan.seconds,
      curves: zip(fit.curves, fit.metrics).map { curve, metrics in
        Report.Curve(
          name: curve.name, r2: metrics.r2, meanRelativeError: metrics.meanRelativeError,
          worstRelativeError: metrics.worstRelativeError)
      },
      schedules: comparison.contestants.map { contestant in
        Report.Contestant(
          name: contestant.name, peakRate: contestant.rates.max() ?? 0,
          endRate: contestant.rates[contestant.rates.count - 1], choiceSteps: contestant.choiceSteps,
          predictedFinalLoss: contestant.predicted.prediction, finalLosses: contestant.losses.values,
          testErrors: contestant.testErrors.values)
      })
    return String(decoding: try encoder.encode(report), as: UTF8.self) + "\n"
  }
}
