import CNoisyQuadraticKernels

/// The moment dynamics of one problem on the fast kernels, for plain SGD or heavy ball.
///
/// States, costates and recorded moments are columns of ``AlignedColumns``:
/// - SGD: The state is `m`. The costate is `w`, with `final loss = ½ Σ w m + const`. The moments are `m`.
/// - Heavy ball: The state is the signal path `x, y` and the noise covariance `p, q, r` (D4). The costate is
///   the adjoint path `a, b` (S2), or, with running costs, the matrix `A, B, C` (S13). The moments are `E
///   θ²`, `E θv` and `E v²`.
package struct MomentKernels {
  private static let (h, c, m0, k) = (0, 1, 2, 3)
  private let data: AlignedColumns
  private let count: Int
  package let usesMomentum: Bool
  /// Whether losses before the last one count. If so, the costates of heavy ball are matrices.
  package let hasRunningCosts: Bool

  package var stateColumns: Int { usesMomentum ? 5 : 1 }
  package var costateColumns: Int { usesMomentum ? (hasRunningCosts ? 3 : 2) : 1 }
  package var momentColumns: Int { usesMomentum ? 3 : 1 }
  package let dimension: Int

  package init(_ problem: NormalizedProblem, usesMomentum: Bool, hasRunningCosts: Bool = false) {
    self.usesMomentum = usesMomentum
    self.hasRunningCosts = hasRunningCosts
    dimension = problem.dimension
    data = AlignedColumns(length: problem.dimension, columns: 4)
    data.fill(Self.h, with: problem.curvature)
    data.fill(Self.c, with: problem.noise)
    data.fill(Self.m0, with: problem.secondMoment)
    data.fill(Self.k, with: problem.weight)
    count = data.stride
  }

  package func makeColumns(columns: Int) -> AlignedColumns {
    AlignedColumns(length: dimension, columns: columns)
  }

  // MARK: States

  /// Sets a state to the start of the run, at rest.
  package func reset(_ state: AlignedColumns) {
    if usesMomentum {
      state.column(0).update(repeating: 1, count: count)
      for column in 1..<5 { state.column(column).update(repeating: 0, count: count) }
    } else {
      state.copy(from: data, Self.m0, to: 0, count: 1)
    }
  }

  /// Advances a state by `steps` steps of the same rate and momentum.
  package func advance(_ s: AlignedColumns, _ alpha: Double, _ mu: Double, steps: Int = 1) {
    if usesMomentum {
      nq_heavy_ball_advance(
        count, data.column(Self.h), data.column(Self.c), s.column(0), s.column(1), s.column(2),
        s.column(3), s.column(4), alpha, mu, steps)
    } else {
      nq_sgd_advance(count, data.column(Self.h), data.column(Self.c), s.column(0), alpha, steps)
    }
  }

  /// Writes the second moments of a state to `slots`, starting at column `target`.
  package func record(_ s: AlignedColumns, into slots: AlignedColumns, at target: Int) {
    if usesMomentum {
      nq_heavy_ball_moments(
        count, data.column(Self.m0), s.column(0), s.column(1), s.column(2), s.column(3), s.column(4),
        slots.column(target), slots.column(target + 1), slots.column(target + 2))
    } else {
      slots.copy(from: s, 0, to: target, count: 1)
    }
  }

  /// Columns that begin with the second moments of a state. For SGD they are the state itself.
  package func moments(of state: AlignedColumns, scratch: AlignedColumns) -> AlignedColumns {
    guard usesMomentum else { return state }
    record(state, into: scratch, at: 0)
    return scratch
  }

  /// The expected loss of a state.
  package func loss(_ s: AlignedColumns) -> Double {
    usesMomentum
      ? 0.5 * nq_heavy_ball_dot(count, data.column(Self.k), data.column(Self.m0), s.column(0), s.column(2))
      : 0.5 * nq_dot(count, data.column(Self.k), s.column(0))
  }

  /// The loss before the first step and after every step, correct to rounding for every schedule.
  ///
  /// The run starts from `state`, or, if that is `nil`, from the start of the run at rest.
  package func losses(_ schedule: KernelSchedule, from state: AlignedColumns? = nil) -> [Double] {
    let (rates, momenta) = (schedule.rates, schedule.momenta)
    let (h, c, m0, k) = (
      data.column(Self.h), data.column(Self.c), data.column(Self.m0), data.column(Self.k)
    )
    return Array(unsafeUninitializedCapacity: rates.count + 1) { losses, length in
      guard let base = losses.baseAddress else { return }
      if usesMomentum {
        precondition(momenta.count == rates.count, "a momentum for every rate")
        nq_heavy_ball_losses(count, rates.count, h, c, k, m0, state?.column(0), count, rates, momenta, base)
      } else {
        nq_sgd_losses(count, rates.count, h, c, k, state?.column(0) ?? m0, rates, base)
      }
      length = rates.count + 1
    }
  }

  // MARK: Costates

  /// Sets a costate to its value after the last step, whose loss counts `weight` times.
  package func terminalAdjoint(_ costate: AlignedColumns, weight: Double = 1) {
    if usesMomentum, !hasRunningCosts {
      precondition(weight == 1, "an adjoint path belongs to the plain final loss")
      costate.column(0).update(repeating: 1, count: count)
      costate.column(1).update(repeating: 0, count: count)
    } else {
      for column in 0..<costateColumns { costate.column(column).update(repeating: 0, count: count) }
      addRunningCost(costate, weight: weight)
    }
  }

  /// Adds `weight` times the loss at the costate's time to the costate.
  package func addRunningCost(_ costate: AlignedColumns, weight: Double) {
    precondition(hasRunningCosts || !usesMomentum, "running costs need matrices")
    nq_add(count, weight, data.column(Self.k), costate.column(0))
  }

  /// Adds a column of coefficients of the second moments to the costate.
  package func addRunningCost(_ costate: AlignedColumns, sources: AlignedColumns, at column: Int) {
    precondition(hasRunningCosts || !usesMomentum, "running costs need matrices")
    nq_add(count, 1, sources.column(column), costate.column(0))
  }

  package func adjointStep(_ costate: AlignedColumns, _ alpha: Double, _ mu: Double) {
    if !usesMomentum {
      nq_sgd_adjoint_step(count, data.column(Self.h), costate.column(0), alpha)
    } else if hasRunningCosts {
      nq_heavy_ball_matrix_adjoint_step(
        count, data.column(Self.h), costate.column(0), costate.column(1), costate.column(2), alpha, mu)
    } else {
      nq_heavy_ball_adjoint_step(count, data.column(Self.h), costate.column(0), costate.column(1), alpha, mu)
    }
  }

  // MARK: One step

  /// The objective as a function of one step's rate and momentum, from the moments before the step and the
  /// costate after it.
  package func quadratic(
    moments: AlignedColumns, at m: Int, costate: AlignedColumns, at w: Int
  ) -> StepQuadratic {
    var sums = (0.0, 0.0, 0.0, 0.0, 0.0)
    return withUnsafeMutableBytes(of: &sums) { raw in
      let out = raw.assumingMemoryBound(to: Double.self)
      guard let start = out.baseAddress else { return StepQuadratic(aa: 0, am: 0, mm: 0, ba: 0, bm: 0) }
      if usesMomentum {
        let (h, c) = (data.column(Self.h), data.column(Self.c))
        let (p, q, r) = (moments.column(m), moments.column(m + 1), moments.column(m + 2))
        if hasRunningCosts {
          nq_heavy_ball_matrix_sums(
            count, h, c, costate.column(w), costate.column(w + 1), costate.column(w + 2), p, q, r, start)
        } else {
          nq_heavy_ball_sums(
            count, h, c, data.column(Self.k), costate.column(w), costate.column(w + 1), p, q, r, start)
        }
        return StepQuadratic(aa: out[0], am: out[1], mm: out[2], ba: out[3], bm: out[4])
      }
      nq_sgd_sums(
        count, data.column(Self.h), data.column(Self.c), moments.column(m), costate.column(w), start)
      return StepQuadratic(aa: out[0], am: 0, mm: 0, ba: out[1], bm: 0)
    }
  }

  // MARK: Passes

  /// One forward pass of a sweep over some steps (S6). The first of these steps uses the first slot. See the
  /// kernel.
  ///
  /// - Returns: the largest projected derivative. Each derivative is taken before its rate is replaced.
  package func sweepForward(
    _ state: AlignedColumns, _ slots: AlignedColumns, _ rates: inout [Double], steps: Range<Int>,
    maximumRate: Double
  ) -> Double {
    precondition(!usesMomentum && steps.count <= slots.columns && rates.indices.contains(steps))
    return rates.withUnsafeMutableBufferPointer { rates in
      guard let base = rates.baseAddress, !steps.isEmpty else { return 0 }
      return nq_sgd_sweep_forward(
        count, steps.count, data.column(Self.h), data.column(Self.c), state.column(0), slots.column(0),
        base + steps.lowerBound, maximumRate)
    }
  }

  /// The backward counterpart of the forward pass above.
  package func sweepBackward(
    _ costate: AlignedColumns, _ slots: AlignedColumns, _ rates: inout [Double], steps: Range<Int>,
    maximumRate: Double
  ) -> Double {
    precondition(!usesMomentum && steps.count <= slots.columns && rates.indices.contains(steps))
    return rates.withUnsafeMutableBufferPointer { rates in
      guard let base = rates.baseAddress, !steps.isEmpty else { return 0 }
      return nq_sgd_sweep_backward(
        count, steps.count, data.column(Self.h), data.column(Self.c), costate.column(0), slots.column(0),
        base + steps.lowerBound, maximumRate, nil)
    }
  }

  /// The derivatives of the final loss with respect to the rates of some steps (S5), from the moments in
  /// `slots`.
  package func slopes(
    _ costate: AlignedColumns, _ slots: AlignedColumns, _ rates: [Double], steps: Range<Int>,
    into slopes: inout [Double]
  ) {
    precondition(!usesMomentum && steps.count <= slots.columns && rates.indices.contains(steps))
    precondition(slopes.count == rates.count)
    guard !steps.isEmpty else { return }
    // Copy the rates of these steps only, because a long run has many segments.
    var part = Array(rates[steps])
    part.withUnsafeMutableBufferPointer { rates in
      slopes.withUnsafeMutableBufferPointer { slopes in
        guard let base = rates.baseAddress, let target = slopes.baseAddress else { return }
        _ = nq_sgd_sweep_backward(
          count, steps.count, data.column(Self.h), data.column(Self.c), costate.column(0), slots.column(0),
          base, 0, target + steps.lowerBound)
      }
    }
  }

  /// ``sweepForward(_:_:_:steps:maximumRate:)`` with momentum. This pass does not measure derivatives.
  package func sweepForward(
    _ state: AlignedColumns, _ slots: AlignedColumns, _ rates: inout [Double], _ momenta: inout [Double],
    steps: Range<Int>, maximumRate: Double, maximumMomentum: Double
  ) {
    precondition(usesMomentum && !hasRunningCosts && 3 * steps.count <= slots.columns)
    precondition(rates.indices.contains(steps) && momenta.count == rates.count)
    rates.withUnsafeMutableBufferPointer { rates in
      momenta.withUnsafeMutableBufferPointer { momenta in
        guard let alpha = rates.baseAddress, let mu = momenta.baseAddress, !steps.isEmpty else { return }
        nq_heavy_ball_sweep_forward(
          count, steps.count, data.column(Self.h), data.column(Self.c), data.column(Self.m0),
          data.column(Self.k), state.column(0), slots.column(0), alpha + steps.lowerBound,
          mu + steps.lowerBound, maximumRate, maximumMomentum)
      }
    }
  }

  /// The backward counterpart of the forward pass above.
  package func sweepBackward(
    _ costate: AlignedColumns, _ slots: AlignedColumns, _ rates: inout [Double], _ momenta: inout [Double],
    steps: Range<Int>, maximumRate: Double, maximumMomentum: Double
  ) {
    precondition(usesMomentum && !hasRunningCosts && 3 * steps.count <= slots.columns)
    precondition(rates.indices.contains(steps) && momenta.count == rates.count)
    rates.withUnsafeMutableBufferPointer { rates in
      momenta.withUnsafeMutableBufferPointer { momenta in
        guard let alpha = rates.baseAddress, let mu = momenta.baseAddress, !steps.isEmpty else { return }
        nq_heavy_ball_sweep_backward(
          count, steps.count, data.column(Self.h), data.column(Self.c), data.column(Self.k),
          costate.column(0), slots.column(0), alpha + steps.lowerBound, mu + steps.lowerBound, maximumRate,
          maximumMomentum)
      }
    }
  }

  /// Records the moments before each of some steps and advances the state through these steps.
  package func recordMoments(_ state: AlignedColumns, into slots: AlignedColumns, rates: ArraySlice<Double>) {
    precondition(!usesMomentum && rates.count <= slots.columns)
    rates.withUnsafeBufferPointer { rates in
      guard let base = rates.baseAddress, !rates.isEmpty else { return }
      nq_sgd_record_moments(
        count, rates.count, data.column(Self.h), data.column(Self.c), state.column(0), slots.column(0), base)
    }
  }

  /// Records the costates after each of some steps and takes the costate back through these steps.
  package func recordCostates(
    _ costate: AlignedColumns, into slots: AlignedColumns, rates: ArraySlice<Double>
  ) {
    precondition(!usesMomentum && rates.count <= slots.columns)
    rates.withUnsafeBufferPointer { rates in
      guard let base = rates.baseAddress, !rates.isEmpty else { return }
      nq_sgd_record_costates(
        count, rates.count, data.column(Self.h), costate.column(0), slots.column(0), base)
    }
  }

  /// Adds the second derivatives between the controls of different steps (S14) to a matrix.
  ///
  /// The matrix is a lower triangle, stored by rows. With momentum, pairs in which a variable is at an active
  /// bound are skipped.
  package func addCrossDerivatives(
    _ trajectory: AlignedColumns, _ schedule: KernelSchedule, active: [UInt8], to matrix: inout [Double]
  ) {
    let (steps, rates, momenta) = (schedule.count, schedule.rates, schedule.momenta)
    let (h, c, base) = (data.column(Self.h), data.column(Self.c), trajectory.column(0))
    // Process a block of directions at a time, so that its trajectory stays in the cache while s runs.
    let lanes = max(8, (1 << 19) / (8 * trajectory.columns) / 8 * 8)
    var scratch = [Double](repeating: 0, count: 6 * lanes)
    for first in stride(from: 0, to: count, by: lanes) {
      let d = min(lanes, count - first)
      for s in 0..<steps {
        if usesMomentum {
          nq_heavy_ball_tangents(
            d, trajectory.stride, steps, s, h + first, c + first, base + first, rates, momenta, active,
            &scratch, &matrix)
        } else {
          nq_sgd_tangents(
            d, trajectory.stride, steps, s, h + first, c + first, base + first, rates, &scratch, &matrix)
        }
      }
    }
  }
}
