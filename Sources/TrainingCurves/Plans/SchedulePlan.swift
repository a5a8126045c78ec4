import NoisyQuadratic

/// What a schedule must keep to: its length, its first rates, and limits on the others.
public struct SchedulePlan: Sendable, Equatable {
  /// N, the number of steps in all.
  public let horizon: Int
  /// The rates of the first steps, which are given: a warmup, or a run so far.
  public let givenRates: [Double]
  /// The largest rate of the other steps.
  public let peakRate: Double
  /// The smallest rate of the other steps.
  public let floor: Double
  /// Whether the rates of the other steps must not rise.
  public let isMonotone: Bool
  /// Whether the given rates are a warmup to the peak rate. Members of a family with a lower peak warm up to it.
  public private(set) var isWarmup = false

  /// A plan.
  ///
  /// - Parameters:
  ///   - horizon: N ≥ 1, more than there are given rates.
  ///   - givenRates: finite numbers ≥ 0.
  ///   - peakRate: a finite number > 0.
  ///   - floor: from 0 to the peak rate.
  ///   - isMonotone: whether the other rates must not rise.
  /// - Throws: `NoisyQuadraticError` with the field and the value that is wrong.
  public init(
    horizon: Int, givenRates: [Double] = [], peakRate: Double, floor: Double = 0, isMonotone: Bool = false
  ) throws(NoisyQuadraticError) {
    try Requirement.positive([("peak", peakRate)])
    guard floor >= 0, floor <= peakRate else {
      throw .invalidValue(field: "floor", value: floor, expected: "from 0 to the peak rate \(peakRate)")
    }
    for (t, rate) in givenRates.enumerated() where !(rate >= 0) || !rate.isFinite {
      throw .invalidValue(field: "givenRates", index: t, value: rate, expected: "a finite number ≥ 0")
    }
    guard horizon > givenRates.count else {
      throw .invalidCount(
        field: "horizon", value: horizon, expected: "more than the \(givenRates.count) steps that are given")
    }
    try MemoryRequirement.check("horizon", horizon, doubles: 8 * Double(horizon))
    (self.horizon, self.givenRates, self.peakRate) = (horizon, givenRates, peakRate)
    (self.floor, self.isMonotone) = (floor, isMonotone)
  }

  /// A plan that begins with a linear warmup of w steps, `α_t = peak (t + 1)/(w + 1)`.
  ///
  /// - Parameters:
  ///   - horizon: N ≥ 1, more than `warmupSteps`.
  ///   - warmupSteps: w ≥ 0.
  ///   - peakRate: a finite number > 0.
  ///   - floor: from 0 to the peak rate.
  ///   - isMonotone: whether the rates after the warmup must not rise.
  /// - Throws: `NoisyQuadraticError` with the field and the value that is wrong.
  public init(
    horizon: Int, warmupSteps: Int, peakRate: Double, floor: Double = 0, isMonotone: Bool = false
  ) throws(NoisyQuadraticError) {
    guard horizon >= 1 else {
      throw .invalidCount(field: "horizon", value: horizon, expected: "at least 1")
    }
    guard warmupSteps >= 0, warmupSteps < horizon else {
      throw .invalidCount(
        field: "warmup", value: warmupSteps, expected: "from 0 to \(horizon - 1), less than the horizon")
    }
    try MemoryRequirement.check("warmup", warmupSteps, doubles: 8 * Double(warmupSteps))
    let warmup = (0..<warmupSteps).map { peakRate * (Double($0 + 1) / Double(warmupSteps + 1)) }
    try self.init(
      horizon: horizon, givenRates: warmup, peakRate: peakRate, floor: floor, isMonotone: isMonotone)
    isWarmup = warmupSteps > 0
  }

  /// The given rates of a schedule whose free rates begin at a peak of its own.
  func givenRates(toward peak: Double?) -> [Double] {
    guard isWarmup, let peak, peak < peakRate else { return givenRates }
    return givenRates.map { $0 * (peak / peakRate) }
  }

  /// The number of steps whose rates are free.
  public var freeSteps: Int { horizon - givenRates.count }
}
