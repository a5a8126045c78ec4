import NoisyQuadratic
import Testing

@testable import TrainingCurves

@Suite struct VariableProjectionTests {
  /// The columns 1, e^{−z_0 t} and e^{−z_1 t} at t = 0, 1/4, …
  private struct Exponentials: CurveDesign {
    let columnCount = 3
    let rows: Int
    let parameters: [CurveParameter]
    /// The sum of the exponentials' weights, with their difference.
    let roughness: [[Double]] = [[0, 1, 1], [0, 1, -1]]

    func columns(at z: [Double]) -> [Double] {
      [0, z[0], z[1]].flatMap { z in (0..<rows).map { Elementary.exp(-z * Double($0) / 4) } }
    }

    func model(_ parameters: [Double], weights: [Double]) throws(NoisyQuadraticError) -> CurveModel {
      .relaxation(Simulated.model())
    }
  }

  private static let free = [
    CurveParameter(range: 0.05...1, starts: [0.2, 0.5]), CurveParameter(range: 0.5...6, starts: [1, 4]),
  ]

  private func projection(
    _ parameters: [CurveParameter], rows: Int = 24, smoothing: Double = 0
  ) -> VariableProjection {
    VariableProjection(
      design: Exponentials(rows: rows, parameters: parameters), parameters: parameters,
      weights: (0..<rows).map { 1 + 0.1 * Double($0 % 3) }, smoothing: smoothing)
  }

  /// The losses 1 + 2 e^{−0.3t} + 3 e^{−2t}, with errors of a given size.
  private func losses(error: Double = 0, rows: Int = 24) -> [Double] {
    var generator = Xoshiro256StarStar(seed: 3)
    return (0..<rows).map { i in
      let t = Double(i) / 4
      let exact = 1 + 2 * Elementary.exp(-0.3 * t) + 3 * Elementary.exp(-2 * t)
      return exact + error * (2 * generator.uniform() - 1)
    }
  }

  @Test("T4: exact losses give back the parameters and weights")
  func exact() throws {
    let found = try projection(Self.free).minimize(losses: losses())
    // The objective ends at rounding, squared; parameters that fit as well are within its root.
    #expect(largestScaledError(found.parameters, [0.3, 2]) <= 1e-6)
    #expect(largestScaledError(found.weights, [1, 2, 3]) <= 1e-5)
    #expect(Elementary.norm(found.residual) <= 1e-9)
    #expect(found.violation <= NonNegativeLeastSquares.tolerance)
  }

  /// The derivative of F by central differences.
  private func slope(
    _ projection: VariableProjection, _ point: VariableProjection.Point, _ losses: [Double], _ k: Int
  ) throws -> Double {
    let values = try [1e-4, -1e-4].map { h in
      var z = point.parameters
      z[k] += h
      return try projection.point(z, losses: losses).objective
    }
    return (values[0] - values[1]) / 2e-4
  }

  @Test("T4: a descent ends where the objective is stationary, priors included")
  func stationary() throws {
    var parameters = Self.free
    parameters[1].prior = (mean: 3, deviation: 0.05)
    let losses = losses(error: 0.02)
    for (parameters, isPulled, smoothing) in [
      (Self.free, false, 0), (parameters, true, 0), (parameters, true, 0.01),
    ] {
      let projection = projection(parameters, smoothing: smoothing)
      let found = try projection.minimize(losses: losses)
      #expect(found.isStationary)
      // F changes by less than 1e-7 in a last step whose length is the slope over the curvature, about 1.
      for k in 0...1 { #expect(abs(try slope(projection, found, losses, k)) <= 2e-3) }
      #expect((found.parameters[1] > 2.2) == isPulled)
      // The search is no better off anywhere near.
      for move in [[0.01, 0], [-0.01, 0], [0, 0.05], [0, -0.05], [0.01, 0.05]] {
        let z = zip(found.parameters, move).map { $0 + $1 }
        #expect(try projection.point(z, losses: losses).objective > found.objective)
      }
    }
  }

  @Test("T4: priors add squared deviations over 30")
  func priors() throws {
    var parameters = Self.free
    (parameters[0].prior, parameters[1].prior) = ((0.2, 0.1), (3, 0.5))
    let z = [0.35, 2]
    let with = try projection(parameters).point(z, losses: losses(error: 0.1)).objective
    let without = try projection(Self.free).point(z, losses: losses(error: 0.1)).objective
    #expect(abs(with - without - (2.25 + 4) / 30) <= 1e-13)
  }

  @Test("T4: smoothing adds the squares of the roughness")
  func smoothing() throws {
    let losses = losses(error: 0.1)
    let found = try projection(Self.free, smoothing: 0.5).point([0.3, 2], losses: losses)
    let x = found.weights
    let residual = Elementary.norm(found.residual)
    let roughness = 0.25 * ((x[1] + x[2]) * (x[1] + x[2]) + (x[1] - x[2]) * (x[1] - x[2]))
    #expect(abs(found.objective - Elementary.log(residual * residual + roughness)) <= 1e-13)
    #expect(found.residual.count == 24 && found.extended.count == 26)
    // It costs residual and lowers the weights.
    let plain = try projection(Self.free).point([0.3, 2], losses: losses)
    #expect(residual > Elementary.norm(plain.residual) && x[2] < plain.weights[2])
    #expect(plain.extended == plain.residual)
  }

  @Test("T4: the number of determined weights is how far losses move their own fits")
  func determinedWeights() throws {
    let losses = losses(error: 0.1)
    for smoothing in [0, 0.5, 3] {
      let projection = projection(Self.free, smoothing: smoothing)
      let point = try projection.point([0.3, 2], losses: losses)
      #expect(point.support == [0, 1, 2])
      var trace = 0.0
      for i in losses.indices {
        var moved = losses
        moved[i] += 0.01
        let other = try projection.point([0.3, 2], losses: moved)
        #expect(other.support == point.support)
        // Fitted losses are residuals plus losses, both weighted.
        trace += 1 + (other.residual[i] - point.residual[i]) / (0.01 * projection.weights[i])
      }
      let found = try projection.determinedWeights(point)
      #expect(abs(found - trace) <= 1e-9)
      #expect(smoothing == 0 ? abs(found - 3) <= 1e-12 : found < 2.9 && found > 1)
    }
  }

  @Test("T4: fixed parameters stay, and bounds hold")
  func bounds() throws {
    let fixed = [Self.free[0], Self.free[1].fixed(at: 1.5)]
    let found = try projection(fixed).minimize(losses: losses())
    #expect(found.parameters[1] == 1.5)
    #expect(found.isStationary)
    let tight = [CurveParameter(range: 0.4...1, starts: [0.6]), Self.free[1]]
    let bounded = try projection(tight).minimize(losses: losses())
    #expect(bounded.parameters[0] == 0.4)
    #expect(bounded.isStationary)
    let all = try projection([Self.free[0].fixed(at: 0.3), Self.free[1].fixed(at: 2)]).minimize(
      losses: losses())
    #expect(all.parameters == [0.3, 2] && all.isStationary)
    #expect(largestScaledError(all.weights, [1, 2, 3]) <= 1e-13)
  }

  @Test("T4: the search is over the grid of all starts, and reports its progress")
  func progress() throws {
    var shares: [Double] = []
    _ = try projection(Self.free).minimize(losses: losses(), descents: 2) { shares.append($0) }
    #expect(shares.count == 6)
    #expect(shares == shares.sorted() && shares.last == 1)
  }
}
