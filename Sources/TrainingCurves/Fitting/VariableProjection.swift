import NoisyQuadratic

/// The fit of weights x ≥ 0 and of a few parameters z that losses are not linear in (T4).
///
/// For given z the weights are a non-negative least-squares problem with one answer, so that only z is searched:
/// on a grid of starts, and then from the best of them by the method of Levenberg and Marquardt on the residual
/// of the best weights. The objective is
/// ```
/// F(z) = ln min_{x ≥ 0} ( ‖W (A(z) x − y)‖² + ‖s D x‖² ) + Σ_k ((z_k − m_k)/d_k)² / N
/// ```
/// with the roughness D of the weights, the strength s of smoothing, and the priors' means m and deviations d.
/// N stands for the number of independent residuals.
struct VariableProjection: Sendable {
  let design: any CurveDesign
  let parameters: [CurveParameter]
  /// The weight of every row.
  let weights: [Double]
  /// s.
  var smoothing: Double
  /// N.
  static let independentResiduals = 30.0

  /// A point of the search.
  struct Point: Sendable {
    var parameters: [Double]
    var weights: [Double]
    var support: [Int]
    /// `W (A x − y)`.
    var residual: [Double]
    /// The same, followed by `s D x`.
    var extended: [Double]
    /// F.
    var objective: Double
    var violation: Double
    var isStationary = false
  }

  private func penalty(_ z: [Double]) -> Double {
    zip(parameters, z).reduce(0) { sum, pair in
      guard let prior = pair.0.prior else { return sum }
      let deviation = (pair.1 - prior.mean) / prior.deviation
      return sum + deviation * deviation
    } / Self.independentResiduals
  }

  /// `W A(z)`, with the rows `s D` below, by columns.
  private func extendedColumns(at z: [Double]) -> [Double] {
    let count = design.columnCount
    let plain = design.columns(at: z)
    let rough = smoothing > 0 ? design.roughness : []
    let rows = weights.count + rough.count
    var columns = [Double](repeating: 0, count: rows * count)
    for j in 0..<count {
      for i in weights.indices { columns[j * rows + i] = plain[j * weights.count + i] * weights[i] }
      for (i, row) in rough.enumerated() { columns[j * rows + weights.count + i] = smoothing * row[j] }
    }
    return columns
  }

  /// The number of weights that the losses determine: the trace of the matrix from losses to fitted losses, with
  /// the weights above 0 held there. Without smoothing it is the number of these weights.
  func determinedWeights(_ point: Point) throws(NoisyQuadraticError) -> Double {
    guard smoothing > 0, !point.support.isEmpty else { return Double(point.support.count) }
    let columns = extendedColumns(at: point.parameters)
    let rows = columns.count / design.columnCount
    let chosen = point.support.flatMap { columns[$0 * rows..<($0 + 1) * rows] }
    let count = point.support.count
    let triangle = try LeastSquares.triangle(columns: chosen, rows: rows)
    var trace = 0.0
    for i in weights.indices {
      // Row i of Q is row i of the columns times the inverse of the triangle.
      var q = [Double](repeating: 0, count: count)
      for j in 0..<count {
        var entry = chosen[j * rows + i]
        for k in 0..<j { entry -= triangle[j * count + k] * q[k] }
        q[j] = triangle[j * count + j] == 0 ? 0 : entry / triangle[j * count + j]
        trace += q[j] * q[j]
      }
    }
    return trace
  }

  /// The best weights for given parameters.
  func point(
    _ z: [Double], losses: [Double], support: [Int] = []
  ) throws(NoisyQuadraticError) -> Point {
    let columns = extendedColumns(at: z)
    let rows = columns.count / design.columnCount
    let right = zip(losses, weights).map { $0 * $1 } + Array(repeating: 0, count: rows - weights.count)
    let fit = try NonNegativeLeastSquares(columns: columns, right: right, support: support)
    var extended = right.map { -$0 }
    for j in fit.support {
      for i in 0..<rows { extended[i] = extended[i].addingProduct(fit.values[j], columns[j * rows + i]) }
    }
    return Point(
      parameters: z, weights: fit.values, support: fit.support,
      residual: Array(extended.prefix(weights.count)), extended: extended,
      // A perfect fit of exact losses leaves rounding only. Weights that are not optimal are refused (T3).
      objective: fit.isOptimal
        ? 2 * Elementary.log(max(Elementary.norm(extended), 1e-14 * Elementary.norm(right))) + penalty(z)
        : .infinity,
      violation: fit.violation)
  }

  /// The best point of a descent from the best starts.
  ///
  /// - Parameters:
  ///   - losses: y.
  ///   - descents: the number of starts from which it descends, at least 1.
  ///   - progress: called with the share of the work that is done, from 0 to 1.
  /// - Returns: the lowest point found.
  /// - Throws: `NoisyQuadraticError` if a LAPACK routine fails.
  func minimize(
    losses: [Double], descents: Int = 3, progress: (Double) -> Void = { _ in }
  ) throws(NoisyQuadraticError) -> Point {
    var starts: [[Double]] = [[]]
    for parameter in parameters {
      starts = starts.flatMap { head in parameter.starts.map { head + [$0] } }
    }
    var points: [Point] = []
    for z in starts {
      points.append(try point(z, losses: losses, support: points.last?.support ?? []))
      progress(0.3 * Double(points.count) / Double(starts.count))
    }
    let order = points.indices.sorted {
      (points[$0].objective, $0) < (points[$1].objective, $1)
    }
    var best = points[order[0]]
    for (k, i) in order.prefix(descents).enumerated() {
      let end = try descend(from: points[i], losses: losses)
      if k == 0 || end.objective < best.objective { best = end }
      progress(0.3 + 0.7 * Double(k + 1) / Double(min(descents, order.count)))
    }
    return best
  }

  /// Descends from a point by the method of Levenberg and Marquardt.
  func descend(
    from start: Point, losses: [Double], maximumIterations: Int = 60, tolerance: Double = 1e-7
  ) throws(NoisyQuadraticError) -> Point {
    var point = start
    var damping = 1e-3
    for _ in 0..<maximumIterations {
      let (slopes, products) = try derivatives(at: point, losses: losses)
      let free = parameters.indices.filter { k in
        let (z, range) = (point.parameters[k], parameters[k].range)
        return !parameters[k].isFixed && !(z <= range.lowerBound && slopes[k] > 0)
          && !(z >= range.upperBound && slopes[k] < 0)
      }
      guard !free.isEmpty else {
        point.isStationary = true
        return point
      }
      var next: Point?
      for _ in 0..<10 {
        let matrix = free.flatMap { a in
          free.map { b in products[a][b] * (a == b ? 1 + damping : 1) }
        }
        if let step = try SmallGeneralMatrix.solve(columns: matrix, free.map { -slopes[$0] }) {
          var z = point.parameters
          for (k, move) in zip(free, step) {
            z[k] = min(max(z[k] + move, parameters[k].range.lowerBound), parameters[k].range.upperBound)
          }
          if z.allSatisfy(\.isFinite) {
            let trial = try self.point(z, losses: losses, support: point.support)
            if trial.objective < point.objective {
              next = trial
              break
            }
          }
        }
        damping *= 8
      }
      guard var next else {
        point.isStationary = true
        return point
      }
      let gain = point.objective - next.objective
      damping = max(damping / 5, 1e-9)
      next.isStationary = gain < tolerance
      point = next
      if point.isStationary { return point }
    }
    return point
  }

  /// Gradient and Gauss–Newton matrix of F in units of the squared residual, by forward differences.
  private func derivatives(
    at point: Point, losses: [Double]
  ) throws(NoisyQuadraticError) -> (slopes: [Double], products: [[Double]]) {
    let count = parameters.count
    var jacobian = [[Double]](repeating: [], count: count)
    for k in 0..<count where !parameters[k].isFixed {
      var z = point.parameters
      let size = z[k] + 1e-4 > parameters[k].range.upperBound ? -1e-4 : 1e-4
      z[k] += size
      let other = try self.point(z, losses: losses, support: point.support)
      jacobian[k] = zip(other.extended, point.extended).map { ($0 - $1) / size }
    }
    let scale = Elementary.norm(point.extended)
    let unit = scale * scale / Self.independentResiduals
    var slopes = [Double](repeating: 0, count: count)
    var products = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for a in 0..<count where !jacobian[a].isEmpty {
      slopes[a] = Self.product(jacobian[a], point.extended)
      for b in 0...a where !jacobian[b].isEmpty {
        products[a][b] = Self.product(jacobian[a], jacobian[b])
        products[b][a] = products[a][b]
      }
      if let prior = parameters[a].prior {
        let stiffness: Double = unit / (prior.deviation * prior.deviation)
        slopes[a] += stiffness * (point.parameters[a] - prior.mean)
        products[a][a] += stiffness
      }
    }
    return (slopes, products)
  }

  private static func product(_ x: [Double], _ y: [Double]) -> Double {
    var sum = 0.0
    for (a, b) in zip(x, y) { sum.addProduct(a, b) }
    return sum
  }
}
