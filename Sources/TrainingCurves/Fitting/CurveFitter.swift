import NoisyQuadratic

/// Fits a noisy quadratic to training curves.
///
/// ```swift
/// let fit = try CurveFitter().fit([cosine, constant, drop])
/// for warning in fit.warnings { print(warning) }
/// let losses = fit.model.losses(under: rates, at: [rates.count])
/// ```
/// With three curves or more, both forms of model are fitted to all curves and to all but each one (T6). The
/// errors on the curves left out, and those of the fit, decide between them, and then on the grid and the
/// smoothing of the noise.
/// With fewer curves, the form is that for adaptive optimizers unless ``Options/optimizer`` says otherwise.
///
/// Cost: less than a second for three curves of some hundred losses each. Curves of more than
/// ``Options/maximumRows`` losses are averaged.
public struct CurveFitter: Sendable {
  /// The optimizer that the curves were trained with.
  public enum Optimizer: String, Sendable, CaseIterable {
    /// The one whose model predicts left-out curves best.
    case automatic
    /// Adam and its kin, whose noise floor is a free power of the rate.
    case adaptive
    /// Plain SGD, or SGD with constant momentum.
    case sgd
  }

  /// How curves are fitted.
  public struct Options: Sendable, Equatable {
    /// The optimizer that the curves were trained with.
    public var optimizer = Optimizer.automatic
    /// The power p of the noise floor, if known; fitted if absent. Only for adaptive optimizers.
    public var noiseExponent: Double?
    /// The power d of the fall of the noise floor, if known; fitted if absent. Only for adaptive optimizers.
    public var driftExponent: Double?
    /// The largest number of losses of a curve that are fitted one by one.
    public var maximumRows = 512

    /// The default options.
    public init() {}
  }

  /// How curves are fitted.
  public var options: Options

  /// The fewest losses, in all curves together, that a fit can begin with.
  public static let minimumRows = 20

  /// A fitter with the given options.
  public init(options: Options = Options()) { self.options = options }

  /// Adaptive if the product of both errors of SGD's form over those of the adaptive one exceeds this number.
  /// Where noise hides the difference, SGD's form costs little and the other one much (T6).
  private static let threshold = 2.0
  /// How much lower than that of the usual grid and smoothing the error of others must be, as a ratio. A few
  /// curves are a few numbers, so that small differences mean nothing.
  private static let preference = 0.5

  /// Fits the curves.
  ///
  /// - Parameters:
  ///   - curves: at least one, with at least ``minimumRows`` losses in all.
  ///   - progress: called with the share of the work that is done, from 0 to 1.
  /// - Returns: the fit. What limits its use is in ``CurveFit/warnings``.
  /// - Throws: `NoisyQuadraticError` for too few losses, for an option outside its domain, and if a LAPACK
  ///   routine fails.
  public func fit(
    _ curves: [TrainingCurve], progress: (Double) -> Void = { _ in }
  ) throws(NoisyQuadraticError) -> CurveFit {
    let fixed = try fixedParameters()
    let rows = curves.reduce(0) { $0 + $1.steps.count }
    guard rows >= Self.minimumRows else {
      throw .invalidCount(
        field: "losses", value: rows, expected: "at least \(Self.minimumRows) in all curves together")
    }
    guard curves.contains(where: { $0.steps[$0.steps.count - 1] > 0 }) else {
      throw .invalidCount(field: "step", value: 0, expected: "a loss after at least one step")
    }
    let scales = CurveScales(curves)
    guard scales.peakRate >= 1e-300, scales.timeScale <= 1e300 else {
      throw .invalidValue(
        field: "learningRate", value: scales.peakRate, expected: "a largest rate from 1e-300 to 1e290")
    }
    guard options.maximumRows >= Self.minimumRows else {
      throw .invalidCount(
        field: "maximumRows", value: options.maximumRows, expected: "at least \(Self.minimumRows)")
    }
    let averaged = curves.map { $0.averaged(to: options.maximumRows) }
    let kinds: [CurveForm.Kind] =
      switch options.optimizer {
      case .adaptive: [.adaptive]
      case .sgd: [.sgd]
      case .automatic: curves.count > 2 ? [.adaptive, .sgd] : [.adaptive]
      }
    let parts = Double(kinds.count + (curves.count > 2 ? CurveForm(kinds[0]).neighbours.count : 0))
    var done = 0.0
    func candidate(_ form: CurveForm, like neighbour: Candidate?) throws(NoisyQuadraticError) -> Candidate {
      let known = form.kind == .adaptive ? fixed : [:]
      defer { done += 1 }
      return try Candidate(averaged, form: form, fixed: known, neighbour: neighbour) {
        progress((done + $0) / parts)
      }
    }
    var best = try candidate(CurveForm(kinds[0]), like: nil)
    var scores = [best.score]
    if kinds.count > 1 {
      let other = try candidate(CurveForm(kinds[1]), like: nil)
      if let a = best.score, let b = other.score,
        b.error * b.trainingError <= Self.threshold * a.error * a.trainingError
      {
        best = other
      }
      scores.append(other.score)
    }
    if let usual = best.score {
      let first = best
      for form in first.fit.form.neighbours {
        let other = try candidate(form, like: first)
        if let score = other.score, let least = best.score, score.error < Self.preference * usual.error,
          score.error < least.error
        {
          best = other
        }
        scores.append(other.score)
      }
    }
    return try CurveFit(
      best, scores: scores.compactMap { $0 }, given: curves,
      isAssumed: options.optimizer == .automatic && curves.count < 3,
      maximumRows: options.maximumRows)
  }

  /// The parameters that options give, by their places among those of an adaptive form.
  private func fixedParameters() throws(NoisyQuadraticError) -> [Int: Double] {
    var fixed: [Int: Double] = [:]
    if let p = options.noiseExponent {
      guard p > 0, p <= 2.5 else {
        throw .invalidValue(field: "noiseExponent", value: p, expected: "above 0 and at most 2.5")
      }
      fixed[2] = p
    }
    if let d = options.driftExponent {
      guard d >= -1, d <= 2 else {
        throw .invalidValue(field: "driftExponent", value: d, expected: "from -1 to 2")
      }
      fixed[3] = d
    }
    return fixed
  }
}
