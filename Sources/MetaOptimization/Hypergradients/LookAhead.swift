/// The loss several steps ahead of a state, on fresh batches every time (Wu et al. 2018, Section 3).
struct LookAhead: Sendable {
  /// The number of steps ahead.
  let steps: Int
  /// The number of batches whose mean loss is the objective after these steps.
  let objectiveBatches: Int
  /// Whether one batch serves all steps and the objective.
  var isDeterministic = false

  /// Returns the objective and its derivatives along a path with ``steps`` steps.
  ///
  /// - Parameters:
  ///   - number: the number of the look-ahead: 0, 1, …. Look-aheads with different numbers use different
  ///     batches.
  ///   - trainer: makes the steps.
  ///   - path: the learning rate and momentum of each step, with derivatives.
  ///   - start: the state from which to look ahead.
  ///   - fresh: the sequence from which batches are drawn.
  /// - Returns: the hypergradient, which is not finite if training diverges on the way.
  func hypergradient<S>(
    _ number: Int, of trainer: Trainer<S>, along path: HyperparameterPath, from start: TrainingState<S>,
    on fresh: inout BatchSequence
  ) -> Hypergradient {
    let count = isDeterministic ? 1 : steps + objectiveBatches
    let first = number * count
    let objective = (isDeterministic ? 0..<1 : steps..<count).map { fresh.batch(first + $0) }
    var state = start
    return trainer.forwardHypergradient(
      path, from: &state, batches: { isDeterministic ? objective[0] : fresh.batch(first + $0) },
      objective: objective)
  }
}
