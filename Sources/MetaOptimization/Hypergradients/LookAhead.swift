/// The loss some steps ahead of a state, on fresh batches every time (Wu et al. 2018, Section 3).
struct LookAhead: Sendable {
  /// Steps ahead.
  let steps: Int
  /// Batches whose mean loss is the objective after them.
  let objectiveBatches: Int
  /// Whether one batch serves for all steps and the objective.
  var isDeterministic = false

  /// The objective and its derivatives along a path of as many steps.
  ///
  /// - Parameters:
  ///   - number: 0, 1, …: of look-aheads with different numbers the batches differ.
  ///   - trainer: makes the steps.
  ///   - path: learning rate and momentum of each, with derivatives.
  ///   - start: looked ahead from.
  ///   - fresh: where batches are drawn from.
  /// - Returns: not finite where training diverges on the way.
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
