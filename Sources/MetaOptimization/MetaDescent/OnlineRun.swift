import NoisyQuadratic

/// The progress of a run with online meta-optimization: everything that determines its next step, and its
/// record.
public struct OnlineRun<S: NetworkScalar>: Sendable, Equatable {
  /// The parameters and the velocity.
  public package(set) var state: TrainingState<S>
  /// The logarithms `ln α/(1 − μ)` and `ln(1 − μ)`.
  package var logarithms: [Double]
  package var adam: AdamSteps
  /// The number of meta-steps made.
  public package(set) var metaSteps = 0
  /// The number of look-aheads that overflowed. Each counts as the largest slope by the learning rate.
  public package(set) var divergedLookaheads = 0
  /// The record of the run.
  public package(set) var points: [OnlinePoint] = []
  /// The step at which training diverged, which ended the run.
  public package(set) var divergence: Int?

  package init(state: TrainingState<S>, logarithms: [Double], adam: AdamSteps) {
    self.state = state
    self.logarithms = logarithms
    self.adam = adam
  }

  /// The effective rate `α/(1 − μ)` after the latest meta-step. After the adaptation phase, the rate decays
  /// from this value.
  public var effectiveRate: Double { Elementary.exp(logarithms[0]) }

  /// The momentum μ after the latest meta-step.
  public var momentum: Double { -Elementary.expm1(logarithms[1]) }

  /// Whether this can be a later state of a planned run with the given number of steps.
  package func continues(_ planned: OnlineRun, steps: Int) -> Bool {
    state.hasShape(of: planned.state) && logarithms.count == planned.logarithms.count
      && adam.continues(planned.adam) && (0...steps).contains(state.step)
      && [metaSteps, divergedLookaheads].allSatisfy { (0...1 << 53).contains($0) }
  }

  /// Whether the given number of steps is done or training has diverged.
  package func isFinished(after steps: Int) -> Bool { divergence != nil || state.step >= steps }
}
