/// Newton's method within the box of the limits, for the last digits that sweeps leave open (S15).
///
/// Every iteration minimizes the quadratic model of the objective over the box by active sets, with a
/// multiple of the Hessian's diagonal added as long as the model is not convex or promises more than it
/// keeps (Levenberg–Marquardt). The objective never rises.
struct NewtonDescent {
  let engine: SweepEngine
  let setup: SolverSetup
  let weights: [Double]?
  let maximumSteps: Int
  /// KKT residual to reach.
  let tolerance: Double

  /// Descends from an outcome of the sweeps.
  func descend(_ outcome: SweepDescent.Outcome) -> SweepDescent.Outcome {
    let hessian = ScheduleHessian(
      setup.problem, usesMomentum: setup.limits.usesMomentum, capacity: outcome.rates.count)
    let box = ScheduleBox(setup, steps: outcome.rates.count)
    var best = outcome
    var damping = 0.0
    best.converged = false
    var (gradient, effect) = derivatives(best, box)
    while best.newtonSteps < maximumSteps, best.value > 0 {
      let residual = box.residual(box.pack(best), gradient, effect) / best.value
      if residual <= tolerance {
        best.converged = true
        break
      }
      best.newtonSteps += 1
      let x = box.pack(best)
      let matrix = box.scaled(
        hessian.matrix(rates: best.rates, momenta: best.momenta, weights: weights, from: engine.start))
      var isImproved = false
      for _ in 0..<24 {
        let model = BoxModel(
          matrix: matrix, gradient: gradient, lower: x.map { -$0 }, upper: zip(box.upper, x).map { $0 - $1 },
          isFree: effect, damping: damping)
        guard let (step, decrease) = model.minimize(), decrease > 0 else {
          damping = max(10 * damping, 1e-10)
          continue
        }
        var trial = box.unpack(zip(x, step).map { $0 + $1 })
        trial.value = setup.evaluator.objective(
          rates: trial.rates, momenta: trial.momenta, weights: weights, from: engine.start)
        let gain = best.value - trial.value
        // Near the end the gain drowns in rounding; the gradient decides then.
        if gain > 0.1 * decrease || (decrease <= 1e-12 * best.value && abs(gain) <= 1e-13 * best.value) {
          let (newGradient, newEffect) = derivatives(trial, box)
          let isBetter =
            gain > 0
            || box.residual(box.pack(trial), newGradient, newEffect) < residual * best.value
          if isBetter {
            (trial.sweeps, trial.newtonSteps) = (best.sweeps, best.newtonSteps)
            best = trial
            (gradient, effect) = (newGradient, newEffect)
            if gain > 0.75 * decrease { damping = damping > 1e-10 ? damping / 10 : 0 }
            isImproved = true
          }
          break
        }
        damping = max(10 * damping, 1e-10)
      }
      if !isImproved { break }
    }
    return best
  }

  private func derivatives(
    _ outcome: SweepDescent.Outcome, _ box: ScheduleBox
  ) -> (gradient: [Double], hasEffect: [Bool]) {
    engine.load(rates: outcome.rates, momenta: outcome.momenta, weights: weights)
    return box.derivatives(engine)
  }
}
