import CNoisyQuadraticKernels

/// Dynamics whose noise grows with the error (X1). A step is that of additive noise whose variance is the one
/// at the state before it. Directions act on each other through the noise.
protocol FeatureNoiseDynamics: RunningCostDynamics {
  var features: FeatureNoiseColumns { get }
}

extension FeatureNoiseDynamics {
  package var couplesDirections: Bool { true }

  /// The losses of a run, step by step.
  func steppedLosses(_ schedule: KernelSchedule, from start: AlignedColumns?) -> [Double] {
    let state = makeColumns(columns: stateColumns)
    if let start { state.copy(from: start, 0, to: 0, count: stateColumns) } else { reset(state) }
    var losses = [loss(state)]
    losses.reserveCapacity(schedule.count + 1)
    for t in 0..<schedule.count {
      advance(state, schedule.rates[t], schedule.momenta[t])
      losses.append(loss(state))
    }
    return losses
  }

  /// The objective of a run of constant rate and momentum; infinite where it overflows. `state` has the columns
  /// x, y, p, q, r, and `scratch` as many. The weight of the loss at the start has no effect.
  func constantLoss(
    _ alpha: Double, _ mu: Double, steps: Int, weights: [Double]?, from state: AlignedColumns,
    scratch: AlignedColumns
  ) -> Double {
    let value = nq_feature_constant_loss(
      problem.count, steps, problem.h, problem.c, features.coupling, features.share, problem.k, problem.m0,
      state.column(0), weights, alpha, mu, scratch.column(0))
    return value <= 1e300 ? value : .infinity
  }

  /// The objective of such a run and its derivatives (X4). Those by the momentum are 0 if it is held.
  func constantDerivatives(
    _ alpha: Double, _ mu: Double, steps: Int, weights: [Double]?, from start: AlignedColumns,
    holdsMomentum: Bool
  ) -> ConstantDerivatives {
    let moments = makeColumns(columns: 3)
    let scratch = makeColumns(columns: 18)
    record(start, into: moments, at: 0)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 6) { results in
      results.initialize(repeating: 0)
      if let base = results.baseAddress {
        nq_feature_constant_derivatives(
          problem.count, steps, problem.h, problem.c, features.coupling, features.share, problem.k,
          moments.column(0), weights, alpha, mu, holdsMomentum ? 1 : 0, scratch.column(0), base)
      }
      return ConstantDerivatives(
        value: results[0], a: results[1], m: results[2], aa: results[3], am: results[4], mm: results[5])
    }
  }
}
