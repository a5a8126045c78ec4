/// A number that the table shows.
struct Figure {
  enum Work {
    /// The expected loss after every step, in nanoseconds per coordinate and step.
    case curve(Problem, steps: Int, usesMomentum: Bool)
    /// A solve, in seconds.
    case solve(SolveCase)
    /// A training step of a network, in microseconds.
    case network(NetworkCase)
  }

  enum Target {
    /// At most this, in the figure's unit.
    case value(Double)
    /// At most so many times another figure.
    case multiple(Double, of: String)
  }

  /// What `--filter` looks for.
  let name: String
  /// What is measured, for someone who sees it for the first time.
  let meaning: String
  let work: Work
  var target: Target?
  var isLong = false

  var unit: String {
    switch work {
    case .curve: return "ns"
    case .solve: return "s"
    case .network: return "µs"
    }
  }

  /// What this machine's arithmetic alone takes, in the figure's unit.
  func limit(_ machine: MachineLimit) -> Double? {
    switch work {
    case .curve(_, _, let usesMomentum): return machine.step(usesMomentum: usesMomentum)
    case .solve(let solve) where solve.method == .compression: return nil
    case .solve(let solve):
      // One evaluation of the run's loss.
      return 1e-9 * machine.step(usesMomentum: solve.usesMomentum) * Double(solve.problem.dimension)
        * Double(solve.horizon)
    case .network(let network):
      // The matrix products, shared evenly by all workers of all trainings.
      return 1e-3 * machine.singleMultiplyAdd * network.multiplyAdds / Double(network.workers * network.runs)
    }
  }
}
