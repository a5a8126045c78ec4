import CNoisyQuadraticKernels

/// Heavy ball for the final loss. The costate is the adjoint path `a, b` (S2), which is shorter than a matrix.
/// A sweep takes one kernel call for each pass.
struct HeavyBallFinalLossDynamics: HeavyBallSteps {
  let problem: ProblemColumns
  var costateColumns: Int { 2 }

  func terminalAdjoint(_ costate: AlignedColumns, weight: Double) {
    precondition(weight == 1, "an adjoint path belongs to the plain final loss")
    costate.column(0).update(repeating: 1, count: problem.count)
    costate.column(1).update(repeating: 0, count: problem.count)
  }

  func adjointStep(_ costate: AlignedColumns, _ alpha: Double, _ mu: Double) {
    nq_heavy_ball_adjoint_step(
      problem.count, problem.h, costate.column(0), costate.column(1), alpha, mu)
  }

  func quadratic(
    moments: AlignedColumns, at m: Int, costate: AlignedColumns, at w: Int
  ) -> StepQuadratic {
    StepQuadratic { sums in
      nq_heavy_ball_sums(
        problem.count, problem.h, problem.c, problem.k, costate.column(w), costate.column(w + 1),
        moments.column(m), moments.column(m + 1), moments.column(m + 2), sums)
    }
  }

  func recordMoments(
    _ state: AlignedColumns, into slots: AlignedColumns, _ schedule: KernelSchedule, steps: Range<Int>,
    weights: [Double]?
  ) -> Double {
    precondition(weights == nil && 3 * steps.count <= slots.columns)
    precondition(schedule.rates.indices.contains(steps) && schedule.momenta.indices.contains(steps))
    schedule.rates.withUnsafeBufferPointer { rates in
      schedule.momenta.withUnsafeBufferPointer { momenta in
        guard let alpha = rates.baseAddress, let mu = momenta.baseAddress, !steps.isEmpty else { return }
        nq_heavy_ball_record_moments(
          problem.count, steps.count, problem.h, problem.c, problem.m0, state.column(0), slots.column(0),
          alpha + steps.lowerBound, mu + steps.lowerBound)
      }
    }
    return 0
  }

  func gradient(_ start: AlignedColumns, _ schedule: KernelSchedule, path: AlignedColumns) -> KernelGradient?
  {
    let steps = schedule.count
    precondition(5 * (steps + 1) + 3 <= path.columns && schedule.momenta.count == steps)
    var gradient = KernelGradient(steps: steps)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * steps) { slopes in
      guard let base = slopes.baseAddress else { return }
      gradient.value = nq_heavy_ball_gradient(
        problem.count, steps, problem.h, problem.c, problem.m0, problem.k, start.column(0), schedule.rates,
        schedule.momenta, path.column(3), path.column(0), base)
      for t in 0..<steps {
        gradient.rates[t] = base[3 * t]
        gradient.momenta[t] = base[3 * t + 1]
        gradient.momentumMatters[t] = base[3 * t + 2] > 0
      }
    }
    return gradient
  }

  func sweepForward(
    _ state: AlignedColumns, _ slots: AlignedColumns, _ schedule: inout KernelSchedule, steps: Range<Int>,
    weights: [Double]?, limits: StepLimits
  ) -> SweepPass {
    precondition(weights == nil && 3 * steps.count <= slots.columns)
    _ = schedule.withUnsafeSteps(steps) { alpha, mu in
      nq_heavy_ball_sweep_forward(
        problem.count, steps.count, problem.h, problem.c, problem.m0, problem.k, state.column(0),
        slots.column(0), alpha, mu, limits.rate, limits.momentum)
      return 0
    }
    return SweepPass()
  }

  func sweepBackward(
    _ costate: AlignedColumns, _ slots: AlignedColumns, _ schedule: inout KernelSchedule, steps: Range<Int>,
    weights: [Double]?, limits: StepLimits
  ) -> SweepPass {
    precondition(weights == nil && 3 * steps.count <= slots.columns)
    _ = schedule.withUnsafeSteps(steps) { alpha, mu in
      nq_heavy_ball_sweep_backward(
        problem.count, steps.count, problem.h, problem.c, problem.k, costate.column(0), slots.column(0),
        alpha, mu, limits.rate, limits.momentum)
      return 0
    }
    return SweepPass()
  }
}
