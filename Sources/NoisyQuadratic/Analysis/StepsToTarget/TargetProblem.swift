/// A problem in the units of the kernels and the limits of a search on it.
struct TargetProblem {
  let problem: NormalizedProblem
  let limits: ResolvedLimits

  /// The number of directions from which on fewer replace them.
  private static let manyDirections = 1000
  /// The accuracy of the losses of the fewer directions, relative to the information bound.
  private static let tolerance = 1e-7

  init(_ problem: NormalizedProblem, _ limits: ResolvedLimits) {
    self.problem = problem
    self.limits = limits
  }

  /// The problem with fewer directions, if it has many; `nil` if there is nothing to gain or to prove (Q1).
  ///
  /// - Parameter steps: the number of steps for which losses without momentum agree.
  /// - Returns: the problem in the same units.
  func compressed(steps: Int) -> TargetProblem? {
    guard problem.dimension >= Self.manyDirections,
      let few = CompressedProblem(
        problem, maximumRate: min(limits.scaledRate, 2 / problem.maximumCurvature), steps: steps,
        tolerance: Self.tolerance)
    else { return nil }
    return TargetProblem(few.problem, limits)
  }
}
