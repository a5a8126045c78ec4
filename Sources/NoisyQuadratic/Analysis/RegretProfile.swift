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
    /// curvature: positive where the rates are too large for their momenta, negative where too small.
    public let slope: Double
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

  /// The segments in `count` groups of about equal length, or fewer if there are not so many.
  public func parts(_ count: Int) -> [ArraySlice<Segment>] {
    precondition(count >= 1, "at least one part")
    let parts = min(count, segments.count)
    return (0..<parts).map { segments[$0 * segments.count / parts..<($0 + 1) * segments.count / parts] }
  }

  /// Segments that a profile has unless told otherwise: every step where that is cheap, else 50, down to 20.
  static func defaultSegments(directions: Int, horizon: Int, usesMomentum: Bool) -> Int {
    let affordable = 2e8 / (Double(directions) * Double(horizon) * (usesMomentum ? 10 : 1))
    if Double(horizon) <= min(affordable, 1000) { return horizon }
    return min(Int(min(max(affordable, 20), 50)) / 5 * 5, horizon)
  }

  init(_ search: ContinuationSearch) {
    let problem = search.setup.problem
    let attainable = search.hybrids.map { problem.modelLoss($0.value) }
    var (rates, momenta) = ([Double](), [Double]())
    for (steps, hybrid) in zip(search.segments, search.hybrids) {
      rates += hybrid.rates[steps].map(problem.modelRate)
      momenta += hybrid.momenta[steps]
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
  }
}
