import ArgumentParser
import NoisyQuadratic
import TrainingCurves

/// The command that fits simulated curves of known models.
struct RecoveryArguments: ParsableArguments {
  @Option(help: "Steps of every fitted run.") var steps = 2000
  @Option(help: "Seeds of the noise of losses, for each model and size of noise.") var seeds = 3

  mutating func validate() throws {
    guard steps >= 200 else { throw ValidationError("--steps is \(steps), expected at least 200") }
    guard seeds >= 1 else { throw ValidationError("--seeds is \(seeds), expected at least 1") }
  }
}

/// Fits three simulated curves of each model, and prints how well other curves are predicted, how many of their
/// losses are within the bands, and how far the optimum of the fit is from the true one.
enum RecoveryCommand {
  static let name = "curve-recovery"

  static func run(_ arguments: RecoveryArguments) throws {
    print(
      "Three curves of \(arguments.steps) steps with 200 losses each; means of \(arguments.seeds) seeds. "
        + "Other curves: wsd, linear, cosine and constant three times as long.\n")
    let heads = [
      "model", "noise of losses", "form adaptive/sgd", "error, in units of noise", "losses in 90% bands",
      "least of the four", "optimum: gap of excess", "gap of loss",
    ]
    print("| " + heads.joined(separator: " | ") + " |")
    print("|" + heads.map { _ in "---|" }.joined())
    for truth in try RecoveryTruth.all() {
      for noise in [1e-4, 1e-3, 1e-2] {
        let results = try (0..<arguments.seeds).map {
          try RecoveryResult(truth, noise: noise, steps: arguments.steps, seed: UInt64($0))
        }
        func mean(_ value: (RecoveryResult) -> Double) -> Double {
          results.map(value).reduce(0, +) / Double(results.count)
        }
        let shares = (0..<4).map { k in mean { $0.coverage[k] } }
        let adaptive = results.count { $0.form == .adaptive }
        let cells = [
          truth.name, noise.significant(1), "\(adaptive)/\(results.count - adaptive)",
          mean(\.error).significant(2), mean { $0.coverage.reduce(0, +) / 4 }.fixed(2),
          (shares.min() ?? 0).fixed(2), (100 * mean(\.excessGap)).significant(2) + "%",
          (100 * mean(\.lossGap)).significant(2) + "%",
        ]
        print("| " + cells.joined(separator: " | ") + " |")
      }
    }
  }
}
