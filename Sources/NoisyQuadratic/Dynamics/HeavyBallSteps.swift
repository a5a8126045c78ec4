import CNoisyQuadraticKernels

/// Heavy ball with the rate inside the velocity. The state is the signal path `x, y` and the noise covariance
/// `p, q, r` (D4). The moments are `E θ²`, `E θv` and `E v²`.
protocol HeavyBallSteps: MomentDynamics {}

extension HeavyBallSteps {
  package var rule: UpdateRule { .heavyBall }

  package func reset(_ state: AlignedColumns) {
    state.column(0).update(repeating: 1, count: problem.count)
    for column in 1..<5 { state.column(column).update(repeating: 0, count: problem.count) }
  }

  package func advance(_ s: AlignedColumns, _ alpha: Double, _ mu: Double, steps: Int) {
    nq_heavy_ball_advance(
      problem.count, problem.h, problem.c, s.column(0), s.column(1), s.column(2), s.column(3), s.column(4),
      alpha, mu, steps)
  }

  package func record(_ s: AlignedColumns, into slots: AlignedColumns, at target: Int) {
    nq_heavy_ball_moments(
      problem.count, problem.m0, s.column(0), s.column(1), s.column(2), s.column(3), s.column(4),
      slots.column(target), slots.column(target + 1), slots.column(target + 2))
  }

  package func loss(_ s: AlignedColumns) -> Double {
    0.5 * nq_heavy_ball_dot(problem.count, problem.k, problem.m0, s.column(0), s.column(2))
  }

  package func losses(_ schedule: KernelSchedule, from state: AlignedColumns?) -> [Double] {
    precondition(schedule.momenta.count == schedule.count, "a momentum for every rate")
    return Array(unsafeUninitializedCapacity: schedule.count + 1) { losses, length in
      guard let base = losses.baseAddress else { return }
      nq_heavy_ball_losses(
        problem.count, schedule.count, problem.h, problem.c, problem.k, problem.m0, state?.column(0),
        problem.count, schedule.rates, schedule.momenta, base)
      length = schedule.count + 1
    }
  }
}
