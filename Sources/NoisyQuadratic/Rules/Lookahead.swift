/// Lookahead: after every k steps of a rule, slow weights move part of the way to its parameter, which then
/// starts again from them (U7).
///
/// ```
/// φ ← φ + a (θ − φ)        θ ← φ        after the steps k, 2k, …
/// ```
/// The loss is taken at the slow weights φ, which do not change between these steps.
///
/// Source: Zhang, Lucas, Hinton, Ba (2019), *Lookahead optimizer: k steps forward, 1 step back*.
public struct Lookahead: LinearUpdateRule {
  /// The rule of the inner steps.
  public let base: any LinearUpdateRule
  /// The number k of inner steps.
  public let innerSteps: Int
  /// The part a of the way that the slow weights move.
  public let slowRate: Double
  /// Whether velocities and buffers of the inner rule are set to 0 when it starts again.
  public let resetsVelocity: Bool

  /// - Parameters:
  ///   - base: the rule of the inner steps.
  ///   - innerSteps: k from 1 to a million, as closed forms hold all steps of a period in memory.
  ///   - slowRate: a, above 0 and at most 1.
  ///   - resetsVelocity: whether velocities and buffers of the inner rule are set to 0 when it starts again.
  /// - Throws: ``NoisyQuadraticError`` for a parameter outside its domain, or if the state has too many
  ///   components.
  public init(
    over base: any LinearUpdateRule, innerSteps: Int, slowRate: Double, resetsVelocity: Bool = false
  ) throws(NoisyQuadraticError) {
    guard (1...1_000_000).contains(innerSteps) else {
      throw .invalidCount(field: "innerSteps", value: innerSteps, expected: "1 to 1000000")
    }
    guard slowRate > 0, slowRate <= 1 else {
      throw .invalidValue(field: "slowRate", value: slowRate, expected: "above 0 and at most 1")
    }
    try base.requireRoom(for: 1)
    self.base = base
    self.innerSteps = innerSteps
    self.slowRate = slowRate
    self.resetsVelocity = resetsVelocity
  }

  /// The components of the inner rule, and the slow weights.
  public var components: [StateComponent] { base.components + [.position] }
  /// The slow weights.
  public var evaluated: Int { base.stateCount }
  /// The least common multiple of k and the period of the inner rule.
  public var period: Int? {
    base.period.flatMap { inner in
      var (a, b) = (innerSteps, inner)
      while b > 0 { (a, b) = (b, a % b) }
      let (product, overflows) = (innerSteps / a).multipliedReportingOverflow(by: inner)
      return overflows ? nil : product
    }
  }

  /// The inner step, and after every k-th the move of the slow weights.
  public func step(_ context: StepContext) -> LinearStep {
    let inner = base.step(context)
    let slow = base.stateCount
    guard (context.index + 1) % innerSteps == 0 else { return inner.averaging(0, weight: 0) }
    var step = inner.averaging(0, weight: RuleNumber(slowRate)).copying(slow, to: 0)
    if resetsVelocity {
      for (i, component) in base.components.enumerated() where component != .position {
        step = step.clearing(i)
      }
    }
    return step
  }
}
