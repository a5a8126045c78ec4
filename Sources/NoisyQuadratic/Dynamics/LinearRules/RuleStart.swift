/// The state before a run in the layout of the kernels.
enum RuleStart {
  /// The columns of the state at rest, or of a given state of the problem's model.
  static func columns(
    _ rule: any LinearUpdateRule, _ layout: RuleSchedule.Layout, _ problem: NormalizedProblem,
    _ state: RuleMomentState? = nil
  ) -> AlignedColumns {
    let columns = AlignedColumns(length: problem.dimension, columns: layout.stateColumns)
    guard let state else {
      for (i, value) in rule.initialState.enumerated() where value != 0 {
        // A direction that starts at the optimum stays there, even if its path would overflow.
        columns.fill(layout.place[i], with: problem.secondMoment.map { $0 > 0 ? value : 0 })
      }
      return columns
    }
    precondition(problem.directions.count == problem.dimension, "a state of the problem's model")
    let unit = layout.unit
    for i in unit.indices {
      let path = problem.directions.map { state.paths[$0][i] / unit[i] }
      columns.fill(
        layout.place[i], with: zip(path, problem.secondMoment).map { $1 > 0 ? $0 : 0 })
      for j in 0...i {
        let noise = state.noise(i, j)
        columns.fill(
          layout.column(i, j),
          with: problem.directions.map { problem.scaledMoment(noise[$0]) / unit[i] / unit[j] })
      }
    }
    return columns
  }
}
