/// The best loss of a method after T steps, for every T.
protocol TargetOracle {
  /// The largest T up to which every T is tried before the search, because the best loss may rise with T (Y1).
  var triedSteps: Int { get }
  /// How many further T below a crossing are tried, because the best loss may alternate with T.
  func stepsLookedBack(from steps: Int) -> Int

  /// The best loss of T ≥ 1 steps near known hyperparameters, or near none.
  ///
  /// - Parameters:
  ///   - steps: T.
  ///   - known: the best hyperparameters of another T.
  /// - Returns: the loss in the model's unit and the hyperparameters in those of the kernels.
  /// - Throws: ``NoisyQuadraticError`` if the run does not fit into memory.
  func best(steps: Int, near known: [Double]?) throws(NoisyQuadraticError) -> TargetPoint

  /// Whether a wider search of T steps than ``best(steps:near:)`` exists. If not, there is nothing to confirm.
  func searchesWider(steps: Int) -> Bool
  /// The best loss of T steps after a wider search, at most that of ``best(steps:near:)``.
  func confirmed(steps: Int, near known: [Double]) throws(NoisyQuadraticError) -> TargetPoint

  /// The result of a search.
  func reached(_ bracket: TargetBracket, evaluations: Int) -> TargetReached
}

extension TargetOracle {
  func stepsLookedBack(from steps: Int) -> Int { 0 }
  func searchesWider(steps: Int) -> Bool { true }
}
