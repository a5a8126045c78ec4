/// How far a training run with a decay has come: all that its next step depends on.
public struct OfflineRun<S: NetworkScalar>: Sendable, Equatable {
  /// `[α₀, β]`.
  public let decay: [Double]
  /// Steps after which the loss is taken, ascending.
  public let steps: [Int]
  /// Of runs with different numbers the batches differ.
  public let number: Int
  /// Parameters and velocity.
  public package(set) var state: TrainingState<S>
  /// The losses so far; infinite from where training diverged.
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

  /// Whether this may be a state of a run whose loss is taken after some numbers of steps.
  package func continues(after steps: [Int]) -> Bool {
    self.steps == steps && decay.count == 2 && losses.count <= steps.count
      && (0...max(steps.last ?? 0, 0)).contains(state.step)
  }

  /// How much is done, 0 to 1.
  public var share: Double {
    isFinished ? 1 : Double(state.step) / Double(max(steps[steps.count - 1], 1))
  }
}
