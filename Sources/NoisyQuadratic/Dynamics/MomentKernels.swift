import CNoisyQuadraticKernels

/// The moment dynamics of one problem on the fast kernels: plain SGD, or heavy ball.
///
/// States, costates and recorded moments are columns of a ``VectorBank``:
/// - SGD: state `m`; costate `w` (with `final loss = ½ Σ w m + const`); moments `m`.
/// - heavy ball: state signal path `x, y` and noise covariance `p, q, r` (D4); costate the adjoint path
///   `a, b` (S2); moments `P, Q, R` of `(θ, v)`.
package struct MomentKernels {
  private static let (h, c, m0, k) = (0, 1, 2, 3)
  private let data: VectorBank
  private let count: Int
  package let usesMomentum: Bool

  package var stateColumns: Int { usesMomentum ? 5 : 1 }
  package var costateColumns: Int { usesMomentum ? 2 : 1 }
  package var momentColumns: Int { usesMomentum ? 3 : 1 }
  package let dimension: Int

  package init(_ problem: NormalizedProblem, usesMomentum: Bool) {
    self.usesMomentum = usesMomentum
    dimension = problem.dimension
    data = VectorBank(length: problem.dimension, columns: 4)
    data.fill(Self.h, with: problem.curvature)
    data.fill(Self.c, with: problem.noise)
    data.fill(Self.m0, with: problem.secondMoment)
    data.fill(Self.k, with: problem.weight)
    count = data.stride
  }

  package func makeBank(columns: Int) -> VectorBank { VectorBank(length: dimension, columns: columns) }

  // MARK: States

  /// The start of the run, at rest.
  package func reset(_ state: VectorBank) {
    if usesMomentum {
      state.column(0).update(repeating: 1, count: count)
      for column in 1..<5 { state.column(column).update(repeating: 0, count: count) }
    } else {
      state.copy(from: data, Self.m0, to: 0, count: 1)
    }
  }

  package func advance(_ s: VectorBank, _ alpha: Double, _ mu: Double) {
    if usesMomentum {
      nq_heavy_ball_advance(
        count, data.column(Self.h), data.column(Self.c), s.column(0), s.column(1), s.column(2),
        s.column(3), s.column(4), alpha, mu)
    } else {
      nq_sgd_advance(count, data.column(Self.h), data.column(Self.c), s.column(0), alpha)
    }
  }

  /// The second moments of a state, written to `slots` from column `target` on.
  package func record(_ s: VectorBank, into slots: VectorBank, at target: Int) {
    if usesMomentum {
      nq_heavy_ball_moments(
        count, data.column(Self.m0), s.column(0), s.column(1), s.column(2), s.column(3), s.column(4),
        slots.column(target), slots.column(target + 1), slots.column(target + 2))
    } else {
      slots.copy(from: s, 0, to: target, count: 1)
    }
  }

  /// A bank whose first columns are the second moments of a state: the state itself for SGD.
  package func moments(of state: VectorBank, scratch: VectorBank) -> VectorBank {
    guard usesMomentum else { return state }
    record(state, into: scratch, at: 0)
    return scratch
  }

  /// The expected loss of a state.
  package func loss(_ s: VectorBank) -> Double {
    usesMomentum
      ? 0.5 * nq_heavy_ball_dot(count, data.column(Self.k), data.column(Self.m0), s.column(0), s.column(2))
      : 0.5 * nq_dot(count, data.column(Self.k), s.column(0))
  }

  // MARK: Costates

  /// The costate of the final loss after the last step.
  package func terminate(_ costate: VectorBank) {
    if usesMomentum {
      costate.column(0).update(repeating: 1, count: count)
      costate.column(1).update(repeating: 0, count: count)
    } else {
      costate.copy(from: data, Self.k, to: 0, count: 1)
    }
  }

  package func retreat(_ costate: VectorBank, _ alpha: Double, _ mu: Double) {
    if usesMomentum {
      nq_heavy_ball_retreat(count, data.column(Self.h), costate.column(0), costate.column(1), alpha, mu)
    } else {
      nq_sgd_retreat(count, data.column(Self.h), costate.column(0), alpha)
    }
  }

  // MARK: One step

  /// The final loss as a function of this step's rate and momentum, from the moments before the step and
  /// the costate after it.
  package func quadratic(
    moments: VectorBank, at m: Int, costate: VectorBank, at w: Int
  ) -> StepQuadratic {
    var sums = (0.0, 0.0, 0.0, 0.0, 0.0)
    return withUnsafeMutableBytes(of: &sums) { raw in
      let out = raw.assumingMemoryBound(to: Double.self)
      guard let start = out.baseAddress else { return StepQuadratic(aa: 0, am: 0, mm: 0, ba: 0, bm: 0) }
      if usesMomentum {
        nq_heavy_ball_sums(
          count, data.column(Self.h), data.column(Self.c), data.column(Self.k), costate.column(w),
          costate.column(w + 1), moments.column(m), moments.column(m + 1), moments.column(m + 2), start)
        return StepQuadratic(aa: out[0], am: out[1], mm: out[2], ba: out[3], bm: out[4])
      }
      nq_sgd_sums(
        count, data.column(Self.h), data.column(Self.c), moments.column(m), costate.column(w), start)
      return StepQuadratic(aa: out[0], am: 0, mm: 0, ba: out[1], bm: 0)
    }
  }
}
