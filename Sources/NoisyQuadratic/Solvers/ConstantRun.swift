/// Runs of constant rate and momentum from one state, step by step on the kernels.
struct ConstantRun {
  private let kernels: MomentKernels
  private let start, state: VectorBank

  init(_ setup: SolverSetup, from start: VectorBank) {
    kernels = setup.kernels
    self.start = start
    state = kernels.makeBank(columns: kernels.stateColumns)
  }

  func simulate(_ alpha: Double, _ mu: Double, steps: Int) -> Double {
    state.copy(from: start, 0, to: 0, count: kernels.stateColumns)
    for _ in 0..<steps { kernels.advance(state, alpha, mu) }
    return kernels.loss(state)
  }
}
