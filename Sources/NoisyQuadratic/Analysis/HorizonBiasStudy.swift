/// Computes a ``HorizonBias``: the solvers of a ``HorizonComparison`` one after the other, so that a long
/// computation can be saved between two of them, and then a lower bound.
///
/// Everything counts work and not time. Therefore the numbers are the same on every machine that rounds alike.
public struct HorizonBiasStudy: Sendable {
  /// The number of steps T.
  public let horizon: Int
  /// The look-aheads, in the order in which they were given. Those above the horizon are left out.
  public let lookaheads: [Int]
  /// The gap at which the proof of a lower bound ends; `nil` for the information bound alone.
  public let gap: Double?

  private let comparison: HorizonComparison
  private let fullHorizon: FullHorizonSolver

  /// Creates a study.
  ///
  /// - Parameters:
  ///   - horizon: T ≥ 1.
  ///   - lookaheads: look-aheads of at least 1.
  ///   - limits: the limits on every schedule.
  ///   - options: the options of the full horizon's search.
  ///   - gap: the relative gap, in [0, 1), at which the proof of a lower bound ends (``CertifiedSolver``); `nil` for
  ///     ``NoisyQuadraticModel/informationBound(steps:)``, which costs nothing. The proof ends earlier at
  ///     ``CertificateOptions/maximumWork``.
  /// - Throws: ``NoisyQuadraticError`` for an argument outside its domain, or for a horizon that does not fit into
  ///   memory.
  public init(
    horizon: Int, lookaheads: [Int] = [], limits: HyperparameterLimits,
    options: FullHorizonOptions = FullHorizonOptions(), gap: Double? = nil
  ) throws(NoisyQuadraticError) {
    if let gap, !(gap >= 0 && gap < 1) {
      throw .invalidValue(field: "gap", value: gap, expected: "at least 0 and below 1")
    }
    comparison = try HorizonComparison(
      horizon: horizon, lookaheads: lookaheads.filter { $0 <= horizon }, limits: limits)
    fullHorizon = FullHorizonSolver(limits: limits, options: options)
    self.horizon = horizon
    self.lookaheads = lookaheads
    self.gap = gap
  }

  /// The number of schedules to solve for.
  public var solutionCount: Int { comparison.entries.count }

  /// Solves for one schedule on one core.
  ///
  /// - Parameters:
  ///   - index: its place, from 0 to ``solutionCount`` − 1: greedy, constant, look-aheads ascending, full horizon.
  ///   - model: the noisy quadratic.
  /// - Returns: the solution.
  /// - Throws: the errors of the solver.
  /// - Precondition: there is such a place.
  public func solution(_ index: Int, for model: NoisyQuadraticModel) throws(NoisyQuadraticError) -> Solution {
    precondition(comparison.entries.indices.contains(index), "a schedule of the study")
    let solver: any ScheduleSolver =
      index == solutionCount - 1 ? fullHorizon : comparison.entries[index].solver
    return try solver.solve(model, horizon: horizon)
  }

  /// Gathers all solutions, and proves a lower bound if one was asked for.
  ///
  /// If another schedule ends below the full horizon's, which is then a local optimum, the full horizon is solved
  /// again from that schedule.
  ///
  /// - Parameters:
  ///   - solutions: the solutions of ``solution(_:for:)``, in their order.
  ///   - model: the same model.
  /// - Returns: the figures.
  /// - Throws: ``NoisyQuadraticError`` for another number of solutions, and the errors of ``FullHorizonSolver`` and
  ///   ``CertifiedSolver``.
  public func bias(
    from solutions: [Solution], for model: NoisyQuadraticModel
  ) throws(NoisyQuadraticError) -> HorizonBias {
    guard solutions.count == solutionCount, var best = solutions.last else {
      throw .lengthMismatch(field: "solutions", expected: solutionCount, actual: solutions.count)
    }
    if let lowest = solutions.min(by: { $0.finalLoss < $1.finalLoss }),
      lowest.finalLoss < best.finalLoss * (1 - 1e-10)
    {
      var informed = fullHorizon
      informed.options.additionalStarts.append(lowest.schedule)
      best = try informed.solve(model, horizon: horizon)
    }
    var certificate: OptimalityCertificate?
    if let gap {
      var solver = CertifiedSolver(limits: fullHorizon.limits, gap: gap)
      solver.options.findsPolicy = false
      let proof = try solver.certify(model, horizon: horizon, known: best)
      (certificate, best) = (proof, proof.solution)
    }
    let losses = lookaheads.map { lookahead in
      comparison.entries.firstIndex { $0.name == "lookahead-\(lookahead)" }.map { solutions[$0].finalLoss }
    }
    return HorizonBias(
      greedy: solutions[0], constant: solutions[1], lookaheadLosses: losses, best: best,
      certificate: certificate, initialLoss: model.initialLoss)
  }

  /// Computes everything on one core.
  ///
  /// - Throws: the errors of ``solution(_:for:)`` and ``bias(from:for:)``.
  /// - Complexity: that of all solvers, some hundred passes over directions and steps, and for a look-ahead k some
  ///   4 k.
  public func bias(of model: NoisyQuadraticModel) throws(NoisyQuadraticError) -> HorizonBias {
    var solutions: [Solution] = []
    for index in 0..<solutionCount { solutions.append(try solution(index, for: model)) }
    return try bias(from: solutions, for: model)
  }
}
