/// Where an optimal schedule of one horizon ends, and its shape.
///
/// Units: rates are 1/curvature in the velocity convention, losses are expected excess losses.
public struct PhasePoint: Sendable, Equatable, Codable {
  /// The number of steps T.
  public let horizon: Int
  /// The final loss: of the exact optimum, or as the continuous limit predicts it.
  public let loss: Double
  /// ``NoisyQuadraticModel/informationBound(steps:)``.
  public let informationBound: Double
  /// ``NoisyQuadraticModel/accelerationBound(steps:learningRateLimit:)``.
  public let accelerationBound: Double
  /// The limit on the rate.
  public let learningRateLimit: Double
  /// The largest rate; with momentum the largest effective rate (``PhaseStudy/effectiveRates(_:)``).
  public let peakRate: Double
  /// The rate of the last step.
  public let lastRate: Double
  /// The largest momentum.
  public let peakMomentum: Double
  /// The share of the run at its beginning until the last step at the limit, within 1e-9 of it.
  public let limitedShare: Double
  /// The power of the steps left with which the rate decays after its last step at the limit, fitted over the middle
  /// nine tenths of that part (``DecayFit``). With momentum, that of the effective rate over the whole run. `nil` for
  /// fewer than 20 steps, or if a rate is 0.
  public let decayExponent: Double?
  /// The sum of all rates; with momentum that of all effective rates.
  public let intrinsicTime: Double
  /// `2 h_min τ`: how far the slowest direction comes; 0 for infinitely many.
  public let slowestReach: Double
  /// `2 h_max τ`.
  public let fastestReach: Double
  /// Why the search for the optimum ended.
  public let termination: Termination
  /// The residual of the conditions of first order; `nil` if it was not computed.
  public let residual: Double?
  /// Steps left, from T to ½, at which ``sampledRates`` are taken.
  public let sampledStepsLeft: [Double]
  /// The rate, with momentum the effective rate, at each of them.
  public let sampledRates: [Double]

  /// The share of the run after the last step at the limit.
  public var decayingShare: Double { 1 - limitedShare }

  /// The local exponent `−d ln y/d ln T` of a quantity between an earlier horizon and this one.
  ///
  /// - Parameters:
  ///   - quantity: the quantity.
  ///   - earlier: a point of a smaller horizon.
  /// - Returns: the exponent; `nil` if the quantity is not positive at both, or horizons are equal.
  public func exponent(
    of quantity: (PhasePoint) -> Double, since earlier: PhasePoint
  ) -> Double? {
    let (first, last) = (quantity(earlier), quantity(self))
    guard first > 0, last > 0, first.isFinite, last.isFinite, earlier.horizon != horizon else { return nil }
    return -Elementary.log(last / first) / Elementary.log(Double(horizon) / Double(earlier.horizon)) + 0
  }

  /// The steps left at which a schedule of T steps is sampled: evenly, and evenly in their logarithm.
  static func sampledStepsLeft(_ horizon: Int) -> [Double] {
    let steps = Double(horizon)
    let even = (0..<100).map { steps * (1 - Double($0) / 100) }
    let count = 12 * Elementary.log(2 * steps) / Elementary.log(10)
    let logarithmic = (0...Int(count)).map { 0.5 * Elementary.pow(10, Double($0) / 12) }
    return Set((even + logarithmic).filter { $0 <= steps }).sorted(by: >)
  }
}
