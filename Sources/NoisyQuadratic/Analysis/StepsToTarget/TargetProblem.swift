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

  /// The problem with its directions but the fastest in groups of nearly equal curvature, if it has many; otherwise `nil`.
  ///
  /// A path with momentum turns by an angle of up to π in every step, which quadratures made for plain steps do not
  /// follow. In a group, angles differ by 1%.
  func grouped() -> TargetProblem? {
    guard problem.dimension >= Self.manyDirections else { return nil }
    let order = problem.curvature.indices.sorted { problem.curvature[$0] > problem.curvature[$1] }
    var sums: [(weight: Double, curvature: Double, noise: Double, moment: Double)] = []
    var first = Double.infinity
    for (rank, i) in order.enumerated() {
      let (h, k) = (problem.curvature[i], problem.weight[i])
      if rank < Self.singleDirections || h * Self.groupRatio < first {
        sums.append((0, 0, 0, 0))
        first = h
      }
      let last = sums.count - 1
      sums[last].weight += k
      sums[last].curvature += k * h
      sums[last].noise += k * problem.noise[i]
      sums[last].moment += k * problem.secondMoment[i]
    }
    return TargetProblem(
      NormalizedProblem(
        problem, curvature: sums.map { $0.curvature / $0.weight }, noise: sums.map { $0.noise / $0.weight },
        secondMoment: sums.map { $0.moment / $0.weight }, weight: sums.map(\.weight)), limits)
  }

  /// The fastest directions that are not grouped, and the largest ratio of curvatures in a group.
  private static let (singleDirections, groupRatio) = (100, 1.02)
}
