import CNoisyQuadraticKernels

/// Final losses of plain SGD whose batch size may differ from step to step, and their exact derivatives by the
/// rates (P4, P5).
///
/// An instance belongs to one computation and is not thread-safe.
package final class BatchedRun {
  package struct Evaluation {
    /// The final loss.
    package var value: Double
    /// Its derivatives by the rates, with the factors of the noise held fixed.
    package var slopes: [Double]
  }

  private let problem: ProblemColumns
  private let costates, moments, silence: AlignedColumns

  /// The number of doubles that a run needs.
  package static func doubles(dimension: Int, steps: Int) -> Double {
    (Double(steps) + 10) * Double(AlignedColumns.paddedLength(dimension))
  }

  package init(_ problem: NormalizedProblem, steps: Int) {
    self.problem = ProblemColumns(problem)
    costates = AlignedColumns(length: problem.dimension, columns: steps + 1)
    moments = AlignedColumns(length: problem.dimension, columns: 1)
    silence = AlignedColumns(length: problem.dimension, columns: 1)
  }

  /// Evaluates a run.
  ///
  /// - Parameters:
  ///   - rates: α_t in the units of the kernels.
  ///   - factors: returns the factors f_t of the noise at every step, given `α_t √k_t`, where the noise of step t
  ///     adds `f_t α_t² k_t` to the final loss.
  /// - Returns: the final loss and its derivatives.
  /// - Complexity: O(d T).
  package func callAsFunction(_ rates: [Double], _ factors: ([Double]) -> [Double]) -> Evaluation {
    let (d, steps) = (problem.count, rates.count)
    precondition(steps < costates.columns, "at most the steps that there is room for")
    costates.column(steps).update(from: problem.k, count: d)
    var noise = [Double](repeating: 0, count: steps)
    for t in rates.indices.reversed() {
      noise[t] = nq_dot(d, costates.column(t + 1), problem.c)
      costates.copy(from: costates, t + 1, to: t, count: 1)
      nq_sgd_adjoint_step(d, problem.h, costates.column(t), rates[t])
    }
    let factors = factors(rates.indices.map { rates[$0] * (0.5 * noise[$0]).squareRoot() })
    problem.copySecondMoment(to: moments)
    let m = moments.column(0)
    var slopes = noise
    for t in rates.indices {
      var sums = (0.0, 0.0)
      withUnsafeMutableBytes(of: &sums) { bytes in
        guard let base = bytes.bindMemory(to: Double.self).baseAddress else { return }
        nq_sgd_sums(d, problem.h, silence.column(0), m, costates.column(t + 1), base)
      }
      slopes[t] = rates[t] * (sums.0 + factors[t] * noise[t]) - sums.1
      nq_sgd_advance(d, problem.h, silence.column(0), m, rates[t], 1)
      nq_add(d, rates[t] * rates[t] * factors[t], problem.c, m)
    }
    return Evaluation(value: 0.5 * nq_dot(d, problem.k, m), slopes: slopes)
  }
}
