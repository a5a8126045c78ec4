import NoisyQuadratic

/// What limits the use of a fit.
public enum CurveWarning: Sendable, Equatable {
  /// There is one curve, which cannot tell noise from signal.
  case oneCurve(String)
  /// All rates are proportional to one another, so that the curves cannot tell noise from signal.
  case proportionalRates
  /// There are two curves, too few to test the model on a curve that it has not seen.
  case twoCurves
  /// The model is that for adaptive optimizers because there are too few curves to choose.
  case assumedAdaptive
  /// There are few losses for what the fit determines.
  case fewLosses(Int, effectiveParameters: Double)
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

  /// Whether the rates of every two curves are nearly multiples of each other, where both have rates: as shares
  /// of the intrinsic time they differ by 5% in all at most, such as by the length of a warmup.
  private static func areProportional(_ curves: [TrainingCurve]) -> Bool {
    curves.indices.allSatisfy { i in
      curves.indices.prefix(i).allSatisfy { j in
        let pair = [curves[i], curves[j]]
        let count = pair.reduce(Int.max) { min($0, $1.steps[$1.steps.count - 1]) }
        let sums = pair.map { Elementary.sum($0.learningRates.prefix(count)) }
        guard sums[0] > 0, sums[1] > 0 else { return true }
        let difference = (0..<count).reduce(0) {
          $0 + abs(pair[0].learningRates[$1] / sums[0] - pair[1].learningRates[$1] / sums[1])
        }
        return difference <= 0.05
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
    case .assumedAdaptive:
      "fewer than three curves cannot show whether the optimizer was adaptive or plain SGD: an adaptive one is assumed"
    case .fewLosses(let count, let parameters):
      "\(count) losses are few for the \((parameters * 10).rounded() / 10) numbers that the fit takes from them: "
        + "log more rows"
    case .growingLoss(let curve):
      "the loss of \(curve) grows: the run may have diverged, and no model of this kind grows"
    }
  }
}
