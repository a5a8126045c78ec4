import Foundation
import NoisyQuadratic
import Testing

@testable import TrainingCurves

@Suite struct GradientDescentDesignTests {
  private func design(_ curves: [TrainingCurve]) -> (GradientDescentDesign, GradientDescentGrid) {
    let grid = GradientDescentGrid(CurveForm(.sgd), CurveScales(curves))
    return (GradientDescentDesign(curves.map { GradientDescentKernels($0, grid) }, grid), grid)
  }

  @Test(
    "T7: the columns with their weights are the losses of the exact model",
    arguments: [(0.7, 1e-3, 3e-4), (0, 1e-4, 3), (-0.4, 0.1, 20)])
  func columns(exponent: Double, offset: Double, cut: Double) throws {
    let curves = try Simulated.curves(steps: 30, rows: 6)
    let (design, grid) = design(curves)
    let parameters = [exponent, log(offset), log(cut)]
    var weights = [Double](repeating: 0, count: design.columnCount)
    #expect(design.columnCount == 34)
    (weights[0], weights[1], weights[2], weights[20], weights[33]) = (2, 0.3, 0.01, 0.2, 0.05)
    let columns = design.columns(at: parameters)
    let sums = product(columns, weights)
    let model = try design.model(parameters, weights: weights)
    let losses = curves.flatMap { model.losses(under: $0.learningRates, at: $0.steps) }
    #expect(largestScaledError(sums, losses) <= 1e-14)
    guard case .gradientDescent(let descent) = model else {
      Issue.record("another kind of model")
      return
    }
    #expect(descent.asymptote == 2)
    // The signal is that of directions without noise, and weighs its amplitude before the first step.
    #expect(abs(model.losses(under: [], at: [0])[0] - 2.3) <= 1e-14)
    let noisy = descent.quadratic.curvature.indices.filter { descent.quadratic.gradientNoise[$0] > 0 }
    #expect(noisy.map { descent.quadratic.curvature[$0] } == [0, 18, 31].map { grid.noise[$0] })
    // Below the cut the weights fall by e⁴ for a cell. The grid has five cells for a factor of two.
    let quadratic = descent.quadratic
    let slow = quadratic.curvature.indices.filter {
      quadratic.curvature[$0] * grid.scales.timeScale < cut / 4
    }
    let share = slow.map { quadratic.curvature[$0] * quadratic.initialSecondMoment[$0] / 2 }
    #expect(cut < 1e-3 || !slow.isEmpty && share.reduce(0, +) <= 1e-6)
  }

  @Test("T7: without a cut the signal is a power law, and a start with equal moments has e = 0")
  func signal() throws {
    // Small rates, so that the kernels are exponentials.
    let steps = 400
    let curve = try TrainingCurve(
      name: "a", learningRates: Array(repeating: 1, count: steps), steps: [0, 40, 100, 250, 400],
      losses: [5, 4, 3, 2, 1])
    let (design, grid) = design([curve])
    let column = design.columns(at: [0.7, log(0.1), log(2e-4)])[5..<10]
    // ((τ/τ* + x₀)/x₀)^{−e}; curvatures above 1/(x₀ τ*) have no weight, so that αh is below 0.03.
    for (value, step) in zip(column, curve.steps) {
      let expected = pow((Double(step) / 400 + 0.1) / 0.1, -0.7)
      #expect(abs(value - expected) <= 0.02 * expected)
    }
    // h_i = 1/i for i = 1 … d, and ½ h m₀ = ½/i at the start: the density of ln h is constant down to 1/d.
    let d = 200
    let quadratic = try NoisyQuadraticModel(
      curvature: (1...d).map { 1 / Double($0) }, gradientNoise: (1...d).map { _ in 0 },
      initialSecondMoment: (1...d).map { _ in 1 })
    let exact = quadratic.expectedLoss(under: try .constant(learningRate: 1, steps: steps)).values
    let found = design.columns(at: [0, log(1e-5), log(2 * grid.scales.timeScale / Double(d))])[5..<10]
    // Shares of the loss that is left of that after 40 steps, by when the sum over i is an integral.
    let values = Array(found)
    for i in 2..<5 {
      let (a, b) = (values[i] / values[1], exact[curve.steps[i]] / exact[40])
      #expect(abs(a - b) <= 0.03)
    }
  }

  @Test("T7: roughness is the second difference of the noise's levels at the peak rate")
  func roughness() throws {
    let curves = try Simulated.curves(steps: 30, rows: 6)
    let (design, grid) = design(curves)
    #expect(design.roughness.count == 30)
    // A level of 1 for every curvature, then 2^j, by the loss after a long run at the peak rate.
    for (base, expected) in [(1.0, 0.0), (2, 1)] {
      var weights = [Double](repeating: 0, count: 34)
      for (j, h) in grid.noise.enumerated() {
        let u = 1 - 0.5 * h
        // k = 1/(1 − u²) at the peak rate.
        weights[j + 2] = (1 - u * u) * pow(base, Double(j))
      }
      for (j, row) in design.roughness.enumerated() {
        let value = dot(row, weights)
        // 2^{j+2} − 2·2^{j+1} + 2^j
        #expect(abs(value - expected * pow(base, Double(j))) <= 1e-11 * pow(base, Double(j)))
      }
    }
    #expect(design.roughness.allSatisfy { $0[0] == 0 && $0[1] == 0 })
  }

  @Test("T7: a model without weights has a direction all the same")
  func empty() throws {
    let (design, _) = design(try Simulated.curves(steps: 30, rows: 6))
    let weights = [2] + Array(repeating: 0.0, count: 33)
    let model = try design.model([0.5, -3, -3], weights: weights)
    #expect(model.losses(under: [0.5, 0.5], at: [0, 2]) == [2, 2])
  }

  @Test(
    "T7: exact curves of a quadratic of few directions are met, and smoothing is in proportion to the errors",
    .long)
  func recovery() throws {
    let quadratic = try NoisyQuadraticModel(
      curvature: (1...20).map { 1 / Double($0) }, gradientNoise: (1...20).map { 0.1 / Double($0) },
      initialSecondMoment: (1...20).map { _ in 1 })
    let truth = CurveModel.gradientDescent(GradientDescentModel(asymptote: 1, quadratic: quadratic))
    let curves = try Simulated.curves(truth, steps: 120, rows: 12)
    let start = [0, log(1e-3), log(3.0)]
    let fit = try FormFit(curves, CurveForm(.sgd), smoothing: 0, start: start)
    #expect(Elementary.norm(fit.point.residual) <= 1e-3)
    let smooth = try FormFit(curves, CurveForm(.sgd), start: start)
    #expect(abs(smooth.projection.smoothing - 1000 * Elementary.norm(fit.point.residual)) <= 1e-12)
    #expect(Elementary.norm(smooth.point.residual) >= Elementary.norm(fit.point.residual))
    let rates = Simulated.cosine(0.4, 0.05, 120)
    #expect(
      largestScaledError(
        smooth.model.losses(under: rates, at: [30, 120]), truth.losses(under: rates, at: [30, 120])) <= 3e-3)
  }
}
