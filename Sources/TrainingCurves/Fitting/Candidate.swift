import NoisyQuadratic

/// A form of model, fitted to all curves and to all but each one (T6).
struct Candidate: Sendable {
  let fit: FormFit
  /// The fits without one curve each, in the order of the curves; empty with fewer than three curves.
  let held: [FormFit]
  let score: CrossValidation?

  /// - Parameters:
  ///   - curves: the curves.
  ///   - form: the form.
  ///   - fixed: values of parameters that are not fitted, by place.
  ///   - neighbour: a candidate of the same kind, from whose parameters the searches descend.
  ///   - progress: called with the share of the work that is done.
  /// - Throws: `NoisyQuadraticError` if a LAPACK routine fails.
  init(
    _ curves: [TrainingCurve], form: CurveForm, fixed: [Int: Double], neighbour: Candidate? = nil,
    progress: (Double) -> Void = { _ in }
  ) throws(NoisyQuadraticError) {
    let scales = CurveScales(curves)
    let prepared = curves.map { PreparedCurve($0, form, scales) }
    let parts = curves.count > 2 ? 1 + curves.count : 1
    let fit = try FormFit(
      prepared, form: form, scales: scales, fixed: fixed, start: neighbour?.fit.point.parameters
    ) { progress($0 / Double(parts)) }
    self.fit = fit
    var held: [FormFit] = []
    if curves.count > 2 {
      for i in curves.indices {
        var others = prepared
        others.remove(at: i)
        held.append(
          try FormFit(
            others, form: form, scales: scales, fixed: fixed, smoothing: fit.projection.smoothing,
            start: neighbour?.held[i].point.parameters, descents: 1))
        progress(Double(2 + i) / Double(parts))
      }
    }
    self.held = held
    score =
      held.isEmpty
      ? nil
      : CrossValidation(
        form: form, error: CrossValidation.error(Array(zip(held.map(\.model), curves))),
        trainingError: CrossValidation.error(curves.map { (fit.model, $0) }))
  }
}
