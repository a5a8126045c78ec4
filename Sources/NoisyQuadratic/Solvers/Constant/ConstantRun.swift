/// Runs of constant rate and momentum from one state, evaluated step by step on the kernels.
struct ConstantRun {
  private let kernels: MomentKernels
  private let start, state: AlignedColumns

  init(_ setup: SolverSetup, from start: AlignedColumns) {
    kernels = setup.kernels
    self.start = start
    state = kernels.makeColumns(columns: kernels.stateColumns)
  }

  /// The loss after the run. With `weights`, one for every loss, it is the weighted sum of the losses after
  /// the start.
  func simulate(_ alpha: Double, _ mu: Double, steps: Int, weights: [Double]? = nil) -> Double {
    state.copy(from: start, 0, to: 0, count: kernels.stateColumns)
    guard let weights else {
      kernels.advance(state, alpha, mu, steps: steps)
      return kernels.loss(state)
    }
    var sum = 0.0
    for t in 1...steps {
      kernels.advance(state, alpha, mu)
      if weights[t] > 0 { sum += weights[t] * kernels.loss(state) }
    }
    return sum
  }
}
