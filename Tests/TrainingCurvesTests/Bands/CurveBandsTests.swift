import NoisyQuadratic
import Testing

@testable import TrainingCurves

@Suite struct CurveBandsTests {
  /// A fit to two short noisy curves with known exponents of the noise.
  private static func fit(
    curves count: Int = 2, rows: Int = 15, seed: UInt64 = 1
  ) throws -> CurveFit {
    var fitter = CurveFitter()
    fitter.options.optimizer = .adaptive
    (fitter.options.noiseExponent, fitter.options.driftExponent) = (0.8, 0.2)
    let curves = try Simulated.curves(steps: 90, rows: rows, noise: 2e-3, seed: seed)
    return try fitter.fit([curves[0], curves[2], curves[1]].prefix(count).map { $0 })
  }

  @Test("Bad options are refused")
  func refused() throws {
    let whole = try Self.fit(rows: 10)
    for level in [0, 1, -1, Double.nan] {
      BadInput(.invalidValue(field: "level", value: level, expected: "above 0 and below 1")) {
        var options = CurveBands.Options()
        options.level = level
        _ = try CurveBands(whole, options: options)
      }.check()
    }
    BadInput(.invalidCount(field: "replicates", value: 1, expected: "at least 2")) {
      var options = CurveBands.Options()
      options.replicates = 1
      _ = try CurveBands(whole, options: options)
    }.check()
    BadInput(.invalidCount(field: "block", value: 1, expected: "at least 2")) {
      var options = CurveBands.Options()
      options.block = 1
      _ = try CurveBands(whole, options: options)
    }.check()
  }

  @Test("T6: residuals are drawn in blocks, from all curves, with either sign")
  func blocks() throws {
    let curves = try Simulated.curves(steps: 30, rows: 10, noise: 1e-2)
    let fit = try FormFit(
      curves, CurveForm(.adaptive), fixed: [2: 0.8, 3: 0.2], start: [-0.5, 0.1, 0.8, 0.2])
    let residuals = ScaledResiduals(fit, given: curves)
    // The scaled residuals, again.
    let known = curves.map { curve in
      let predicted = fit.model.losses(under: curve.learningRates, at: curve.steps)
      let weights = fit.scales.weights(curve, power: 0.25)
      return (
        predicted: predicted, scales: zip(predicted, weights).map { $0 / $1 },
        residuals: curve.steps.indices.map {
          (curve.losses[$0] / predicted[$0] - 1) * weights[$0]
        }
      )
    }
    var generator = Xoshiro256StarStar(seed: 4)
    var sources: Set<Int> = []
    var signs: Set<Bool> = []
    for _ in 0..<6 {
      let losses = residuals.resampledLosses(block: 5, using: &generator)
      #expect(losses.count == 30)
      for (c, curve) in known.enumerated() {
        for start in [0, 5] {
          let drawn = (start..<start + 5).map {
            (losses[10 * c + $0] - curve.predicted[$0]) / curve.scales[$0]
          }
          var matches = 0
          for (k, source) in known.enumerated() {
            for first in 0...5 {
              for sign in [1.0, -1]
              where (0..<5).allSatisfy({
                abs(drawn[$0] - sign * source.residuals[first + $0]) <= 1e-12
              }) {
                matches += 1
                sources.insert(k)
                signs.insert(sign > 0)
              }
            }
          }
          #expect(matches == 1)
        }
      }
    }
    #expect(sources == [0, 1, 2] && signs == [true, false])
    // A single loss deviates by the root mean square of the scaled residuals.
    let size =
      (known.reduce(0) { $0 + $1.residuals.reduce(0) { $0 + $1 * $1 } / 10 } / 3).squareRoot()
    let deviations = residuals.deviations([3, 2], under: curves[0].learningRates, at: [0, 30])
    let time = curves[0].learningRates.reduce(0, +)
    #expect(abs(deviations[0] - 3 * size) <= 1e-12)
    #expect(abs(deviations[1] - 2 * size * Elementary.pow(time / 15, -0.25)) <= 1e-12)
  }

  @Test("T6: bands are the same for a seed, and widen with the level", .long)
  func levels() throws {
    let fit = try Self.fit()
    var options = CurveBands.Options()
    (options.replicates, options.block) = (6, 4)
    let (rates, steps) = (Simulated.cosine(0.4, 0.05, 90), [0, 10, 90])
    let bands = try CurveBands(fit, options: options)
    let first = bands.intervals(under: rates, at: steps)
    #expect(first == (try CurveBands(fit, options: options)).intervals(under: rates, at: steps))
    #expect(bands.replicates.count == 6 && bands.level == 0.9 && bands.model == fit.model)
    #expect(first.map(\.prediction) == fit.model.losses(under: rates, at: steps))
    options.level = 0.5
    let half = try CurveBands(fit, options: options)
    #expect(half.scale < bands.scale)
    for (a, b) in zip(first, half.intervals(under: rates, at: steps)) {
      #expect(a.lower < b.lower && b.upper < a.upper && b.lower < b.prediction)
      #expect(abs((a.upper + a.lower) / 2 - a.prediction) <= 1e-12)
    }
    options.seed = 9
    #expect(try CurveBands(fit, options: options).intervals(under: rates, at: steps) != first)
    for range in bands.noiseLevels() {
      #expect(range.lower <= range.upper && abs(range.highest / range.lowest - 10) <= 1e-9)
    }
    let sum = bands.noiseLevels().reduce(0) { $0 + $1.level }
    #expect(abs(sum - fit.model.noise(at: 0.5).reduce(0) { $0 + $1.level }) <= 1e-12)
  }

  @Test("T6: bands hold the losses of schedules that were not fitted about as often as they say", .long)
  func coverage() throws {
    var options = CurveBands.Options()
    (options.replicates, options.block) = (12, 4)
    let steps = Array(stride(from: 10, through: 90, by: 10))
    var (inside, count) = (0, 0)
    for seed in 1...4 {
      let bands = try CurveBands(try Self.fit(curves: 3, seed: UInt64(seed)), options: options)
      var generator = Xoshiro256StarStar(seed: UInt64(100 + seed))
      var normal = NormalSampler()
      for rates in [
        Simulated.cosine(0.5, 0.1, 90), Array(repeating: 0.5, count: 60) + Array(repeating: 0.02, count: 30),
      ] {
        let losses = Simulated.model().losses(under: rates, at: steps)
        for (loss, interval) in zip(losses, bands.intervals(under: rates, at: steps)) {
          let measured = loss * (1 + 2e-3 * normal.next(using: &generator))
          inside += interval.lower <= measured && measured <= interval.upper ? 1 : 0
          count += 1
        }
      }
    }
    // 90% of independent losses would be 65 ± 3 of 72; those of one fit are not independent.
    #expect((54...72).contains(inside) && count == 72)
  }

  @Test("T6: bands are for single losses, also where the fit is to means of many", .long)
  func averaged() throws {
    let curves = try Simulated.curves(steps: 120, rows: 120, noise: 1e-2)
    var options = CurveFitter.Options()
    (options.optimizer, options.maximumRows) = (.adaptive, 20)
    let fit = try CurveFitter(options: options).fit(curves)
    var few = CurveBands.Options()
    few.replicates = 4
    let bands = try CurveBands(fit, options: few)
    let inside = curves.map { curve in
      let intervals = bands.intervals(under: curve.learningRates, at: curve.steps)
      return zip(intervals, curve.losses).count { $0.lower <= $1 && $1 <= $0.upper }
    }
    // Bands for means of six losses would hold about half.
    #expect(Double(inside.reduce(0, +)) >= 0.8 * 360)
  }
}
