import CNoisyQuadraticKernels

/// Plain SGD for objectives that weigh the losses of many steps.
struct SGDRunningCostDynamics: SGDSteps, RunningCostDynamics {
  let problem: ProblemColumns

  func addCrossDerivatives(
    of s: Int, _ trajectory: AlignedColumns, lanes: Range<Int>, _ schedule: KernelSchedule,
    active: [UInt8], scratch: inout [Double], to matrix: inout [Double]
  ) {
    let first = lanes.lowerBound
    nq_sgd_tangents(
      lanes.count, trajectory.stride, schedule.count, s, problem.h + first, problem.c + first,
      trajectory.column(0) + first, schedule.rates, &scratch, &matrix)
  }
}
