import CNoisyQuadraticKernels

/// Plain SGD. The state is the second moment `m` (D2), and the costate `w` gives the objective `½ Σ w m +
/// const` (S2).
protocol SGDSteps: MomentDynamics {}

extension SGDSteps {
  package var rule: UpdateRule { .sgd }
  package var costateColumns: Int { 1 }

  package func reset(_ state: AlignedColumns) { problem.copySecondMoment(to: state) }

  package func advance(_ state: AlignedColumns, _ alpha: Double, _ mu: Double, steps: Int) {
    nq_sgd_advance(problem.count, problem.h, problem.c, state.column(0), alpha, steps)
  }

  package func record(_ state: AlignedColumns, into slots: AlignedColumns, at target: Int) {
    slots.copy(from: state, 0, to: target, count: 1)
  }

  // A state is its own moments.
  package func moments(of state: AlignedColumns, scratch: AlignedColumns) -> AlignedColumns { state }

  package func loss(_ state: AlignedColumns) -> Double {
    0.5 * nq_dot(problem.count, problem.k, state.column(0))
  }

  package func losses(_ schedule: KernelSchedule, from state: AlignedColumns?) -> [Double] {
    Array(unsafeUninitializedCapacity: schedule.count + 1) { losses, length in
      guard let base = losses.baseAddress else { return }
      nq_sgd_losses(
        problem.count, schedule.count, problem.h, problem.c, problem.k, state?.column(0) ?? problem.m0,
        schedule.rates, base)
      length = schedule.count + 1
    }
  }

  package func terminalAdjoint(_ costate: AlignedColumns, weight: Double) {
    costate.column(0).update(repeating: 0, count: problem.count)
    addRunningCost(costate, weight: weight)
  }

  package func adjointStep(_ costate: AlignedColumns, _ alpha: Double, _ mu: Double) {
    nq_sgd_adjoint_step(problem.count, problem.h, costate.column(0), alpha)
  }

  package func quadratic(
    moments: AlignedColumns, at m: Int, costate: AlignedColumns, at w: Int
  ) -> StepQuadratic {
    StepQuadratic { sums in
      // The kernel writes the coefficients of α² and of −α.
      nq_sgd_sums(problem.count, problem.h, problem.c, moments.column(m), costate.column(w), sums)
      (sums[1], sums[3]) = (0, sums[1])
    }
  }
}
