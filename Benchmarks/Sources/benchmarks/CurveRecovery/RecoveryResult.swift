import NoisyQuadratic
import TrainingCurves

/// What a fit to three simulated curves of a known model says of other schedules.
struct RecoveryResult {
  let form: CurveForm.Kind
  /// The root mean square of relative errors on the true losses of other curves, over the noise.
  let error: Double
  /// For each other curve the share of its noisy losses within the bands.
  let coverage: [Double]
  /// The true final loss of the fit's optimum, less the least, over the least above the asymptote.
  let excessGap: Double
  /// The same over the least.
  let lossGap: Double

  init(_ truth: RecoveryTruth, noise: Double, steps: Int, seed: UInt64) throws {
    let peak = truth.peakRate
    var generator = Xoshiro256StarStar(seed: seed)
    var sampler = NormalSampler()
    func curve(_ name: String, _ rates: [Double]) throws -> (measured: TrainingCurve, exact: [Double]) {
      let places = (1...200).map { $0 * rates.count / 200 }
      let exact = truth.model.losses(under: rates, at: places)
      let losses = exact.map { $0 * (1 + noise * sampler.next(using: &generator)) }
      return (try TrainingCurve(name: name, learningRates: rates, steps: places, losses: losses), exact)
    }
    let constant = Array(repeating: peak, count: steps)
    let drop = (0..<steps).map { $0 < steps / 2 ? peak : 0.3 * peak }
    func cosine(_ steps: Int) throws -> [Double] {
      try Schedule.cosine(initialValue: peak, endValue: peak / 10, steps: steps).learningRates
    }
    let fitted = try [
      curve("cosine", cosine(steps)), curve("constant", constant), curve("drop", drop),
    ].map(\.measured)
    let others = try [
      curve(
        "wsd",
        Schedule.warmupStableDecay(
          peakValue: peak, warmupSteps: 0, decaySteps: steps / 5, steps: steps
        ).learningRates),
      curve("linear", Schedule.linear(initialValue: peak, steps: steps).learningRates),
      curve("cosine, long", cosine(3 * steps)),
      curve("constant, long", Array(repeating: peak, count: 3 * steps)),
    ]
    let fit = try CurveFitter().fit(fitted)
    let bands = try CurveBands(fit)
    form = fit.form.kind
    var (squares, shares) = (0.0, [Double]())
    for (measured, exact) in others {
      let intervals = bands.intervals(under: measured.learningRates, at: measured.steps)
      let inside = zip(intervals, measured.losses).count { $0.lower <= $1 && $1 <= $0.upper }
      shares.append(Double(inside) / Double(intervals.count))
      for (interval, loss) in zip(intervals, exact) {
        let error = (interval.prediction / loss - 1) / noise
        squares += error * error / Double(exact.count * others.count)
      }
    }
    (error, coverage) = (squares.squareRoot(), shares)
    let plan = try SchedulePlan(horizon: steps, peakRate: peak)
    let optimum = try CurvePlanner(model: fit.model, plan: plan).optimum().schedule
    let reached = truth.model.losses(under: optimum.learningRates, at: [steps])[0]
    let least = try truth.leastLoss(steps)
    excessGap = (reached - least) / (least - truth.model.asymptote)
    lossGap = (reached - least) / least
  }
}
