import CNoisyQuadraticKernels

/// Plain SGD for the final loss, with one kernel call for each pass.
struct SGDFinalLossDynamics: SGDSteps {
  let problem: ProblemColumns
  var sweepsMeasureSlopes: Bool { true }

  func recordMoments(
    _ state: AlignedColumns, into slots: AlignedColumns, _ schedule: KernelSchedule, steps: Range<Int>,
    weights: [Double]?
  ) -> Double {
    precondition(weights == nil && steps.count <= slots.columns)
    schedule.rates[steps].withUnsafeBufferPointer { rates in
      guard let base = rates.baseAddress, !rates.isEmpty else { return }
      nq_sgd_record_moments(
        problem.count, rates.count, problem.h, problem.c, state.column(0), slots.column(0), base)
    }
    return 0
  }

  func recordCostates(
    _ costate: AlignedColumns, into slots: AlignedColumns, _ schedule: KernelSchedule, steps: Range<Int>,
    weights: [Double]?
  ) {
    precondition(weights == nil && steps.count <= slots.columns)
    schedule.rates[steps].withUnsafeBufferPointer { rates in
      guard let base = rates.baseAddress, !rates.isEmpty else { return }
      nq_sgd_record_costates(
        problem.count, rates.count, problem.h, costate.column(0), slots.column(0), base)
    }
  }

  func differentiate(
    _ costate: AlignedColumns, _ slots: AlignedColumns, _ schedule: KernelSchedule, steps: Range<Int>,
    weights: [Double]?, into gradient: inout KernelGradient
  ) {
    precondition(weights == nil && steps.count <= slots.columns)
    // The kernel changes no rate here, but it asks for rates that it may change.
    var rates = Array(schedule.rates[steps])
    gradient.rates.withUnsafeMutableBufferPointer { slopes in
      guard let base = slopes.baseAddress, !steps.isEmpty else { return }
      _ = nq_sgd_sweep_backward(
        problem.count, steps.count, problem.h, problem.c, costate.column(0), slots.column(0), &rates, 0,
        base + steps.lowerBound)
    }
  }

  func sweepForward(
    _ state: AlignedColumns, _ slots: AlignedColumns, _ schedule: inout KernelSchedule, steps: Range<Int>,
    weights: [Double]?, limits: StepLimits
  ) -> SweepPass {
    precondition(weights == nil && steps.count <= slots.columns)
    let slope = schedule.withUnsafeSteps(steps) { rates, _ in
      nq_sgd_sweep_forward(
        problem.count, steps.count, problem.h, problem.c, state.column(0), slots.column(0), rates,
        limits.rate)
    }
    return SweepPass(slope: slope)
  }

  func sweepBackward(
    _ costate: AlignedColumns, _ slots: AlignedColumns, _ schedule: inout KernelSchedule, steps: Range<Int>,
    weights: [Double]?, limits: StepLimits
  ) -> SweepPass {
    precondition(weights == nil && steps.count <= slots.columns)
    let slope = schedule.withUnsafeSteps(steps) { rates, _ in
      nq_sgd_sweep_backward(
        problem.count, steps.count, problem.h, problem.c, costate.column(0), slots.column(0), rates,
        limits.rate, nil)
    }
    return SweepPass(slope: slope)
  }
}
