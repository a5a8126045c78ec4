import CNoisyQuadraticKernels

/// Runs of constant rate and momentum from one state, and their derivatives (C6); or runs of constant rate without
/// momentum whose iterates are averaged (Y2).
///
/// Final losses take O(d log T) time, however long the run. Weighted losses take O(d T), and so do all losses if
/// the noise depends on the parameters (X4).
package final class ConstantRun {
  package let steps: Int
  /// The number of evaluations so far.
  package private(set) var evaluations = 0
  private let problem: ProblemColumns
  private let weights: [Double]?
  /// Whether the loss is that of the exponential average of the iterates. The average's decay then takes the place
  /// of the momentum.
  private let averages: Bool
  /// The columns x, y, p, q, r of a heavy-ball state. Plain SGD has its moments in p.
  private let state: AlignedColumns
  /// The dynamics that make every step, if there is no closed form.
  private let stepwise: (any FeatureNoiseDynamics)?
  private let start: AlignedColumns

  /// - Parameters:
  ///   - dynamics: the dynamics.
  ///   - steps: T ≥ 1.
  ///   - weights: the T + 1 weights of the losses; `nil` for the final loss alone. The first has no effect.
  ///   - averages: whether the final loss is that of the average of the iterates, which starts at a state at rest.
  ///   - start: the state at the start, which is copied.
  package init(
    _ dynamics: any MomentDynamics, steps: Int, weights: [Double]? = nil, averages: Bool = false,
    from start: AlignedColumns
  ) {
    precondition(weights.map { $0.count == steps + 1 && !averages } ?? true, "a weight for every loss")
    self.averages = averages
    self.steps = steps
    self.weights = weights
    problem = dynamics.problem
    stepwise = dynamics as? any FeatureNoiseDynamics
    self.start = dynamics.makeColumns(columns: dynamics.stateColumns)
    self.start.copy(from: start, 0, to: 0, count: dynamics.stateColumns)
    state = dynamics.makeColumns(columns: 5)
    state.copy(
      from: start, 0, to: dynamics.rule == .sgd ? 2 : 0, count: dynamics.stateColumns)
  }

  /// The objective at pairs of rate and momentum; infinite where it overflows.
  package func losses(_ alpha: [Double], _ mu: [Double]) -> [Double] {
    precondition(alpha.count == mu.count, "a momentum for every rate")
    evaluations += alpha.count
    if let stepwise {
      let scratch = stepwise.makeColumns(columns: 5)
      return zip(alpha, mu).map {
        stepwise.constantLoss($0, $1, steps: steps, weights: weights, from: state, scratch: scratch)
      }
    }
    return Array(unsafeUninitializedCapacity: alpha.count) { losses, length in
      guard let base = losses.baseAddress else { return }
      if averages {
        nq_average_losses(
          problem.count, steps, problem.h, problem.c, problem.k, problem.m0, state.column(0), problem.count,
          alpha.count, alpha, mu, base)
      } else {
        nq_constant_losses(
          problem.count, steps, problem.h, problem.c, problem.k, problem.m0, state.column(0), problem.count,
          weights, alpha.count, alpha, mu, base)
      }
      for j in alpha.indices where losses[j].isNaN { losses[j] = .infinity }
      length = alpha.count
    }
  }

  /// The objective and its derivatives at one pair. The derivatives by the momentum are left out and 0 if
  /// momentum 0 is held.
  package func derivatives(_ alpha: Double, _ mu: Double, holdsMomentum: Bool = false) -> ConstantDerivatives
  {
    evaluations += 1
    if let stepwise {
      return stepwise.constantDerivatives(
        alpha, mu, steps: steps, weights: weights, from: start, holdsMomentum: holdsMomentum && mu == 0)
    }
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 6) { results in
      results.initialize(repeating: 0)
      if let base = results.baseAddress {
        if holdsMomentum, mu == 0 {
          nq_constant_slope(
            problem.count, steps, problem.h, problem.c, problem.k, problem.m0, state.column(0), problem.count,
            weights, alpha, base)
          return ConstantDerivatives(value: results[0], a: results[1], m: 0, aa: results[2], am: 0, mm: 0)
        }
        if averages {
          nq_average_derivatives(
            problem.count, steps, problem.h, problem.c, problem.k, problem.m0, state.column(0), problem.count,
            alpha, mu, base)
        } else {
          nq_constant_derivatives(
            problem.count, steps, problem.h, problem.c, problem.k, problem.m0, state.column(0), problem.count,
            weights, alpha, mu, base)
        }
      }
      return ConstantDerivatives(
        value: results[0], a: results[1], m: results[2], aa: results[3], am: results[4], mm: results[5])
    }
  }
}
