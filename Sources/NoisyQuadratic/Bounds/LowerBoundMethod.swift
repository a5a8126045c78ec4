/// A method that proves a lower bound on the final loss of every schedule within some limits.
///
/// ``CertifiedSolver`` has a list of methods. It calls them in the order of their work, passes the bounds
/// known so far to each, and keeps the highest bound.
protocol LowerBoundMethod {
  /// The least work that the method takes. It is not begun if less work is left.
  var estimatedWork: Double { get }

  /// Proves a bound within the work that the meter grants.
  ///
  /// - Parameters:
  ///   - known: the bounds so far. A part of the proof that cannot exceed the lower one need not be finished.
  ///   - meter: counts the work, and tells when to stop.
  /// - Returns: a bound that holds whether or not the proof came to its end.
  /// - Throws: ``NoisyQuadraticError`` for problems that only show on the way, such as a failure of LAPACK.
  func prove(_ known: KnownBounds, _ meter: WorkMeter) throws(NoisyQuadraticError) -> LowerBound
}

/// A lower bound, with the by-products of its proof.
struct LowerBound {
  /// The bound in the model's units, with every rounding taken downward; 0 if nothing was proven.
  var value = 0.0
  var method: BoundMethod
  /// Whether a limit on the work stopped the proof early.
  var isLimited = false
  var statistics = CertificateStatistics()
  /// A schedule within the limits that the proof found, and its final loss, in the kernels' units.
  var trial: (rates: [Double], loss: Double)?
}

/// The bounds on the lowest final loss that are known before a method is called.
struct KnownBounds {
  /// The bounds in the model's units.
  var lower, upper: Double
  /// The rates of the best schedule, in the kernels' units; empty with momentum.
  var rates: [Double] = []
  /// The relative gap at which to stop.
  var gap: Double

  /// Whether a lower bound closes the gap.
  func isClosed(by lower: Double) -> Bool { upper - lower <= gap * upper }
}
