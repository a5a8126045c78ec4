import CNoisyQuadraticKernels

/// Heavy ball for objectives that weigh the losses of many steps. The costate is the matrix `A, B, C` (S13).
struct HeavyBallRunningCostDynamics: HeavyBallSteps, RunningCostDynamics {
  let problem: ProblemColumns
  var costateColumns: Int { 3 }

  func terminalAdjoint(_ costate: AlignedColumns, weight: Double) {
    for column in 0..<3 { costate.column(column).update(repeating: 0, count: problem.count) }
    addRunningCost(costate, weight: weight)
  }

  func adjointStep(_ costate: AlignedColumns, _ alpha: Double, _ mu: Double) {
    nq_heavy_ball_matrix_adjoint_step(
      problem.count, problem.h, costate.column(0), costate.column(1), costate.column(2), alpha, mu)
  }

  func quadratic(
    moments: AlignedColumns, at m: Int, costate: AlignedColumns, at w: Int
  ) -> StepQuadratic {
    StepQuadratic { sums in
      nq_heavy_ball_matrix_sums(
        problem.count, problem.h, problem.c, costate.column(w), costate.column(w + 1), costate.column(w + 2),
        moments.column(m), moments.column(m + 1), moments.column(m + 2), sums)
    }
  }

  func addCrossDerivatives(
    of s: Int, _ trajectory: AlignedColumns, lanes: Range<Int>, _ schedule: KernelSchedule,
    active: [UInt8], scratch: inout [Double], to matrix: inout [Double]
  ) {
    let first = lanes.lowerBound
    nq_heavy_ball_tangents(
      lanes.count, trajectory.stride, schedule.count, s, problem.h + first, problem.c + first,
      trajectory.column(0) + first, schedule.rates, schedule.momenta, active, &scratch, &matrix)
  }
}
