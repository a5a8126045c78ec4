/// The progress of a training run with a decay: everything that determines its next step.
public struct OfflineRun<S: NetworkScalar>: Sendable, Equatable {
  /// The values `[α₀, β]`.
  public let decay: [Double]
  /// The numbers of steps after which the loss is taken, ascending.
  public let steps: [Int]
  /// The number of the run. Runs with different numbers use different batches.
  public let number: Int
  /// The parameters and the velocity.
  public package(set) var state: TrainingState<S>
  /// The losses so far; infinite once training has diverged.
  public package(set) var losses: [Double]

  package init(decay: [Double], steps: [Int], number: Int, state: TrainingState<S>, losses: [Double] = []) {
    self.decay = decay
    self.steps = steps
    self.number = number
    self.state = state
    self.losses = losses
  }

  /// Whether all losses are known.
  public var isFinished: Bool { losses.count >= steps.count }

  /// Whether this can be a state of a run whose loss is taken after the given numbers of steps.
  package func continues(after steps: [Int]) -> Bool {
    self.steps == steps && decay.count == 2 && losses.count <= steps.count
      && (0...max(steps.last ?? 0, 0)).contains(state.step)
  }

  /// The share of the run that is done, from 0 to 1.
  public var share: Double {
    isFinished ? 1 : Double(state.step) / Double(max(steps[steps.count - 1], 1))
  }
}
