/// The solvers that together show short-horizon bias: greedy, best constant, look-aheads in between, and full
/// horizon, all within the same limits.
public struct HorizonComparison: Sendable {
  /// A solver under the name that tables, files and plots use.
  public struct Entry: Sendable {
    /// `greedy`, `constant`, `lookahead-K`, `lookahead-K-held`, `full-horizon` or `growth-limited`.
    public let name: String
    /// The number of steps it looks ahead; `nil` for the constant and the growth-limited solver, which do not
    /// look ahead.
    public let lookahead: Int?
    /// Whether it holds rate and momentum over its window.
    public let isHeld: Bool
    /// The solver.
    public let solver: any ScheduleSolver
  }

  /// The entries in the order greedy, constant, look-aheads ascending, full horizon.
  public let entries: [Entry]

  /// The default look-aheads of a comparison, up to the horizon.
  public static func defaultLookaheads(horizon: Int) -> [Int] {
    [2, 5, 10, 20, 50, 100, 200].filter { $0 <= horizon }
  }

  /// The full-horizon solver with every direction's loss kept below a multiple of its start, to be shown next
  /// to a comparison.
  ///
  /// - Parameters:
  ///   - limit: κ ≥ 1.
  ///   - fullHorizon: the solver without that limit.
  /// - Returns: the entry, named `growth-limited`.
  public static func growthLimited(_ limit: Double, _ fullHorizon: FullHorizonSolver) -> Entry {
    Entry(
      name: "growth-limited", lookahead: nil, isHeld: false,
      solver: GrowthLimitedSolver(
        growthLimit: limit, limits: fullHorizon.limits, options: fullHorizon.options))
  }

  /// Computes the solutions of all entries, in their order, on all cores.
  ///
  /// - Parameters:
  ///   - model: the noisy quadratic.
  ///   - horizon: T, that of the comparison.
  /// - Returns: the solutions. They are the same to the last bit as those of one solver after the other.
  /// - Throws: the error of the first entry that has one.
  public func solveConcurrently(
    _ model: NoisyQuadraticModel, horizon: Int
  ) async throws(NoisyQuadraticError) -> [Solution] {
    try await Parallel.map(entries) { entry throws(NoisyQuadraticError) in
      try entry.solver.solve(model, horizon: horizon)
    }
  }

  /// Creates a comparison for one horizon.
  ///
  /// - Parameters:
  ///   - horizon: T.
  ///   - lookaheads: each from 1 to T; duplicates count once.
  ///   - includesHeld: whether every look-ahead is also shown with rate and momentum held.
  ///   - limits: the limits on every schedule.
  /// - Throws: ``NoisyQuadraticError`` for a horizon or look-ahead outside its range, or for a comparison
  ///   that does not fit into memory.
  public init(
    horizon: Int, lookaheads: [Int], includesHeld: Bool = false, limits: HyperparameterLimits
  ) throws(NoisyQuadraticError) {
    guard horizon >= 1 else {
      throw .invalidCount(field: "horizon", value: horizon, expected: "at least 1")
    }
    for lookahead in lookaheads where !(1...max(horizon, 1)).contains(lookahead) {
      throw .invalidCount(
        field: "lookahead", value: lookahead, expected: "1 to the horizon, \(horizon)")
    }
    var entries = [
      Entry(name: "greedy", lookahead: 1, isHeld: false, solver: GreedySolver(limits: limits)),
      Entry(name: "constant", lookahead: nil, isHeld: false, solver: ConstantSolver(limits: limits)),
    ]
    for k in Set(lookaheads).sorted() {
      for window in includesHeld ? [RecedingHorizonSolver.Window.free, .held] : [.free] {
        entries.append(
          Entry(
            name: "lookahead-\(k)" + (window == .held ? "-held" : ""), lookahead: k,
            isHeld: window == .held,
            solver: RecedingHorizonSolver(lookahead: k, window: window, limits: limits)))
      }
    }
    entries.append(
      Entry(
        name: "full-horizon", lookahead: horizon, isHeld: false,
        solver: FullHorizonSolver(limits: limits)))
    // Memory is for three series for every schedule, and for the peak of the full horizon, 21 and 36 series
    // as measured. The peak holds rates and momenta of four starts, or of seven with momentum, and of their
    // results.
    let solving = limits.momentum > 0 ? 44 : 28
    try MemoryRequirement.check(
      "horizon", horizon, doubles: Double(horizon) * Double(3 * entries.count + solving))
    self.entries = entries
  }
}
