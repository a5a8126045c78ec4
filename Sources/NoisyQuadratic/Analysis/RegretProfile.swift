/// Where along a run a schedule loses what separates it from the best one (G1, G2).
///
/// After t steps of the schedule the best that can still be reached is
/// ```
/// V_t = min over the steps t … T−1 within the limits of L_T
/// ```
/// from the schedule's own state, moments and velocity included. It rises from the optimum `V_0` to the
/// schedule's final loss `V_T`, and what a step adds to it, its regret, is lost for good.
public struct RegretProfile: Sendable, Equatable {
  /// Consecutive steps and what they cost.
  public struct Segment: Sendable, Equatable {
    /// The steps.
    public let steps: Range<Int>
    /// `V` after the steps minus `V` before them. Not negative, unless a step exceeds the limits.
    public let regret: Double
    /// The derivative of `V` after the steps by a number added to all their rates (G3), in loss times
    /// curvature: positive where slightly lower rates in these steps alone would have left a lower loss attainable.
    public let slope: Double
  }

  /// What a common factor on the rates of consecutive steps, their momenta as they are, would have regained (G6).
  public struct Scaling: Sendable, Equatable {
    /// The steps.
    public let steps: Range<Int>
    /// `V` after the steps minus `V` before them.
    public let regret: Double
    /// The best of the factors tried, from 1/600 to 600: below 1 where the rates are too large, above where too
    /// small, 1 where no other is better.
    public let factor: Double
    /// `V` after the steps minus the final loss with that factor on their rates and the same continuation.
    public let gain: Double
  }

  /// Every step, or stretches of the run that leave none out.
  public let segments: [Segment]
  /// `V` before every segment and after the last: the final losses of schedules that exist, hence upper
  /// bounds on the exact minima.
  public let attainable: [Double]
  /// In every segment what the best continuation does there, from the schedule's own state at its start.
  public let bestResponse: Schedule
  /// Searches for a continuation that stopped at the iteration limit; their `V` may be high by what they
  /// left undone.
  public let unconvergedSearches: Int
  /// For each of the fifths of `parts(5)` the scaling of its own rates or of all rates up to its end, whichever
  /// regains the larger share of its steps' regret: velocity carries early rates into later steps. Factor 1 where the
  /// fifth holds less than a hundredth of the excess.
  public let scalings: [Scaling]

  /// The segments in `count` groups of about equal length, or fewer if there are not so many.
  public func parts(_ count: Int) -> [ArraySlice<Segment>] {
    Self.groups(count, of: segments.count).map { segments[$0] }
  }

  private static func groups(_ count: Int, of segments: Int) -> [Range<Int>] {
    precondition(count >= 1, "at least one part")
    let parts = min(count, segments)
    return (0..<parts).map { $0 * segments / parts..<($0 + 1) * segments / parts }
  }

  /// Segments that a profile has unless told otherwise: every step where that is cheap, else 50, down to 20.
  static func defaultSegments(directions: Int, horizon: Int, usesMomentum: Bool) -> Int {
    let affordable = 2e8 / (Double(directions) * Double(horizon) * (usesMomentum ? 10 : 1))
    if Double(horizon) <= min(affordable, 1000) { return horizon }
    return min(Int(min(max(affordable, 20), 50)) / 5 * 5, horizon)
  }

  /// Factors next to 1 first, so that the mildest of equally good ones counts: e^±0.1, e^±0.2, …, e^±6.4.
  private static let factors = (0..<7).flatMap { k in
    [-1, 1].map { Elementary.exp($0 * 0.1 * Double(1 << k)) }
  }

  private static func scaling(_ search: ContinuationSearch, ofPart part: Range<Int>) -> Scaling {
    let values = search.hybrids.map(\.value)
    let excess = values[values.count - 1] - values[0]
    let isTried = values[part.upperBound] - values[part.lowerBound] >= 0.01 * excess
    let own = scaling(search, part, isTried: isTried)
    guard isTried, part.lowerBound > 0, own.gain < own.regret / 2 else { return own }
    let all = scaling(search, 0..<part.upperBound, isTried: true)
    return all.gain * own.regret > own.gain * all.regret ? all : own
  }

  private static func scaling(
    _ search: ContinuationSearch, _ part: Range<Int>, isTried: Bool
  ) -> Scaling {
    let reached = search.hybrids[part.upperBound].value
    // By the same evaluation as the others, which may be that of the compressed spectrum.
    let unscaled = isTried ? search.finalLoss(scaling: part, by: 1) : reached
    var (factor, lowest) = (1.0, unscaled)
    for candidate in isTried ? factors : [] {
      let loss = search.finalLoss(scaling: part, by: candidate)
      if loss < lowest { (factor, lowest) = (candidate, loss) }
    }
    let problem = search.setup.problem
    return Scaling(
      steps: search.segments[part.lowerBound].lowerBound..<search.segments[part.upperBound - 1].upperBound,
      regret: problem.modelLoss(reached - search.hybrids[part.lowerBound].value), factor: factor,
      gain: problem.modelLoss(unscaled - lowest))
  }

  init(_ search: ContinuationSearch) {
    let problem = search.setup.problem
    let attainable = search.hybrids.map { problem.modelLoss($0.value) }
    var (rates, momenta) = ([Double](), [Double]())
    for (steps, hybrid) in zip(search.segments, search.hybrids) {
      let part = problem.schedule(hybrid.schedule.prefix(steps.upperBound).suffix(from: steps.lowerBound))
      rates += part.learningRates
      momenta += part.momenta
    }
    segments = search.segments.enumerated().map { j, steps in
      // d/dα = d/dα̃ · dα̃/dα.
      Segment(
        steps: steps, regret: attainable[j + 1] - attainable[j],
        slope: problem.scaledRate(problem.modelLoss(search.slope(of: j))))
    }
    self.attainable = attainable
    bestResponse = Schedule(validRates: rates, momenta: momenta)
    unconvergedSearches = search.hybrids.count { !$0.converged }
    scalings = Self.groups(5, of: search.segments.count).map { Self.scaling(search, ofPart: $0) }
  }
}
