import CNoisyQuadraticKernels

/// Plain SGD on least squares with Gaussian features, for all objectives (X1, X3).
struct FeatureNoiseSGDDynamics: SGDSteps, FeatureNoiseDynamics {
  let problem: ProblemColumns
  let features: FeatureNoiseColumns
  var sweepsMeasureSlopes: Bool { true }

  func advance(_ state: AlignedColumns, _ alpha: Double, _ mu: Double, steps: Int) {
    for _ in 0..<steps {
      nq_sgd_advance(
        problem.count, problem.h, features.noise(at: state.column(0)), state.column(0), alpha, 1)
    }
  }

  func losses(_ schedule: KernelSchedule, from state: AlignedColumns?) -> [Double] {
    steppedLosses(schedule, from: state)
  }

  func adjointStep(_ costate: AlignedColumns, _ alpha: Double, _ mu: Double) {
    features.worth.update(from: costate.column(0), count: problem.count)
    nq_sgd_adjoint_step(problem.count, problem.h, costate.column(0), alpha)
    features.addWorth(alpha, to: costate.column(0))
  }

  func quadratic(
    moments: AlignedColumns, at m: Int, costate: AlignedColumns, at w: Int
  ) -> StepQuadratic {
    StepQuadratic { sums in
      nq_sgd_sums(
        problem.count, problem.h, features.noise(at: moments.column(m)), moments.column(m),
        costate.column(w), sums)
      (sums[1], sums[3]) = (0, sums[1])
    }
  }

  func sweepForward(
    _ state: AlignedColumns, _ slots: AlignedColumns, _ schedule: inout KernelSchedule, steps: Range<Int>,
    weights: [Double]?, limits: StepLimits
  ) -> SweepPass {
    let rates = schedule.rates
    return measured(rates, limits) { decide in
      forward(
        state, slots, &schedule, steps: steps, weights: weights, scratch: features.scratch, decide)
    }
  }

  func sweepBackward(
    _ costate: AlignedColumns, _ slots: AlignedColumns, _ schedule: inout KernelSchedule, steps: Range<Int>,
    weights: [Double]?, limits: StepLimits
  ) -> SweepPass {
    let rates = schedule.rates
    return measured(rates, limits) { decide in
      backward(costate, slots, &schedule, steps: steps, weights: weights, decide)
      return 0
    }
  }

  /// A pass that replaces every step by its minimizer and measures the largest derivative that it meets.
  private func measured(
    _ rates: [Double], _ limits: StepLimits, _ pass: (StepQuadratic.Decision) -> Double
  ) -> SweepPass {
    var slope = 0.0
    let objective = pass { t, quadratic in
      slope = max(slope, limits.slopeLeft(quadratic, rate: rates[t]))
      return limits.minimizer(quadratic)
    }
    return SweepPass(objective: objective, slope: slope)
  }

  func addCrossDerivatives(
    of s: Int, _ trajectory: AlignedColumns, lanes: Range<Int>, _ schedule: KernelSchedule,
    active: [UInt8], scratch: inout [Double], to matrix: inout [Double]
  ) {
    precondition(lanes == 0..<trajectory.stride, "directions act on each other")
    nq_feature_sgd_tangents(
      lanes.count, trajectory.stride, schedule.count, s, problem.h, problem.c, features.coupling,
      features.share, trajectory.column(0), schedule.rates, &scratch, &matrix)
  }
}

extension StepLimits {
  /// The size of the derivative by the rate that the limits leave.
  fileprivate func slopeLeft(_ quadratic: StepQuadratic, rate: Double) -> Double {
    let slope = quadratic.gradient(rate, 0).0
    return (rate <= 0 && slope > 0) || (rate >= self.rate && slope < 0) ? 0 : abs(slope)
  }
}
