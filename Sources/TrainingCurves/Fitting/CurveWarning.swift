import NoisyQuadratic

/// What limits the use of a fit.
public enum CurveWarning: Sendable, Equatable {
  /// There is one curve, which cannot tell noise from signal.
  case oneCurve(String)
  /// All rates are proportional to one another, so that the curves cannot tell noise from signal.
  case proportionalRates
  /// There are two curves, too few to test the model on a curve that it has not seen.
  case twoCurves
  /// A loss grew from the first tenth of a curve to its last.
  case growingLoss(curve: String)

  /// The warnings for a set of curves.
  static func all(_ curves: [TrainingCurve]) -> [CurveWarning] {
    var result: [CurveWarning] = []
    if curves.count == 1 {
      result.append(.oneCurve(curves[0].name))
    } else {
      if areProportional(curves) { result.append(.proportionalRates) }
      if curves.count == 2 { result.append(.twoCurves) }
    }
    for curve in curves {
      let count = max(1, curve.losses.count / 10)
      let (first, last) = (curve.losses.prefix(count), curve.losses.suffix(count))
      if curve.losses.count > 1, last.reduce(0, +) > first.reduce(0, +) {
        result.append(.growingLoss(curve: curve.name))
      }
    }
    return result
  }

  /// Whether the rates of all curves are within 1% of multiples of the first one's, where both have rates.
  private static func areProportional(_ curves: [TrainingCurve]) -> Bool {
    let first = curves[0]
    return curves.dropFirst().allSatisfy { curve in
      let count = min(first.steps[first.steps.count - 1], curve.steps[curve.steps.count - 1])
      let sums = [first, curve].map { Elementary.sum($0.learningRates.prefix(count)) }
      guard sums[0] > 0, sums[1] > 0 else { return true }
      return (0..<count).allSatisfy { t in
        let (a, b) = (first.learningRates[t] / sums[0], curve.learningRates[t] / sums[1])
        return abs(a - b) <= 0.01 * max(a, b)
      }
    }
  }
}

extension CurveWarning: CustomStringConvertible {
  /// The warning in one line.
  public var description: String {
    switch self {
    case .oneCurve(let name):
      "\(name) is the only curve: it cannot tell noise from signal, so predictions under other schedules are "
        + "guesses; add a run with another schedule"
    case .proportionalRates:
      "the rates of all curves are proportional: they cannot tell noise from signal, so predictions under other "
        + "schedules are guesses; add a run whose rate drops"
    case .twoCurves:
      "two curves cannot test the model on a curve that it has not seen; bands rest on the end of each curve, and "
        + "may be too narrow"
    case .growingLoss(let curve):
      "the loss of \(curve) grows: the run may have diverged, and no model of this kind grows"
    }
  }
}
