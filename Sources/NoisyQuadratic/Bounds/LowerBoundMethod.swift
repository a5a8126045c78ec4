/// A way to prove a lower bound on the final loss of every schedule within some limits.
///
/// ``CertifiedSolver`` has a list of them. It asks them in the order of their work, hands every one what is known so
/// far, and keeps the highest bound.
protocol LowerBoundMethod {
  /// The work that it takes at least; it is not begun where less is left.
  var estimatedWork: Double { get }

  /// Proves what it can within the work that the meter grants.
  ///
  /// - Parameters:
  ///   - known: the bounds so far. What cannot exceed the lower one need not be finished.
  ///   - meter: counts the work, and says when to stop.
  /// - Returns: a bound that holds whether or not the proof came to its end.
  /// - Throws: ``NoisyQuadraticError`` for what only shows on the way, such as a failure of LAPACK.
  func prove(_ known: KnownBounds, _ meter: WorkMeter) throws(NoisyQuadraticError) -> LowerBound
}

/// A lower bound, and what came with it.
struct LowerBound {
  /// In the model's units, every rounding taken downward; 0 if nothing was proven.
  var value = 0.0
  var method: BoundMethod
  /// Whether a limit on the work ended the proof before its own end.
  var isLimited = false
  var statistics = CertificateStatistics()
  /// A schedule within the limits that the proof came across, and its final loss, in the kernels' units.
  var trial: (rates: [Double], loss: Double)?
}

/// What is known of the lowest final loss before a method is asked.
struct KnownBounds {
  /// In the model's units.
  var lower, upper: Double
  /// The final loss of the best schedule by the entries of the merged problem, in the kernels' units; empty with
  /// momentum.
  var lossByEntry: [Double]
  /// The relative gap at which to stop.
  var gap: Double

  /// Whether a lower bound closes the gap.
  func isClosed(by lower: Double) -> Bool { upper - lower <= gap * upper }
}
