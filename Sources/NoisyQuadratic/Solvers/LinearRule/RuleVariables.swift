/// The rates and momenta of a run as variables of a minimizer, within limits in the numbers of their own
/// convention (S17). Rates and momenta alternate.
struct RuleVariables {
  /// The variable that stands for a learning rate. Momenta stand for themselves.
  enum Form {
    /// The rate, divided by its limit.
    case linear
    /// `log(1 + α/ε)` with ε a small part of the limit. Valleys of equal `α/(1 − μ)` are straighter in it, and
    /// rates of all sizes change by equal parts.
    case logarithmic
  }

  let form: Form
  /// The limit on rates, which may be infinite, and a typical large rate.
  private let limit, reference: Double
  private let largestMomentum: Double
  /// The smallest momentum that a search may choose: 0, or the smallest that does not skip the buffer.
  let smallestMomentum: Double

  /// The rate, in typical large ones, below which the logarithmic variable is linear. Of 1/1000 to 1/10, values
  /// about this one took the fewest iterations.
  private static let linearPart = 1.0 / 32

  init(_ form: Form, _ setup: SolverSetup, _ convention: MomentumConvention) {
    self.form = form
    limit = setup.limits.learningRate ?? .infinity
    reference = setup.problem.modelRate(setup.limits.referenceRate(setup.problem))
    largestMomentum = setup.limits.momentum
    smallestMomentum = convention.skipsBuffers ? min(Schedule.smallestMomentum, largestMomentum) : 0
  }

  private var unit: Double { form == .linear ? reference : Self.linearPart * reference }

  private func variable(_ rate: Double) -> Double {
    guard unit > 0 else { return 0 }
    return form == .linear ? rate / unit : Elementary.log1p(rate / unit)
  }

  /// The point of a schedule within the limits.
  func point(_ schedule: Schedule) -> [Double] {
    schedule.flatMap { [variable($0.learningRate), $0.momentum] }
  }

  /// The schedule of a point. A variable at its bound gives the limit to the last bit.
  func schedule(_ x: [Double], _ convention: MomentumConvention) -> Schedule {
    let highest = variable(limit)
    let steps = stride(from: 0, to: x.count, by: 2)
    return Schedule(
      validRates: steps.map { t in
        if x[t] >= highest { return limit }
        return min(form == .linear ? x[t] * unit : Elementary.expm1(x[t]) * unit, limit)
      }, momenta: steps.map { x[$0 + 1] }, convention: convention)
  }

  /// The derivatives by the variables, from those by rates and momenta.
  func derivatives(_ gradient: ScheduleGradient, at schedule: Schedule) -> [Double] {
    schedule.indices.flatMap { t in
      let stretch = form == .linear ? unit : schedule.learningRates[t] + unit
      return [gradient.learningRates[t] * stretch, gradient.momenta[t]]
    }
  }

  /// The bounds of the variables in a search that starts from a schedule.
  ///
  /// A momentum of 0 is held there if its step leaves the buffer alone, because any other value is another
  /// method.
  func bounds(_ start: Schedule) -> (lower: [Double], upper: [Double]) {
    let highest = variable(limit)
    return (
      start.flatMap { [0, $0.momentum == 0 ? 0 : smallestMomentum] },
      start.flatMap { [highest, $0.momentum == 0 && smallestMomentum > 0 ? 0 : largestMomentum] }
    )
  }
}

extension MomentumConvention {
  /// Whether a step with momentum 0 leaves the buffer alone, so that momentum 0 is not the limit of small
  /// momenta.
  var skipsBuffers: Bool { self == .pytorch || self == .pytorchNesterov }
}
