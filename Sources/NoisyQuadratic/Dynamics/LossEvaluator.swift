import CNoisyQuadraticKernels

/// The expected loss of a schedule to rounding, whatever the schedule.
///
/// Plain SGD adds positive terms only. With momentum the noise covariance is carried as a Cholesky factor
/// (D4): after steps so wild that the noise first grows and is then annihilated by more than sixteen
/// digits, the covariance that the solvers' kernels carry may turn negative; its factor cannot.
package struct LossEvaluator {
  private static let (h, sigma, m0, k) = (0, 1, 2, 3)
  private let plain: MomentKernels
  private let data: VectorBank
  private let count: Int

  /// An evaluator beside the kernels that the solvers use on the same problem.
  package init(_ problem: NormalizedProblem, _ kernels: MomentKernels) {
    plain = kernels
    data = VectorBank(length: problem.dimension, columns: 4)
    data.fill(Self.h, with: problem.curvature)
    data.fill(Self.sigma, with: problem.noise.map { $0.squareRoot() })
    data.fill(Self.m0, with: problem.secondMoment)
    data.fill(Self.k, with: problem.weight)
    count = data.stride
  }

  /// A bank of one column: the weights of the directions for which `isIncluded` holds, 0 for the others.
  package func weights(_ problem: NormalizedProblem, where isIncluded: (Int) -> Bool) -> VectorBank {
    let bank = plain.makeBank(columns: 1)
    bank.fill(
      0, with: problem.directions.indices.map { isIncluded(problem.directions[$0]) ? problem.weight[$0] : 0 })
    return bank
  }

  /// Runs a schedule and hands every loss, the one before the first step included, to `record`.
  ///
  /// - Parameters:
  ///   - rates: in the kernels' units.
  ///   - momenta: as many; not looked at without momentum.
  ///   - start: a state of the solvers' kernels; the start of the run at rest if `nil`.
  ///   - weights: one bank for every loss wanted; all directions if empty.
  ///   - record: called with the step and the losses.
  package func run(
    rates: [Double], momenta: [Double], from start: VectorBank? = nil, weights: [VectorBank] = [],
    _ record: (Int, [Double]) -> Void
  ) {
    let state = begin(from: start)
    func losses() -> [Double] {
      weights.isEmpty ? [loss(state, data.column(Self.k))] : weights.map { loss(state, $0.column(0)) }
    }
    record(0, losses())
    for t in rates.indices {
      advance(state, rates[t], momenta[t])
      record(t + 1, losses())
    }
  }

  /// The loss after the last step, or with `weights`, T + 1 numbers, the weighted sum of all losses.
  package func objective(
    rates: [Double], momenta: [Double], weights: [Double]? = nil, from start: VectorBank? = nil
  ) -> Double {
    let state = begin(from: start)
    var sum = 0.0
    func charge(_ t: Int) {
      let weight = weights.map { $0[t] } ?? (t == rates.count ? 1 : 0)
      if weight > 0 { sum += weight * loss(state, data.column(Self.k)) }
    }
    charge(0)
    for t in rates.indices {
      advance(state, rates[t], momenta[t])
      charge(t + 1)
    }
    return sum
  }

  private func begin(from start: VectorBank?) -> VectorBank {
    let state = plain.makeBank(columns: plain.stateColumns)
    if let start {
      state.copy(from: start, 0, to: 0, count: plain.stateColumns)
    } else {
      plain.reset(state)
    }
    if plain.usesMomentum { factor(state) }
    return state
  }

  private func advance(_ state: VectorBank, _ alpha: Double, _ mu: Double) {
    guard plain.usesMomentum else { return plain.advance(state, alpha, 0) }
    nq_heavy_ball_factored_advance(
      count, data.column(Self.h), data.column(Self.sigma), state.column(0), state.column(1),
      state.column(2), state.column(3), state.column(4), alpha, mu)
  }

  private func loss(_ state: VectorBank, _ weights: UnsafePointer<Double>) -> Double {
    plain.usesMomentum
      ? 0.5
        * nq_heavy_ball_factored_dot(count, weights, data.column(Self.m0), state.column(0), state.column(2))
      : 0.5 * nq_dot(count, weights, state.column(0))
  }

  /// Replaces the covariance (p, q, r) of a state by its factor.
  private func factor(_ state: VectorBank) {
    let (p, q, r) = (state.column(2), state.column(3), state.column(4))
    for i in 0..<count {
      let l11 = max(p[i], 0).squareRoot()
      let l21 = l11 > 0 ? q[i] / l11 : 0
      let l22 = max(r[i] - l21 * l21, 0).squareRoot()
      (p[i], q[i], r[i]) = (l11, l21, l22)
    }
  }
}
