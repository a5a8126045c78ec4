/// Forward–backward sweeps to convergence (S6).
struct SweepDescent {
  /// Why a descent ended, and where.
  struct Outcome {
    var loss: Double
    var sweeps: Int
    var converged: Bool
    var rates: [Double]
    var momenta: [Double]
  }

  let engine: SweepEngine
  let setup: SolverSetup
  let maximumSweeps: Int
  let tolerance: Double

  /// Descends from the given schedule until a pair of sweeps gains less than `tolerance` of the loss.
  ///
  /// The loss never rises: every revision minimizes it over one step, the rest held fixed.
  func descend(rates: [Double], momenta: [Double]) -> Outcome {
    let revise: SweepEngine.Decision = { _, quadratic in setup.minimizer(quadratic) }
    engine.load(rates: rates, momenta: momenta)
    engine.backward()
    var loss = engine.forward(revise)
    var sweeps = 1
    var converged = false
    while sweeps < maximumSweeps {
      engine.backward(revise)
      let next = engine.forward(revise)
      sweeps += 1
      let gain = loss - next
      loss = next
      // A diverged start gives NaN, which no comparison calls a gain.
      if !(gain > tolerance * abs(loss)) {
        converged = true
        break
      }
    }
    return Outcome(
      loss: loss, sweeps: sweeps, converged: converged, rates: engine.rates, momenta: engine.momenta)
  }
}
