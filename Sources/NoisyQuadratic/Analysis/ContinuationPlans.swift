/// The best continuations of a schedule that a search has found, in the units of the model (G2).
protocol ContinuationPlans {
  /// The steps between neighbouring break points.
  var segments: [Range<Int>] { get }
  /// The final loss of the whole run with the plan of every break point, 0 and T included.
  var attainable: [Double] { get }
  /// The number of searches that stopped at their limits.
  var unconvergedSearches: Int { get }

  /// The steps of a segment under the plan that begins with them.
  func steps(of j: Int) -> Schedule
  /// `∂L_T/∂α_t` of the run with the plan after segment `j`, summed over the segment's steps (G3).
  func slope(of j: Int) -> Double
  /// `L_T` with a common factor on the schedule's rates in consecutive segments, followed by the plan after them
  /// (G6).
  ///
  /// Rates above the limit are not raised, and others are not raised beyond it.
  func finalLoss(scaling parts: Range<Int>, by factor: Double) -> Double
}
