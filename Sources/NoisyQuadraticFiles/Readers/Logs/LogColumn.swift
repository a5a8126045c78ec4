import Foundation

/// What a column of a log holds, and the names by which it is recognized.
enum LogColumn: CaseIterable, Sendable {
  case step, learningRate, momentum, loss, momentumConvention, batchSize

  /// The name in files of this package.
  var name: String { "\(self)" }

  /// The name in messages.
  var words: String {
    switch self {
    case .learningRate: "learning rate"
    case .momentumConvention: "momentum convention"
    case .batchSize: "batch size"
    default: name
    }
  }

  /// The property of ``TrainingLog/Options`` that names the column; `nil` if it has one name only.
  var parameter: String? {
    switch self {
    case .step: "stepColumn"
    case .learningRate: "rateColumn"
    case .momentum: "momentumColumn"
    case .loss: "lossColumn"
    case .momentumConvention, .batchSize: nil
    }
  }

  /// How well a name fits, 0 being best; `nil` if it is another column's.
  ///
  /// Case, blanks, hyphens and underscores do not matter. A name may follow the name of a run and ` - `, as in
  /// exports of Weights & Biases, and a group, as in `train/loss`.
  func rank(_ name: String) -> Int? {
    var text = name.lowercased()
    if let dash = text.range(of: " - ", options: .backwards) { text = String(text[dash.upperBound...]) }
    // Extremes beside a column of Weights & Biases.
    if text.hasSuffix("__min") || text.hasSuffix("__max") { return nil }
    // Lightning's monitor of learning rates names them by the optimizer, such as lr-Adam.
    if text.hasPrefix("lr-"), self == .learningRate || self == .momentum {
      let isRate = !text.hasSuffix("-momentum") && !text.hasSuffix("-weight_decay")
      return isRate == (self == .learningRate) && !text.hasSuffix("-weight_decay") ? 0 : nil
    }
    if text == "_step" { return self == .step ? 1 : nil }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      .map { $0.filter { !" -_".contains($0) } }
    guard let last = parts.last, !parts.dropLast().contains(where: Self.evaluations.contains) else {
      return nil
    }
    let isOfTraining = parts.dropLast().allSatisfy { ["train", "trainer", "training"].contains($0) }
    switch self {
    case .step:
      let names = ["step", "steps", "globalstep", "iteration", "iterations", "iter", "numupdates"]
      return isOfTraining && names.contains(last) ? 0 : nil
    case .learningRate: return ["lr", "learningrate", "trainlr"].contains(last) ? 0 : nil
    case .momentum: return ["momentum", "beta1"].contains(last) ? 0 : nil
    case .loss: return isOfTraining && ["loss", "trainloss", "trainingloss"].contains(last) ? 0 : nil
    // Logs count examples in units of their own. Only schedules of this package state batch sizes.
    case .batchSize: return name == self.name ? 0 : nil
    case .momentumConvention: return parts.count == 1 && last == "momentumconvention" ? 0 : nil
    }
  }

  private static let evaluations = ["val", "valid", "validation", "eval", "test"]
}
