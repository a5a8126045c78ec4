/// Minimization over the unit cube with gradients, by the quasi-Newton method of Broyden, Fletcher,
/// Goldfarb and Shanno, projected onto the bounds (F6).
package enum BoundedBFGS {
  /// A value of the function and its gradient. The value is infinite where the function has none.
  package struct Evaluation {
    package var value: Double
    package var gradient: [Double]

    package init(value: Double, gradient: [Double]) {
      self.value = value
      self.gradient = gradient
    }
  }

  /// The lowest point that the search found.
  package struct Outcome {
    package var point: [Double]
    package var value: Double
    /// The largest entry of the projected gradient.
    package var residual: Double
    package var iterations, evaluations: Int
    package var converged: Bool
  }

  /// A local minimum of `f` on `[0, 1]ⁿ`.
  ///
  /// The search stops when the projected gradient is at most `tolerance`. It also stops when steepest descent
  /// finds no lower point, which happens at a kink and at the limit of floating-point precision.
  ///
  /// - Complexity: O(n²) per iteration in addition to the evaluations.
  package static func minimize<E>(
    _ f: ([Double]) throws(E) -> Evaluation, from start: [Double], maximumIterations: Int, tolerance: Double
  ) throws(E) -> Outcome {
    var x = start
    var current = try f(x)
    var evaluations = 1
    var inverse = InverseHessian(dimension: x.count)
    func outcome(_ iterations: Int, converged: Bool) -> Outcome {
      Outcome(
        point: x, value: current.value, residual: residual(x, current.gradient), iterations: iterations,
        evaluations: evaluations, converged: converged)
    }
    for iteration in 0..<maximumIterations {
      guard current.value.isFinite, residual(x, current.gradient) > tolerance else {
        return outcome(iteration, converged: current.value < .infinity)
      }
      let isFree = x.indices.map { !isActive(x[$0], current.gradient[$0]) }
      var direction = inverse.direction(current.gradient, isFree)
      if !(dot(direction, current.gradient) < 0) {
        inverse.reset()
        direction = inverse.direction(current.gradient, isFree)
      }
      // The bound on the step keeps it in the region where the quadratic model has a meaning.
      let longest = direction.map(abs).max() ?? 0
      var t = min(1, 0.25 / longest)
      var next: (x: [Double], evaluation: Evaluation)?
      while t * longest > 1e-14 {
        let trial = x.indices.map { min(max(x[$0] + t * direction[$0], 0), 1) }
        let step = x.indices.map { trial[$0] - x[$0] }
        let evaluation = try f(trial)
        evaluations += 1
        let slope = dot(step, current.gradient)
        if evaluation.value <= current.value + 1e-4 * slope, evaluation.gradient.allSatisfy(\.isFinite) {
          next = (trial, evaluation)
          break
        }
        // Use the minimum of the parabola through the two values and the slope. Without a value, take a
        // tenth.
        let curvature = evaluation.value - current.value - slope
        t *= curvature.isFinite && curvature > 0 ? min(max(-slope / (2 * curvature), 0.1), 0.5) : 0.1
      }
      guard let next else {
        if inverse.isIdentity { return outcome(iteration + 1, converged: true) }
        inverse.reset()
        continue
      }
      // The gradient's change in a variable that does not move says nothing about the other variables.
      let step = x.indices.map { next.x[$0] - x[$0] }
      let change = x.indices.map { i in
        step[i] == 0 ? 0 : next.evaluation.gradient[i] - current.gradient[i]
      }
      inverse.update(step: step, change: change)
      (x, current) = (next.x, next.evaluation)
    }
    return outcome(maximumIterations, converged: false)
  }

  /// Whether descent would leave the interval, which means that the bound is active.
  private static func isActive(_ x: Double, _ slope: Double) -> Bool {
    x <= 0 && slope > 0 || x >= 1 && slope < 0
  }

  private static func residual(_ x: [Double], _ gradient: [Double]) -> Double {
    x.indices.reduce(0) { isActive(x[$1], gradient[$1]) ? $0 : max($0, abs(gradient[$1])) }
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// A positive definite estimate of the inverse Hessian.
  private struct InverseHessian {
    private let dimension: Int
    private var rows: [[Double]]
    /// Whether there has been no update since the last reset.
    private(set) var isIdentity = true

    init(dimension: Int) {
      self.dimension = dimension
      rows = []
      reset()
    }

    mutating func reset() {
      rows = (0..<dimension).map { i in (0..<dimension).map { $0 == i ? 1 : 0 } }
      isIdentity = true
    }

    /// `−H g` within the free variables. A principal submatrix of H is positive definite too.
    func direction(_ gradient: [Double], _ isFree: [Bool]) -> [Double] {
      (0..<dimension).map { i in
        guard isFree[i] else { return 0 }
        return -(0..<dimension).reduce(0) { $0 + (isFree[$1] ? rows[i][$1] * gradient[$1] : 0) }
      }
    }

    /// `H ← (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ` with `ρ = 1/sᵀy`. H stays unchanged if the update would not
    /// keep it positive definite.
    mutating func update(step s: [Double], change y: [Double]) {
      let sy = dot(s, y)
      let yy = dot(y, y)
      guard sy > 1e-12 * (dot(s, s) * yy).squareRoot() else { return }
      if isIdentity {
        for i in 0..<dimension { rows[i][i] = sy / yy }
        isIdentity = false
      }
      let hy = rows.map { dot($0, y) }
      let factor = (1 + dot(y, hy) / sy) / sy
      for i in 0..<dimension {
        for j in 0..<dimension {
          rows[i][j] += factor * s[i] * s[j] - (hy[i] * s[j] + s[i] * hy[j]) / sy
        }
      }
    }
  }
}
