import NoisyQuadratic

/// Bands around the predictions of a fit, from fits to resampled residuals, scaled by errors on losses that a
/// fit has not seen (T6).
///
/// ```
/// |loss − prediction| ≤ scale · √(s² + ρ²)
/// ```
/// s is the standard deviation of the prediction over fits to resampled residuals, and ρ that of a single loss.
/// Residuals of a fit hide the error of its model. So the same is done for fits without one curve each, and the
/// scale is the number that covers the given share of the losses left out. With fewer than three curves the
/// fits have the first 60% of every curve, and the rest is left out.
public struct CurveBands: Sendable {
  /// How bands are computed.
  public struct Options: Sendable, Equatable {
    /// The share of losses that bands are to hold, between 0 and 1.
    public var level = 0.9
    /// The number of fits to resampled residuals.
    public var replicates = 60
    /// The number of neighbouring residuals that are resampled together.
    public var block = 16
    /// The seed of the resampling.
    public var seed: UInt64 = 0

    /// The default options.
    public init() {}
  }

  /// A band at one loss.
  public struct Interval: Sendable, Equatable {
    /// The prediction.
    public let prediction: Double
    /// The ends of the band, at least 0.
    public let lower, upper: Double
  }

  /// A range of the noise's curvatures, and what the curves say of the noise in it.
  public struct NoiseLevel: Sendable, Equatable {
    /// The curvatures, of which the upper end belongs to the next range.
    public let lowest, highest: Double
    /// The loss that the noise adds in the long run at the peak rate.
    public let level: Double
    /// The range of this number over the fits to resampled residuals, at the bands' level, and this number.
    public let lower, upper: Double
    /// Whether the range is within half the level to either side.
    public var isIdentified: Bool { level > 0 && level - lower <= level / 2 && upper - level <= level / 2 }
  }

  /// The share of losses that bands are to hold.
  public let level: Double
  /// The factor between standard deviations and half the width of a band.
  public let scale: Double
  /// The models of fits to resampled residuals.
  public let replicates: [CurveModel]
  /// The fit's model.
  public let model: CurveModel
  private let residuals: ScaledResiduals

  /// Computes bands for a fit.
  ///
  /// - Parameters:
  ///   - fit: the fit.
  ///   - options: how they are computed.
  ///   - progress: called with the share of the work that is done, from 0 to 1.
  /// - Throws: `NoisyQuadraticError` for an option outside its domain, and if a LAPACK routine fails.
  /// - Complexity: as many descents as there are replicates, for the fit and for every fit without one curve.
  public init(
    _ fit: CurveFit, options: Options = Options(), progress: (Double) -> Void = { _ in }
  ) throws(NoisyQuadraticError) {
    guard options.level > 0, options.level < 1 else {
      throw .invalidValue(field: "level", value: options.level, expected: "above 0 and below 1")
    }
    for (field, value) in [("replicates", options.replicates), ("block", options.block)] where value < 2 {
      throw .invalidCount(field: field, value: value, expected: "at least 2")
    }
    var generator = Xoshiro256StarStar(seed: options.seed)
    let folds = try Self.folds(fit)
    let parts = Double(folds.count + 1)
    var ratios: [Double] = []
    for (i, fold) in folds.enumerated() {
      let residuals = ScaledResiduals(fold.fit, given: fold.seen)
      let models = try Self.resampled(fold.fit, residuals, options, &generator) {
        progress((Double(i) + $0) / parts)
      }
      for (curve, rows) in fold.heldRows {
        let deviations = Self.deviations(models, fold.fit.model, residuals, curve)
        ratios += rows.map { abs(curve.losses[$0] - deviations[$0].center) / deviations[$0].deviation }
      }
    }
    // A ratio of 0/0, of a perfect fit of exact losses, says nothing.
    ratios = ratios.filter { !$0.isNaN }.sorted()
    let place = Int((options.level * Double(ratios.count)).rounded(.up)) - 1
    scale = ratios.isEmpty ? 1 : ratios[min(max(place, 0), ratios.count - 1)]
    level = options.level
    model = fit.model
    residuals = ScaledResiduals(fit.fit, given: fit.curves)
    replicates = try Self.resampled(fit.fit, residuals, options, &generator) {
      progress((parts - 1 + $0) / parts)
    }
  }

  /// The band of the loss after given numbers of updates under given rates.
  ///
  /// - Parameters:
  ///   - learningRates: the rates from the first step on.
  ///   - steps: numbers of updates, ascending, each from 0 to the number of rates.
  /// - Returns: one interval for each of these numbers.
  /// - Complexity: O(R T n) for R replicates.
  public func intervals(under learningRates: [Double], at steps: [Int]) -> [Interval] {
    Self.deviations(replicates, model, residuals, learningRates, steps).map {
      Interval(
        prediction: $0.center, lower: max(0, $0.center - scale * $0.deviation),
        upper: $0.center + scale * $0.deviation)
    }
  }

  /// What the curves say of the noise in each range of a factor of 10 in curvature.
  public func noiseLevels() -> [NoiseLevel] {
    let rate = residuals.scales.peakRate
    let all = [model.noise(at: rate)] + replicates.map { $0.noise(at: rate) }
    let curvatures = all.flatMap { $0.map(\.curvature) }
    guard let lowest = curvatures.min(), let highest = curvatures.max() else { return [] }
    var result: [NoiseLevel] = []
    // Ranges are whole powers of 10 of h α*.
    var decade = (Elementary.log(lowest * rate) / Elementary.log(10)).rounded(.down)
    while true {
      let low = Elementary.pow(10, decade) / rate
      guard low <= highest else { return result }
      let levels = all.map { noise in
        noise.reduce(0) { $1.curvature >= low && $1.curvature < 10 * low ? $0 + $1.level : $0 }
      }
      let sorted = levels.dropFirst().sorted()
      let tail = Int((Double(sorted.count) * (1 - level) / 2).rounded(.down))
      result.append(
        NoiseLevel(
          lowest: low, highest: 10 * low, level: levels[0], lower: min(levels[0], sorted[tail]),
          upper: max(levels[0], sorted[sorted.count - 1 - tail])))
      decade += 1
    }
  }

  /// A fit, the losses that it has seen, and the rows that it has not, single losses in both.
  private typealias Fold = (
    fit: FormFit, seen: [TrainingCurve], heldRows: [(curve: TrainingCurve, rows: Range<Int>)]
  )

  private static func folds(_ fit: CurveFit) throws(NoisyQuadraticError) -> [Fold] {
    let given = fit.curves
    if !fit.held.isEmpty {
      return fit.held.enumerated().map { i, held in
        var seen = given
        seen.remove(at: i)
        return (held, seen, [(given[i], 0..<given[i].steps.count)])
      }
    }
    let counts = given.map { ($0.steps.count * 3 + 4) / 5 }
    let seen = zip(given, counts).map { $0.prefix($1) }
    let source = fit.fit
    let part = try FormFit(
      seen.map { PreparedCurve($0.averaged(to: fit.maximumRows), source.form, source.scales) },
      form: source.form, scales: source.scales, fixed: source.fixed,
      smoothing: source.projection.smoothing)
    return [(part, seen, zip(given, counts).map { ($0, $1..<$0.steps.count) })]
  }

  /// The models of fits to resampled residuals.
  private static func resampled(
    _ fit: FormFit, _ residuals: ScaledResiduals, _ options: Options,
    _ generator: inout Xoshiro256StarStar, progress: (Double) -> Void
  ) throws(NoisyQuadraticError) -> [CurveModel] {
    var models: [CurveModel] = []
    for count in 1...options.replicates {
      let losses = residuals.resampledLosses(block: options.block, using: &generator)
      models.append(try fit.refitted(losses: losses).model)
      progress(Double(count) / Double(options.replicates))
    }
    return models
  }

  private static func deviations(
    _ models: [CurveModel], _ center: CurveModel, _ residuals: ScaledResiduals, _ curve: TrainingCurve
  ) -> [(center: Double, deviation: Double)] {
    deviations(models, center, residuals, curve.learningRates, curve.steps)
  }

  /// The predictions with their standard deviations.
  private static func deviations(
    _ models: [CurveModel], _ center: CurveModel, _ residuals: ScaledResiduals, _ rates: [Double],
    _ steps: [Int]
  ) -> [(center: Double, deviation: Double)] {
    let centers = center.losses(under: rates, at: steps)
    var squares = [Double](repeating: 0, count: steps.count)
    var means = squares
    for model in models {
      for (i, loss) in model.losses(under: rates, at: steps).enumerated() {
        let offset = loss - centers[i]
        means[i] += offset
        squares[i] += offset * offset
      }
    }
    let count = Double(models.count)
    let single = residuals.deviations(centers, under: rates, at: steps)
    return steps.indices.map { i in
      let variance = max(0, squares[i] / count - means[i] / count * (means[i] / count))
      return (centers[i], (variance * count / (count - 1) + single[i] * single[i]).squareRoot())
    }
  }
}
