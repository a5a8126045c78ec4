import NoisyQuadratic

/// A solve that is timed in a process of its own.
struct SolveCase {
  enum Method {
    /// The best schedule for the whole run.
    case fullHorizon
    /// Receding horizons of every default look-ahead, one after the other.
    case lookAheads
    /// The spectrum compressed, and nothing else.
    case compression
  }

  let problem: Problem
  let horizon: Int
  var momentumLimit = 0.0
  var method = Method.fullHorizon

  var usesMomentum: Bool { momentumLimit > 0 }

  /// Does the work that is timed: from the model in memory to the last solution.
  ///
  /// - Returns: the final loss; of look-aheads, the longest's; of a compression the loss at the start.
  func solve(_ model: NoisyQuadraticModel) throws -> Double {
    let limits = HyperparameterLimits(learningRate: .firstStepGrowth, momentum: momentumLimit)
    switch method {
    case .fullHorizon:
      return try FullHorizonSolver(limits: limits).solve(model, horizon: horizon).finalLoss
    case .lookAheads:
      var last = 0.0
      for lookahead in HorizonComparison.defaultLookaheads(horizon: horizon) {
        last = try RecedingHorizonSolver(lookahead: lookahead, limits: limits)
          .solve(model, horizon: horizon).finalLoss
      }
      return last
    case .compression:
      guard
        let compression = try SpectralCompression(
          model, horizon: horizon, learningRateLimit: .firstStepGrowth)
      else { throw Failure(.internal, "the spectrum of \(problem) was not compressed") }
      return compression.model.initialLoss
    }
  }
}
