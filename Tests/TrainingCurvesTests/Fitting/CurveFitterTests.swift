import NoisyQuadratic
import Testing

@testable import TrainingCurves

@Suite struct CurveFitterTests {
  private static func fit(
    rows: Int = 40, _ change: (inout CurveFitter.Options) -> Void = { _ in }
  ) throws {
    var fitter = CurveFitter()
    change(&fitter.options)
    _ = try fitter.fit([try Simulated.curves(steps: 120, rows: rows)[0]])
  }

  private static let bad: [BadInput] = [
    BadInput(.invalidCount(field: "losses", value: 10, expected: "at least 20 in all curves together")) {
      try fit(rows: 10)
    },
    BadInput(.invalidCount(field: "losses", value: 0, expected: "at least 20 in all curves together")) {
      _ = try CurveFitter().fit([])
    },
    BadInput(.invalidCount(field: "maximumRows", value: 19, expected: "at least 20")) {
      try fit { $0.maximumRows = 19 }
    },
    BadInput(.invalidValue(field: "noiseExponent", value: 0, expected: "above 0 and at most 2.5")) {
      try fit { $0.noiseExponent = 0 }
    },
    BadInput(.invalidValue(field: "noiseExponent", value: .nan, expected: "above 0 and at most 2.5")) {
      try fit { $0.noiseExponent = .nan }
    },
    BadInput(.invalidValue(field: "driftExponent", value: 3, expected: "from -1 to 2")) {
      try fit { $0.driftExponent = 3 }
    },
  ]

  @Test("Bad input is refused", arguments: bad)
  func refused(input: BadInput) { input.check() }

  /// The parameters ln e, √(τ₀/τ*), p and d of the simulated model with δ = τ*/20.
  private static let truth = [Elementary.log(0.6), (0.3 / 60).squareRoot(), 0.8, 0.2]

  /// A form's fit by a descent from near the truth.
  private func fit(_ curves: [TrainingCurve]) throws -> FormFit {
    try FormFit(curves, CurveForm(.adaptive), start: [-0.3, 0.1, 0.9, 0.1])
  }

  @Test("T4: a descent from nearby finds the simulated model")
  func recovery() throws {
    let curves = try Simulated.curves(steps: 120, rows: 30)
    let fit = try fit(curves)
    #expect(fit.point.isStationary && fit.point.violation <= NonNegativeLeastSquares.tolerance)
    // The truth's curvatures lie between those of the grid, and the priors pull a little.
    for (found, expected) in zip(fit.point.parameters, Self.truth) { #expect(abs(found - expected) <= 0.1) }
    // Schedules that were not fitted, within the fitted time.
    for rates in [
      Simulated.cosine(0.3, 0.05, 120), Array(repeating: 0.5, count: 60) + Simulated.cosine(0.5, 0.02, 60),
    ] {
      let (found, expected) = (
        fit.model.losses(under: rates, at: [30, 60, 120]),
        Simulated.model().losses(under: rates, at: [30, 60, 120])
      )
      #expect(largestScaledError(found, expected) <= 1e-3)
    }
  }

  @Test("T4: a fit to other losses goes on from the last one")
  func refitted() throws {
    let curves = try Simulated.curves(steps: 60, rows: 15)
    let first = try fit(curves)
    let same = try first.refitted(losses: curves.flatMap(\.losses))
    #expect(same.point.objective <= first.point.objective)
    // Losses in another unit: the same parameters, and weights in that unit.
    let tenfold = try first.refitted(losses: curves.flatMap(\.losses).map { 10 * $0 })
    #expect(largestScaledError(tenfold.point.weights, first.point.weights.map { 10 * $0 }) <= 0.02)
  }

  @Test("T4: residuals are relative, and weigh more late in a run")
  func weights() throws {
    let curve = try TrainingCurve(
      name: "a", learningRates: [1, 1, 2, 0, 12], steps: [0, 1, 3, 5], losses: [4, 3, 2, 2])
    let weights = CurveScales([curve]).weights(curve, power: 0.25)
    #expect(largestScaledError(weights, [0, 0.5, 0.25.squareRoot().squareRoot(), 1]) <= 1e-15)
    let fit = try FormFit(
      [curve, curve.averaged(to: 2)], CurveForm(.adaptive), fixed: [2: 1, 3: 0],
      start: [-0.5, 0.1, 1, 0])
    // Every curve counts the same, whatever the number of its rows.
    let expected = zip(weights, curve.losses).map { $0 / $1 / 8.0.squareRoot() * fit.scales.meanLoss }
    #expect(largestScaledError(Array(fit.projection.weights.prefix(4)), expected) <= 1e-15)
    #expect(fit.point.parameters[2...] == [1, 0])
  }

  @Test("T6: errors are relative, each curve with equal weight")
  func errors() throws {
    let model = CurveModel.relaxation(Simulated.model())
    let curves = try Simulated.curves(steps: 40, rows: 8)
    let off = [try curves[0].with(losses: curves[0].losses.map { $0 / 1.1 }), curves[1].prefix(3)]
    #expect(abs(CrossValidation.error(off.map { (model, $0) }) - 0.1 / 2.0.squareRoot()) <= 1e-12)
    // The number of rows of a curve does not matter.
    let short = curves[1].prefix(3)
    let both = [off[0], try short.with(losses: short.losses.map { $0 / 1.2 })]
    #expect(abs(CrossValidation.error(both.map { (model, $0) }) - 0.025.squareRoot()) <= 1e-12)
  }

  @Test("T6: each curve is predicted from the others", .long)
  func leaveOneOut() throws {
    let curves = try Simulated.curves(steps: 120, rows: 20)
    let candidate = try Candidate(curves, form: CurveForm(.adaptive), fixed: [2: 0.8, 3: 0.2])
    #expect(
      candidate.held.map { $0.curves.map(\.name) } == [
        ["constant", "drop"], ["cosine", "drop"], ["cosine", "constant"],
      ])
    let score = try #require(candidate.score)
    let error = CrossValidation.error(Array(zip(candidate.held.map(\.model), curves)))
    #expect(score.error == error)
    #expect(score.trainingError < score.error && score.error <= 0.02)
    // The scales are those of all curves.
    #expect(candidate.held.allSatisfy { $0.scales.timeScale == candidate.fit.scales.timeScale })
  }

  @Test("T4, T6: curves of a known model give back its losses, and the form is found", .long)
  func automatic() throws {
    let curves = try Simulated.curves(steps: 160, rows: 40, noise: 1e-4)
    var shares: [Double] = []
    let fit = try CurveFitter().fit(curves) { shares.append($0) }
    #expect(fit.form.kind == .adaptive)
    #expect(fit.warnings.isEmpty && fit.isStationary)
    #expect(fit.optimalityViolation <= NonNegativeLeastSquares.tolerance)
    #expect(shares == shares.sorted() && shares.last == 1)
    #expect(fit.rateRange.upperBound == 0.5 && fit.longestRun == 160)
    for metrics in fit.metrics { #expect(metrics.worstRelativeError <= 2e-3 && metrics.r2 >= 0.999) }
    let rates = Simulated.cosine(0.4, 0.02, 160)
    let (found, expected) = (
      fit.model.losses(under: rates, at: [40, 160]), Simulated.model().losses(under: rates, at: [40, 160])
    )
    #expect(largestScaledError(found, expected) <= 2e-3)
  }
}
