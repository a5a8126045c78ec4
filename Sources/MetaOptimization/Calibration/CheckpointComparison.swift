import NoisyQuadratic

/// Theory beside practice at one point of a training run.
public struct CheckpointComparison: Sendable {
  /// A learning rate that somebody would choose here.
  public struct Rate: Sendable, Equatable {
    /// Who.
    public let name: String
    /// Which; `nil` where there is no best one.
    public let value: Double?
    /// The momentum that goes with it.
    public var momentum = 0.0
  }

  /// A schedule, what is predicted of it, and what it did.
  public struct Run: Sendable {
    /// Where the schedule comes from.
    public let name: String
    /// The rates.
    public let schedule: Schedule
    /// The calibrated model's losses, T + 1 numbers.
    public let predicted: [Double]
    /// Those of the whole local quadratic, negative curvatures included.
    public let local: [Double]
    /// The losses of real runs.
    public let measured: MeasuredCurve

    /// The model's error at the end, over the change of the loss that was measured.
    public var relativeError: Double { error(predicted) }

    /// The same of the whole local quadratic.
    public var localError: Double { error(local) }

    private func error(_ losses: [Double]) -> Double {
      (losses[losses.count - 1] - measured.final) / abs(measured.means[0] - measured.final)
    }

    /// The number of steps that the prediction is good for: up to the last measurement before it is off by more than a
    /// tolerance times the change so far, and by more than twice the measurement's standard error.
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

  /// Training steps before.
  public let step: Int
  /// What was measured here.
  public let calibration: Calibration
  /// The rates that theory and practice choose here.
  public let rates: [Rate]
  /// Schedules of one length from here.
  public let runs: [Run]
}
