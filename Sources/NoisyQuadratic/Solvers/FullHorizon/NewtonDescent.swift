/// Newton's method within the box of the limits, for the last digits that sweeps leave open (S15).
///
/// Every step minimizes the quadratic model of the objective over the box. The negative curvatures of the
/// model are turned upwards. A multiple of the Hessian's diagonal is added as long as the model promises more
/// than it keeps (Levenberg–Marquardt). In curved valleys the step is bent along the valley. From a
/// stationary point that is no minimum, the method leaves along the direction of most negative curvature. The
/// objective never rises by more than rounding.
struct NewtonDescent {
  let objective: any SmoothObjective
  let maximumSteps: Int
  /// The KKT residual to reach.
  let tolerance: Double

  private var box: ScheduleBox { objective.box }

  /// Descends from an iterate of the sweeps and adds to its step counts.
  ///
  /// - Parameters:
  ///   - iterate: the iterate to start from.
  ///   - steps: the number of steps after which to pause, if below ``maximumSteps``.
  /// - Returns: the lowest iterate met.
  func descend(_ iterate: ScheduleIterate, steps: Int = .max) -> ScheduleIterate {
    var best = iterate
    let end = min(maximumSteps, steps)
    best.converged = false
    // If nothing but rounding is left of the loss, there is nothing to find.
    let negligible = objective.negligible
    guard best.value > negligible, best.value.isFinite else {
      best.secondOrder = .skipped
      return best
    }
    var damping = 0.0
    var model = model(at: best)
    while best.newtonSteps < end, best.value > negligible {
      let residual = residual(model)
      if residual <= tolerance * best.value {
        guard let lower = belowSaddle(best, model) else {
          best.secondOrder = .reached
          best.converged = true
          return best
        }
        best = lower
        best.newtonSteps += 1
        model = self.model(at: best)
        continue
      }
      best.newtonSteps += 1
      guard let step = step(best, model, residual, &damping) else {
        best.secondOrder = .noProgress
        return best
      }
      (best, model) = step
    }
    best.secondOrder = best.value > negligible ? .stepLimit : .skipped
    return best
  }

  /// First- and second-order optimality of an iterate.
  func report(_ iterate: ScheduleIterate) -> OptimalityReport {
    let model = model(at: iterate)
    let free = model.free(origin, model.gradient)
    let unit = free.map { _ in 1 / objective.total(iterate.value).squareRoot() }
    let smallest = model.matrix.submatrix(free, scale: unit).smallestEigenvalue()
    return box.report(
      iterate.schedule, value: objective.total(iterate.value), gradient: model.gradient,
      hasEffect: model.hasEffect,
      smallestEigenvalue: smallest, freeVariables: free.count)
  }

  /// The number of variables below which all second derivatives are computed.
  static let fewVariables = 200

  private var origin: [Double] { Array(repeating: 0, count: box.scale.count) }

  private func model(at iterate: ScheduleIterate) -> BoundedQuadraticModel {
    let (gradient, hasEffect) = objective.slope(iterate.schedule)
    let x = box.pack(iterate.schedule)
    // A limit that holds against the slope will mostly hold through the step. If many do, skipping their
    // derivatives saves half of the work.
    let active =
      x.count < Self.fewVariables
      ? []
      : x.indices.map { i in
        (x[i] <= 0 && gradient[i] > 0) || (x[i] >= box.upper[i] && gradient[i] < 0)
      }
    let matrix = objective.hessian(iterate.schedule, active: active)
    return BoundedQuadraticModel(
      matrix: matrix, gradient: gradient, lower: x.map { -$0 },
      upper: zip(box.upper, x).map { $0 - $1 }, hasEffect: hasEffect)
  }

  private func residual(_ model: BoundedQuadraticModel) -> Double {
    model.free(origin, model.gradient).reduce(0) { max($0, abs(model.gradient[$1])) }
  }

  /// One Newton step, with as much damping as it takes; `nil` if no step lowers the objective or the
  /// residual.
  private func step(
    _ best: ScheduleIterate, _ model: BoundedQuadraticModel, _ residual: Double, _ damping: inout Double
  ) -> (ScheduleIterate, BoundedQuadraticModel)? {
    let convex = model.convexified() ?? model
    while damping < 1e6 {
      if let (move, decrease) = convex.minimize(damping: damping), decrease > 0 {
        var trial = moved(best, by: move, model)
        // In a curved valley, a straight step leads up its side.
        if best.value - trial.value < 0.75 * decrease, let bent = bent(move, convex, best, model, damping) {
          let other = moved(best, by: bent, model)
          if other.value < trial.value { trial = other }
        }
        let gain = best.value - trial.value
        if gain > 0.1 * decrease {
          if gain > 0.75 * decrease { damping = damping > 1e-8 ? damping / 10 : 0 }
          return (trial, self.model(at: trial))
        }
        // Near the end, the gain drowns in rounding, and the gradient decides.
        if decrease <= 1e-11 * best.value, gain >= -1e-13 * best.value {
          let next = self.model(at: trial)
          if self.residual(next) < 0.5 * residual { return (trial, next) }
        }
      }
      damping = max(10 * damping, 1e-5)
    }
    damping = 0
    return nil
  }

  /// A move with its geodesic acceleration. The acceleration is the Newton step for the gradient that third
  /// derivatives add along the move.
  private func bent(
    _ move: [Double], _ convex: BoundedQuadraticModel, _ iterate: ScheduleIterate,
    _ model: BoundedQuadraticModel,
    _ damping: Double
  ) -> [Double]? {
    // The fraction is small, so that the wall of a valley, quartic in the distance, does not count.
    let fraction = 0.01
    let part = moved(iterate, by: move.map { fraction * $0 }, model)
    let (gradient, _) = objective.slope(part.schedule)
    let product = model.matrix.multiplied(by: move)
    // ½ f‴[p, p], from the difference between the gradient and its linear part.
    let bend = move.indices.map {
      (gradient[$0] - model.gradient[$0] - fraction * product[$0]) / (fraction * fraction)
    }
    let correction = BoundedQuadraticModel(
      matrix: convex.matrix, gradient: bend, lower: zip(model.lower, move).map { $0 - $1 },
      upper: zip(model.upper, move).map { $0 - $1 }, hasEffect: model.hasEffect
    ).minimize(damping: damping)?.move
    return correction.map { zip(move, $0).map { $0 + $1 } }
  }

  private func moved(
    _ iterate: ScheduleIterate, by move: [Double], _ model: BoundedQuadraticModel
  ) -> ScheduleIterate {
    var result = iterate
    result.schedule = box.unpack(move.indices.map { move[$0] - model.lower[$0] })
    result.value = objective.value(result.schedule)
    return result
  }

  /// A lower point along the direction of most negative curvature; `nil` at a minimum.
  private func belowSaddle(_ iterate: ScheduleIterate, _ model: BoundedQuadraticModel) -> ScheduleIterate? {
    let free = model.free(origin, model.gradient)
    guard !free.isEmpty else { return nil }
    // The threshold is beyond rounding, because the matrix is in units of its diagonal.
    let (matrix, scale) = model.reduced(free, damping: 1e-9)
    guard CholeskyFactor(matrix) == nil, let system = try? SymmetricEigensystem(matrix),
      system.values[0] < 0
    else { return nil }
    var length = 0.1
    while length > 1e-6 {
      for sign in [1.0, -1] {
        var move = origin
        for (a, i) in free.enumerated() {
          move[i] = min(
            max(sign * length * system.vectors[a] * scale[a] * iterate.value.squareRoot(), model.lower[i]),
            model.upper[i])
        }
        let trial = moved(iterate, by: move, model)
        if trial.value < iterate.value * (1 - 1e-13) { return trial }
      }
      length /= 4
    }
    return nil
  }
}
