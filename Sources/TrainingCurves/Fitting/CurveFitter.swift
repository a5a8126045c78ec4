import NoisyQuadratic

/// Fits a noisy quadratic to training curves.
///
/// ```swift
/// let fit = try CurveFitter().fit([cosine, constant, drop])
/// for warning in fit.warnings { print(warning) }
/// let losses = fit.model.losses(under: rates, at: [rates.count])
/// ```
/// Every candidate form of model is fitted to all curves but one and scored on that one (T6). The best form is
/// then fitted to all. With fewer than three curves the first candidate is taken.
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
    public var maximumRows = 1024
    /// How much lower than the first candidate's the error of another one must be, as a ratio, to be taken.
    public var preference = 0.8

    /// The default options.
    public init() {}
  }

  /// How curves are fitted.
  public var options: Options

  /// The fewest losses, in all curves together, that a fit can begin with.
  public static let minimumRows = 20

  /// A fitter with the given options.
  public init(options: Options = Options()) { self.options = options }

  private var candidates: [CurveForm] {
    switch options.optimizer {
    case .automatic: [CurveForm(.adaptive), CurveForm(.sgdPowerLaw), CurveForm(.sgdSpectrum)]
    case .adaptive: [CurveForm(.adaptive)]
    case .sgd: [CurveForm(.sgdPowerLaw), CurveForm(.sgdSpectrum)]
    }
  }

  /// Other lowest curvatures of the noise that are tried.
  private static let lowestCurvatures = [0.25, 2.0]

  /// Fits the curves.
  ///
  /// - Parameters:
  ///   - curves: at least one, with at least ``minimumRows`` losses in all.
  ///   - progress: called with the share of the work that is done, from 0 to 1.
  /// - Returns: the fit. What limits its use is in ``CurveFit/warnings``.
  /// - Throws: ``NoisyQuadraticError`` for too few losses, for an option outside its domain, and if a LAPACK
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
    guard options.maximumRows >= Self.minimumRows else {
      throw .invalidCount(
        field: "maximumRows", value: options.maximumRows, expected: "at least \(Self.minimumRows)")
    }
    let averaged = curves.map { $0.averaged(to: options.maximumRows) }
    var best = candidates[0]
    var scores: [CrossValidation] = []
    var held: [FormFit] = []
    if curves.count > 2 {
      // The work is about that of one fit for every form, for every other lowest curvature, and at the end.
      let tasks = Double(candidates.count + Self.lowestCurvatures.count + 1)
      for form in candidates {
        let (score, fits) = try CrossValidation.leaveOneOut(averaged, form: form, fixed: fixed)
        if scores.isEmpty || score.error < options.preference * scores[0].error,
          scores.allSatisfy({ score.error < $0.error })
        {
          (best, held) = (form, fits)
        }
        scores.append(score)
        progress(Double(scores.count) / tasks)
      }
      let first = scores.first { $0.form == best }?.error ?? .infinity
      let starts = held.map(\.point.parameters)
      for low in Self.lowestCurvatures {
        let form = CurveForm(best.kind, lowestCurvature: low)
        let (score, fits) = try CrossValidation.leaveOneOut(
          averaged, form: form, fixed: fixed, starts: starts)
        if score.error < options.preference * first, scores.allSatisfy({ score.error < $0.error }) {
          (best, held) = (form, fits)
        }
        scores.append(score)
        progress(Double(scores.count) / tasks)
      }
    }
    let done = curves.count > 2 ? 0.8 : 0
    let fit = try FormFit(averaged, form: best, fixed: fixed) { progress(done + (1 - done) * $0) }
    return CurveFit(fit, held: held, scores: scores, given: curves)
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
