import NoisyQuadratic

/// A framework that runs an exported schedule.
package enum Framework: String, CaseIterable, Sendable {
  case pytorch
  case optax
  case mlx

  /// The name that people use.
  var title: String {
    switch self {
    case .pytorch: "PyTorch"
    case .optax: "optax"
    case .mlx: "MLX"
    }
  }

  /// The name of the script that runs the schedule.
  package var script: String { "schedule_\(rawValue).py" }

  /// The convention of the framework's SGD, in the class of a schedule: heavy ball or Nesterov.
  func convention(for schedule: Schedule) -> MomentumConvention {
    let isNesterov = schedule.usesMomentum && schedule.convention.isNesterov
    return switch self {
    case .pytorch, .mlx: isNesterov ? .pytorchNesterov : .pytorch
    case .optax: isNesterov ? .optaxNesterov : .optax
    }
  }

  /// The text of the script for a schedule in the framework's own convention.
  func snippet(_ schedule: Schedule) -> String {
    switch self {
    case .pytorch: Snippet.pytorch(schedule)
    case .optax: Snippet.optax(schedule)
    case .mlx: Snippet.mlx(schedule)
    }
  }
}
