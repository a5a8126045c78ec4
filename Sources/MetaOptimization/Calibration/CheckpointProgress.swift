import NoisyQuadratic

/// The progress of a comparison at one checkpoint: everything that determines its next stage, and in the end its
/// result.
///
/// ``CalibrationStudy/advance(_:)`` does the stages in the order of ``Findings``.
public struct CheckpointProgress<S: NetworkScalar>: Sendable {
  /// What was found so far. The first finding that is missing is the next to be made.
  public struct Findings: Sendable, Codable {
    /// Whether the training run has reached the checkpoint. Its state is then at rest.
    package var isTrained = false
    /// The quadratic that was measured.
    package var calibration: Calibration?
    /// The best constant learning rate.
    package var constant: Double?
    /// The best initial rate of a cosine.
    package var cosine: Double?
    /// Where meta-descent settled: the learning rate and the momentum.
    package var settled: [Double]?
    /// The memory of the meta-descent.
    package var descent: MetaDescentMemory
    /// The schedules to be compared.
    package var schedules: [Schedule] = []
    /// The runs of the first schedules.
    package var runs: [CheckpointComparison.Run] = []
    /// The rates that are compared, which are the last finding.
    package var rates: [CheckpointComparison.Rate] = []
    /// The reason why there is no comparison.
    package var end: CheckpointEnd?

    package init(descent: MetaDescentMemory) { self.descent = descent }
  }

  /// The number of training steps before the checkpoint.
  public let step: Int
  /// Whether no other checkpoint is compared before this one. If nothing can be measured there, this is an error,
  /// and elsewhere it is an end.
  public let isFirst: Bool
  /// The state of the training run, and from the checkpoint on the state there.
  public package(set) var state: TrainingState<S>
  /// What was found so far.
  public package(set) var findings: Findings

  package init(step: Int, isFirst: Bool, state: TrainingState<S>, findings: Findings) {
    self.step = step
    self.isFirst = isFirst
    self.state = state
    self.findings = findings
  }

  /// The reason why there is no comparison; `nil` if there may be one.
  public var end: CheckpointEnd? { findings.end }

  /// The comparison; `nil` before the last stage.
  public var comparison: CheckpointComparison? {
    guard let calibration = findings.calibration, !findings.rates.isEmpty else { return nil }
    return CheckpointComparison(
      step: step, calibration: calibration, rates: findings.rates, runs: findings.runs)
  }

  /// Whether there is a comparison or an end.
  public var isFinished: Bool { end != nil || comparison != nil }

  /// The number of stages after training that are done, of 12.
  package var stages: Int {
    let early: [Bool] = [
      findings.calibration != nil, findings.constant != nil, findings.cosine != nil, findings.settled != nil,
      !findings.schedules.isEmpty,
    ]
    return early.count { $0 } + findings.runs.count
  }
}

extension CheckpointProgress {
  /// Whether this can be a later state of a planned one under some options.
  package func continues(_ planned: CheckpointProgress, _ options: CalibrationStudy<S>.Options) -> Bool {
    let found = findings
    guard step == planned.step, isFirst == planned.isFirst, state.hasShape(of: planned.state),
      (0...(found.isTrained ? 0 : step)).contains(state.step)
    else { return false }
    // Stages are done one after the other.
    let done = [
      found.isTrained, found.calibration != nil, found.constant != nil, found.cosine != nil,
      found.settled != nil, !found.schedules.isEmpty, !found.runs.isEmpty, !found.rates.isEmpty,
    ]
    guard zip(done, done.dropFirst()).allSatisfy({ $0 || !$1 }),
      found.rates.isEmpty || found.runs.count == CheckpointComparison.scheduleNames.count,
      found.end.map({ (0...step).contains($0.step) && found.rates.isEmpty }) ?? true
    else { return false }
    let numbers = [found.constant, found.cosine].compactMap { $0 } + (found.settled?.prefix(1) ?? [])
    return numbers.allSatisfy { $0 > 0 && $0.isFinite } && (found.settled?.count ?? 2) == 2
      && found.descent.continues(
        planned.findings.descent, metaSteps: found.settled == nil ? 0 : options.metaSteps)
      && found.holdsRuns(of: options.budget, measuredAt: options.measurements)
  }
}

extension CheckpointProgress.Findings {
  /// Whether schedules and runs have the given number of steps.
  fileprivate func holdsRuns(of steps: Int, measuredAt measurements: [Int]) -> Bool {
    (schedules.isEmpty || schedules.count == CheckpointComparison.scheduleNames.count)
      && schedules.allSatisfy { $0.count == steps } && runs.count <= schedules.count
      && zip(runs, zip(CheckpointComparison.scheduleNames, schedules)).allSatisfy { run, planned in
        run.name == planned.0 && run.schedule == planned.1 && run.predicted.count == steps + 1
          && run.local.count == steps + 1 && run.measured.steps == measurements
      }
  }
}
