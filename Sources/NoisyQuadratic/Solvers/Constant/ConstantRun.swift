/// Runs of constant rate and momentum from one state, evaluated step by step on the dynamics.
struct ConstantRun {
  private let dynamics: any MomentDynamics
  private let start, state: AlignedColumns

  init(_ setup: SolverSetup, from start: AlignedColumns) {
    dynamics = setup.dynamics
    self.start = start
    state = dynamics.makeColumns(columns: dynamics.stateColumns)
  }

  /// The loss after the run. With `weights`, one for every loss, it is the weighted sum of the losses after
  /// the start.
  func simulate(_ alpha: Double, _ mu: Double, steps: Int, weights: [Double]? = nil) -> Double {
    state.copy(from: start, 0, to: 0, count: dynamics.stateColumns)
    guard let weights else {
      dynamics.advance(state, alpha, mu, steps: steps)
      return dynamics.loss(state)
    }
    var sum = 0.0
    for t in 1...steps {
      dynamics.advance(state, alpha, mu)
      if weights[t] > 0 { sum += weights[t] * dynamics.loss(state) }
    }
    return sum
  }
}
