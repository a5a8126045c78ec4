import NoisyQuadratic

/// A comparison of theory and training at one point of a training run.
public struct CheckpointComparison: Sendable {
  /// A learning rate that one method chooses at this point.
  public struct Rate: Sendable, Equatable, Codable {
    /// The name of the method.
    public let name: String
    /// The learning rate; `nil` if there is no best one.
    public let value: Double?
    /// The momentum that accompanies the learning rate.
    public var momentum = 0.0
  }

  /// A schedule with its predicted and its measured losses.
  public struct Run: Sendable, Codable {
    /// The name of the schedule's origin.
    public let name: String
    /// The schedule.
    public let schedule: Schedule
    /// The losses of the calibrated model, T + 1 numbers.
    public let predicted: [Double]
    /// The losses of the whole local quadratic, including negative curvatures.
    public let local: [Double]
    /// The losses of real runs.
    public let measured: MeasuredCurve

    /// The error of the model at the end, divided by the measured change of the loss.
    public var relativeError: Double { error(predicted) }

    /// The same error for the whole local quadratic.
    public var localError: Double { error(local) }

    private func error(_ losses: [Double]) -> Double {
      (losses[losses.count - 1] - measured.final) / abs(measured.means[0] - measured.final)
    }

    /// The number of steps for which the prediction is good. It ends at the last measurement before the error
    /// exceeds both the tolerance times the change so far and twice the standard error of the measurement.
    public func reach(tolerance: Double) -> Int {
      var reach = 0
      for (k, step) in measured.steps.enumerated().dropFirst() {
        let error = abs(predicted[step] - measured.means[k])
        let noise = measured.errors[k].isFinite ? 2 * measured.errors[k] : 0
        guard error <= max(tolerance * abs(measured.means[0] - measured.means[k]), noise) else { break }
        reach = step
      }
      return reach
    }
  }

  /// The names of the schedules, in the order of ``runs``.
  static let scheduleNames = [
    "training-rate", "constant", "cosine", "meta-descent", "model-greedy", "model-optimum",
    "model-half-limit",
  ]

  /// The number of training steps before this point.
  public let step: Int
  /// The calibration at this point.
  public let calibration: Calibration
  /// The learning rates that theory and training choose at this point.
  public let rates: [Rate]
  /// The runs of schedules of equal length from this point.
  public let runs: [Run]
}
