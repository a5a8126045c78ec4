/// Forward–backward sweeps to convergence (S6).
struct SweepDescent {
  let engine: SweepEngine
  let setup: SolverSetup
  let maximumSweeps: Int
  let tolerance: Double
  /// A KKT residual that sweeps without momentum must also reach; `nil` for none.
  var residualTolerance: Double? = nil
  /// Whether the result is evaluated again, to rounding.
  let verifies: Bool
  /// The weights of the losses, as in ``SweepEngine/weights``.
  let weights: [Double]?

  /// Descends from the given schedule until a pair of sweeps gains less than `tolerance` of the loss.
  ///
  /// In exact arithmetic the objective never rises, because every revision minimizes it over one step while
  /// the rest is fixed. If intermediate losses dwarf the final one, rounding can raise the objective, and the
  /// sweeps' own loss loses its digits. The result is therefore the best schedule met, the given one
  /// included, and the evaluator verifies its loss. If the two losses disagree, the descent is repeated with
  /// every sweep evaluated.
  func descend(_ schedule: KernelSchedule) -> ScheduleIterate {
    let iterate = descend(schedule, isChecked: false)
    guard verifies else { return iterate }
    let exact = setup.dynamics.objective(iterate.schedule, weights: weights, from: engine.start)
    guard abs(exact - iterate.value) <= 1e-10 * exact else {
      return descend(schedule, isChecked: true)
    }
    return iterate
  }

  private func descend(_ schedule: KernelSchedule, isChecked: Bool) -> ScheduleIterate {
    let limits = setup.limits.step
    let unit = limits.rate.isFinite ? limits.rate : 1 / setup.problem.maximumCurvature
    /// A sweep pair: the objective, and the KKT residual that the pair met, if it was measured.
    func sweep() -> (value: Double, residual: Double?) {
      let (back, forth) = (engine.sweepBackward(limits), engine.sweepForward(limits))
      guard let first = back.slope, let second = forth.slope else { return (forth.objective, nil) }
      return (forth.objective, max(first, second) * unit / forth.objective)
    }
    func checked(_ value: Double) -> Double {
      let exact =
        isChecked
        ? setup.dynamics.objective(engine.schedule, weights: weights, from: engine.start) : value
      return exact.isNaN ? .infinity : exact
    }
    engine.load(schedule, weights: weights)
    var best = ScheduleIterate(value: checked(engine.forward()), schedule)
    var sweeps = 0
    var rises = 0
    while sweeps < maximumSweeps {
      let pair = sweep()
      let value = checked(pair.value)
      sweeps += 1
      let gain = best.value - value
      if gain > 0 {
        best = ScheduleIterate(value: value, engine.schedule, sweeps: sweeps)
      }
      if let goal = residualTolerance, let residual = pair.residual {
        // If the gain is nothing, the slopes tell more, because they continue to shrink.
        if residual <= goal, gain >= -1e-12 * best.value {
          (best.schedule, best.value) = (engine.schedule, min(value, best.value))
          best.converged = true
          break
        }
      } else if gain <= tolerance * best.value, gain >= -1e-12 * best.value {
        best.converged = true
        break
      }
      // One rise beyond rounding may be bad luck; the third ends the descent, because sweeps can do no more.
      if !(gain > 0), residualTolerance == nil || gain < -1e-12 * best.value {
        rises += 1
        if rises == 3 { break }
      }
    }
    best.sweeps = sweeps
    return best
  }
}
