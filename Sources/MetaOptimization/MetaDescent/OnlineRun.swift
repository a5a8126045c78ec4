import NoisyQuadratic

/// How far a run with online meta-optimization has come: all that its next step depends on, and its record.
public struct OnlineRun<S: NetworkScalar>: Sendable, Equatable {
  /// Parameters and velocity.
  public package(set) var state: TrainingState<S>
  /// `ln α/(1 − μ)` and `ln(1 − μ)`.
  package var logarithms: [Double]
  package var adam: AdamSteps
  /// Meta-steps made.
  public package(set) var metaSteps = 0
  /// Look-aheads that overflowed, which counts as the largest slope by the rate.
  public package(set) var divergedLookaheads = 0
  /// The record.
  public package(set) var points: [OnlinePoint] = []
  /// The step at which training diverged, which ends the run.
  public package(set) var divergence: Int?

  package init(state: TrainingState<S>, logarithms: [Double], adam: AdamSteps) {
    self.state = state
    self.logarithms = logarithms
    self.adam = adam
  }

  /// `α/(1 − μ)` as adaptation has left it; after the adaptation it decays from there.
  public var effectiveRate: Double { Elementary.exp(logarithms[0]) }

  /// μ as adaptation has left it.
  public var momentum: Double { -Elementary.expm1(logarithms[1]) }

  /// Whether this may be a later state of a run of so many steps before its first.
  package func continues(_ planned: OnlineRun, steps: Int) -> Bool {
    state.hasShape(of: planned.state) && logarithms.count == planned.logarithms.count
      && adam.continues(planned.adam) && (0...steps).contains(state.step)
      && [metaSteps, divergedLookaheads].allSatisfy { (0...1 << 53).contains($0) }
  }

  /// Whether so many steps are made, or training has diverged.
  package func isFinished(after steps: Int) -> Bool { divergence != nil || state.step >= steps }
}
