/// The work that a search on a short run may do, counted so that it is the same on every machine.
struct SearchBudget {
  /// The largest number of evaluations of each seeded run.
  let evaluations: Int
  /// The largest number of seeded runs.
  let runs: Int

  /// The largest work of one seeded run. A unit takes some 0.3 ns, so that three standard runs take three
  /// seconds and twelve thorough ones some seventy.
  static let standardWork = 3e9
  static let thoroughWork = 2e10

  /// The work of one evaluation of a run. A step costs as much as a hundred directions on top of its own:
  /// measured were 36 ns per step with 29 directions, 43 ns with 11, 49 ns with two and 64 ns with 100.
  static func work(_ setup: SolverSetup, steps: Int) -> Double {
    Double(setup.problem.dimension + 100) * Double(steps)
  }
}
