/// Minimization over a box with gradients for thousands of variables, by the limited-memory quasi-Newton method
/// of Broyden, Fletcher, Goldfarb and Shanno, projected onto the bounds (F9).
package struct BoundedLBFGS {
  /// The bounds of every variable; upper bounds may be infinite.
  package var lower, upper: [Double]
  /// The number of pairs of steps and gradient changes that the method remembers, at least 1.
  package var memory = 30
  /// The largest number of iterations.
  package var maximumIterations: Int
  /// The residual at which the search stops.
  package var tolerance: Double
  /// The largest change of a variable in one iteration.
  package var longestStep = 0.5

  package init(lower: [Double], upper: [Double], maximumIterations: Int, tolerance: Double) {
    (self.lower, self.upper) = (lower, upper)
    (self.maximumIterations, self.tolerance) = (maximumIterations, tolerance)
  }

  /// A local minimum of `f` in the box.
  ///
  /// The search stops when the projected gradient is at most the tolerance. It also stops when steepest descent
  /// finds no lower point, which happens at a kink and at the limit of floating-point precision. The outcome's
  /// residual tells one from the other.
  ///
  /// - Complexity: O(n · memory) per iteration in addition to the evaluations.
  package func minimize<E>(
    _ f: ([Double]) throws(E) -> BoundedBFGS.Evaluation, from start: [Double]
  ) throws(E) -> BoundedBFGS.Outcome {
    var x = clamped(start)
    var current = try f(x)
    var (evaluations, iterations) = (1, 0)
    var pairs = Pairs(capacity: memory)
    func outcome(converged: Bool) -> BoundedBFGS.Outcome {
      BoundedBFGS.Outcome(
        point: x, value: current.value, residual: residual(x, current.gradient), iterations: iterations,
        evaluations: evaluations, converged: converged)
    }
    while iterations < maximumIterations {
      let residual = residual(x, current.gradient)
      guard current.value.isFinite, residual > tolerance else {
        return outcome(converged: current.value < .infinity)
      }
      iterations += 1
      var direction = direction(x, current.gradient, &pairs, margin: min(residual, Self.margin))
      if !(dot(direction, current.gradient) < 0) {
        pairs.reset()
        direction = self.direction(x, current.gradient, &pairs, margin: 0)
      }
      let longest = direction.reduce(0) { max($0, abs($1)) }
      var t = min(1, longestStep / longest)
      var next: (x: [Double], step: [Double], evaluation: BoundedBFGS.Evaluation)?
      while t * longest > 1e-15 {
        let trial = clamped(x.indices.map { x[$0] + t * direction[$0] })
        let step = x.indices.map { trial[$0] - x[$0] }
        let evaluation = try f(trial)
        evaluations += 1
        let slope = dot(step, current.gradient)
        if isLower(evaluation, than: current, step, slope) {
          next = (trial, step, evaluation)
          break
        }
        // Use the minimum of the parabola through the two values and the slope. Without a value, take a tenth.
        let curvature = evaluation.value - current.value - slope
        t *= curvature.isFinite && curvature > 0 ? min(max(-slope / (2 * curvature), 0.1), 0.5) : 0.1
      }
      guard let next else {
        if pairs.isEmpty { return outcome(converged: true) }
        pairs.reset()
        continue
      }
      // The gradient's change in a variable that does not move says nothing about the other variables.
      let change = x.indices.map { i in
        next.step[i] == 0 ? 0 : next.evaluation.gradient[i] - current.gradient[i]
      }
      pairs.append(step: next.step, change: change)
      (x, current) = (next.x, next.evaluation)
    }
    return outcome(converged: residual(x, current.gradient) <= tolerance)
  }

  /// A variable this close to a bound is held there if descent pushes it out.
  private static let margin = 1e-3

  private func clamped(_ x: [Double]) -> [Double] {
    x.indices.map { min(max(x[$0], lower[$0]), upper[$0]) }
  }

  /// Whether an evaluation lies far enough below another. At the limit of precision, where values say nothing
  /// any more, the slopes along the step decide.
  private func isLower(
    _ next: BoundedBFGS.Evaluation, than current: BoundedBFGS.Evaluation, _ step: [Double], _ slope: Double
  ) -> Bool {
    guard slope < 0, next.gradient.allSatisfy(\.isFinite) else { return false }
    if next.value <= current.value + 1e-4 * slope { return true }
    return next.value <= current.value + 1e-15 * abs(current.value)
      && abs(dot(step, next.gradient)) <= 0.9 * -slope
  }

  /// The largest derivative of a variable that is not held at a bound.
  private func residual(_ x: [Double], _ gradient: [Double]) -> Double {
    x.indices.reduce(0) {
      isHeld(x[$1], $1, gradient[$1], margin: 0) ? $0 : max($0, abs(gradient[$1]))
    }
  }

  private func isHeld(_ x: Double, _ i: Int, _ slope: Double, margin: Double) -> Bool {
    x <= lower[i] + margin && slope > 0 || x >= upper[i] - margin && slope < 0
  }

  /// A direction of descent: that of the limited-memory method for the free variables, and to the bound for the
  /// others.
  private func direction(
    _ x: [Double], _ gradient: [Double], _ pairs: inout Pairs, margin: Double
  ) -> [Double] {
    let isFree = x.indices.map { !isHeld(x[$0], $0, gradient[$0], margin: margin) }
    var direction = pairs.product(x.indices.map { isFree[$0] ? -gradient[$0] : 0 }, isFree)
    for i in x.indices where !isFree[i] { direction[i] = (gradient[i] > 0 ? lower[i] : upper[i]) - x[i] }
    return direction
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double { Pairs.dot(a, b) }

  /// The last steps and the changes of the gradient along them.
  private struct Pairs {
    let capacity: Int
    private var steps: [[Double]] = []
    private var changes: [[Double]] = []

    init(capacity: Int) { self.capacity = capacity }

    var isEmpty: Bool { steps.isEmpty }

    static func dot(_ a: [Double], _ b: [Double]) -> Double {
      var sum = 0.0
      for i in a.indices { sum += a[i] * b[i] }
      return sum
    }

    mutating func reset() {
      steps = []
      changes = []
    }

    mutating func append(step: [Double], change: [Double]) {
      let product = Self.dot(step, change)
      guard product > 1e-10 * (Self.dot(step, step) * Self.dot(change, change)).squareRoot() else { return }
      if steps.count == capacity {
        steps.removeFirst()
        changes.removeFirst()
      }
      steps.append(step)
      changes.append(change)
    }

    /// The product of the estimated inverse Hessian of the free variables and a vector, which is 0 elsewhere.
    ///
    /// Only the free entries of the pairs count, so the estimate is one of the Hessian in the face of the box
    /// that the free variables span.
    func product(_ vector: [Double], _ isFree: [Bool]) -> [Double] {
      var result = vector
      func dot(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for i in isFree.indices where isFree[i] { sum += a[i] * b[i] }
        return sum
      }
      var used: [(pair: Int, curvature: Double, factor: Double)] = []
      var scale = 1.0
      for j in steps.indices.reversed() {
        let (s, y) = (steps[j], changes[j])
        let curvature = dot(s, y)
        let yy = dot(y, y)
        guard curvature > 1e-10 * (dot(s, s) * yy).squareRoot() else { continue }
        if used.isEmpty { scale = curvature / yy }
        let factor = dot(s, result) / curvature
        used.append((j, curvature, factor))
        for i in isFree.indices where isFree[i] { result[i] -= factor * y[i] }
      }
      for i in isFree.indices where isFree[i] { result[i] *= scale }
      for (j, curvature, factor) in used.reversed() {
        let (s, y) = (steps[j], changes[j])
        let change = factor - dot(y, result) / curvature
        for i in isFree.indices where isFree[i] { result[i] += change * s[i] }
      }
      return result
    }
  }
}
