import CNoisyQuadraticKernels

/// Heavy ball on least squares with Gaussian features, for all objectives (X1, X3). The costate is the matrix
/// `A, B, C` (S13).
struct FeatureNoiseHeavyBallDynamics: HeavyBallSteps, FeatureNoiseDynamics {
  let problem: ProblemColumns
  let features: FeatureNoiseColumns
  private let plain: HeavyBallRunningCostDynamics

  init(problem: ProblemColumns, features: FeatureNoiseColumns) {
    self.problem = problem
    self.features = features
    plain = HeavyBallRunningCostDynamics(problem: problem)
  }

  var costateColumns: Int { plain.costateColumns }

  func advance(_ s: AlignedColumns, _ alpha: Double, _ mu: Double, steps: Int) {
    for _ in 0..<steps {
      record(s, into: features.scratch, at: 0)
      nq_heavy_ball_advance(
        problem.count, problem.h, features.noise(at: features.scratch.column(0)), s.column(0), s.column(1),
        s.column(2), s.column(3), s.column(4), alpha, mu, 1)
    }
  }

  func losses(_ schedule: KernelSchedule, from state: AlignedColumns?) -> [Double] {
    steppedLosses(schedule, from: state)
  }

  func terminalAdjoint(_ costate: AlignedColumns, weight: Double) {
    plain.terminalAdjoint(costate, weight: weight)
  }

  func adjointStep(_ costate: AlignedColumns, _ alpha: Double, _ mu: Double) {
    nq_feature_worth(
      problem.count, costate.column(0), costate.column(1), costate.column(2), features.worth)
    plain.adjointStep(costate, alpha, mu)
    features.addWorth(alpha, to: costate.column(0))
  }

  func quadratic(
    moments: AlignedColumns, at m: Int, costate: AlignedColumns, at w: Int
  ) -> StepQuadratic {
    StepQuadratic { sums in
      nq_heavy_ball_matrix_sums(
        problem.count, problem.h, features.noise(at: moments.column(m)), costate.column(w),
        costate.column(w + 1), costate.column(w + 2), moments.column(m), moments.column(m + 1),
        moments.column(m + 2), sums)
    }
  }

  func addCrossDerivatives(
    of s: Int, _ trajectory: AlignedColumns, lanes: Range<Int>, _ schedule: KernelSchedule,
    active: [UInt8], scratch: inout [Double], to matrix: inout [Double]
  ) {
    precondition(lanes == 0..<trajectory.stride, "directions act on each other")
    nq_feature_heavy_ball_tangents(
      lanes.count, trajectory.stride, schedule.count, s, problem.h, problem.c, features.coupling,
      features.share, trajectory.column(0), schedule.rates, schedule.momenta, active, &scratch, &matrix)
  }
}
