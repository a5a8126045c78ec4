/// The regret of a schedule step by step: where along a run it loses what separates it from the best one (G1,
/// G2).
///
/// After t steps of the schedule, the best final loss that can still be reached is
/// ```
/// V_t = min over the steps t … T−1 within the limits of L_T
/// ```
/// The minimum starts from the schedule's own state, moments and velocity or buffer included. `V_t` rises from the
/// optimum `V_0` to the schedule's final loss `V_T`. The increase of `V` over a step is the regret of the
/// step, which is lost for good.
public struct RegretProfile: Sendable, Equatable {
  /// Consecutive steps and their regret.
  public struct Segment: Sendable, Equatable {
    /// The steps.
    public let steps: Range<Int>
    /// `V` after the steps minus `V` before them. It is not negative, unless a step exceeds the limits.
    public let regret: Double
    /// The derivative of `V` after the steps with respect to a number added to all their rates (G3), in loss
    /// times curvature. It is positive if slightly lower rates in these steps alone would have left a lower
    /// loss attainable.
    public let slope: Double
  }

  /// A common factor on the rates of consecutive steps, with momenta unchanged, and the gain it would have
  /// brought (G6).
  public struct Scaling: Sendable, Equatable {
    /// The steps.
    public let steps: Range<Int>
    /// `V` after the steps minus `V` before them.
    public let regret: Double
    /// The best of the factors tried, from 1/600 to 600. It is below 1 if the rates are too large, above 1 if
    /// they are too small, and 1 if no other factor is better.
    public let factor: Double
    /// `V` after the steps minus the final loss with that factor on their rates and the same continuation.
    public let gain: Double
  }

  /// The segments of the run: single steps or longer stretches, which together cover the run.
  public let segments: [Segment]
  /// `V` before every segment and after the last. The values are final losses of schedules that exist, and
  /// hence upper bounds on the exact minima.
  public let attainable: [Double]
  /// The schedule that takes, in every segment, the steps of the best continuation from the schedule's own
  /// state at the start of the segment. Its convention is that of the schedule.
  public let bestResponse: Schedule
  /// The number of searches for a continuation that did not reach their tolerance. Their `V` may be too
  /// high, because they are not finished.
  public let unconvergedSearches: Int
  /// One scaling for each of the fifths of `parts(5)`.
  ///
  /// It scales the fifth's own rates. If that regains less than half of the fifth's regret, all rates up to
  /// the end of the fifth are scaled too, because velocity carries early rates into later steps; the scaling
  /// that regains the larger share of its steps' regret is reported. The factor is 1 if the fifth holds less
  /// than a hundredth of the excess.
  public let scalings: [Scaling]

  /// The segments in `count` groups of about equal length, or in fewer groups if there are fewer segments; in
  /// one group if `count` is below 1.
  public func parts(_ count: Int) -> [ArraySlice<Segment>] {
    Self.groups(count, of: segments.count).map { segments[$0] }
  }

  private static func groups(_ count: Int, of segments: Int) -> [Range<Int>] {
    let parts = min(max(count, 1), segments)
    return (0..<parts).map { $0 * segments / parts..<($0 + 1) * segments / parts }
  }

  /// The default number of segments of a profile: every step if that is cheap, otherwise 50, down to 20.
  static func defaultSegments(directions: Int, horizon: Int, rule: UpdateRule) -> Int {
    let affordable = 2e8 / (Double(directions) * Double(horizon) * (rule == .sgd ? 1 : 10))
    if Double(horizon) <= min(affordable, 1000) { return horizon }
    return min(Int(min(max(affordable, 20), 50)) / 5 * 5, horizon)
  }

  /// Factors close to 1 come first, so that the mildest of equally good ones counts: e^±0.1, e^±0.2, …,
  /// e^±6.4.
  private static let factors = (0..<7).flatMap { k in
    [-1, 1].map { Elementary.exp($0 * 0.1 * Double(1 << k)) }
  }

  private static func scaling(_ search: some ContinuationPlans, ofPart part: Range<Int>) -> Scaling {
    let values = search.attainable
    let excess = values[values.count - 1] - values[0]
    let isTried = values[part.upperBound] - values[part.lowerBound] >= 0.01 * excess
    let own = scaling(search, part, isTried: isTried)
    guard isTried, part.lowerBound > 0, own.gain < own.regret / 2 else { return own }
    let all = scaling(search, 0..<part.upperBound, isTried: true)
    return all.gain * own.regret > own.gain * all.regret ? all : own
  }

  private static func scaling(
    _ search: some ContinuationPlans, _ part: Range<Int>, isTried: Bool
  ) -> Scaling {
    let attainable = search.attainable
    let reached = attainable[part.upperBound]
    // By the same evaluation as the others, which may be that of the compressed spectrum.
    let unscaled = isTried ? search.finalLoss(scaling: part, by: 1) : reached
    var (factor, lowest) = (1.0, unscaled)
    for candidate in isTried ? factors : [] {
      let loss = search.finalLoss(scaling: part, by: candidate)
      if loss < lowest { (factor, lowest) = (candidate, loss) }
    }
    return Scaling(
      steps: search.segments[part.lowerBound].lowerBound..<search.segments[part.upperBound - 1].upperBound,
      regret: reached - attainable[part.lowerBound], factor: factor, gain: unscaled - lowest)
  }

  init(_ search: some ContinuationPlans, _ convention: MomentumConvention) {
    let attainable = search.attainable
    var (rates, momenta) = ([Double](), [Double]())
    for j in search.segments.indices {
      let part = search.steps(of: j)
      rates += part.learningRates
      momenta += part.momenta
    }
    segments = search.segments.enumerated().map { j, steps in
      Segment(steps: steps, regret: attainable[j + 1] - attainable[j], slope: search.slope(of: j))
    }
    self.attainable = attainable
    bestResponse = Schedule(validRates: rates, momenta: momenta, convention: convention)
    unconvergedSearches = search.unconvergedSearches
    scalings = Self.groups(5, of: search.segments.count).map { Self.scaling(search, ofPart: $0) }
  }
}
