/// The average of a rule's iterates, at which the loss is taken (U5).
///
/// The average is taken of the component that the rule evaluates, and does not change the rule's steps.
public struct AveragedIterates: LinearUpdateRule {
  /// Which iterates count, and how much.
  public enum Average: Sendable, Equatable {
    /// `θ̄ ← γ θ̄ + (1 − γ) θ` after every step, from `θ̄ = θ₀` on, with the decay γ in [0, 1).
    case exponential(decay: Double)
    /// The mean of the last `steps` ≥ 1 iterates of the run, `θ_{T−n+1} … θ_T`. Before these, the average is the
    /// iterate itself. In a run of fewer steps, all iterates after the start count.
    case tail(steps: Int)
    /// The mean `(θ_1 + … + θ_t)/t` of all iterates after the start.
    case uniform
  }

  /// The rule whose iterates are averaged.
  public let base: any LinearUpdateRule
  /// Which iterates count, and how much.
  public let average: Average

  /// - Parameters:
  ///   - base: the rule whose iterates are averaged.
  ///   - average: which iterates count, and how much.
  /// - Throws: ``NoisyQuadraticError`` for a decay or a number of steps outside its domain, or if the state has
  ///   too many components.
  public init(of base: any LinearUpdateRule, _ average: Average) throws(NoisyQuadraticError) {
    switch average {
    case .exponential(let decay): try Requirement.belowOne([("decay", decay)])
    case .tail(let steps) where steps < 1:
      throw .invalidCount(field: "tail", value: steps, expected: "at least 1")
    default: break
    }
    try base.requireRoom(for: 1)
    self.base = base
    self.average = average
  }

  /// The components of the rule, and the average.
  public var components: [StateComponent] { base.components + [.position] }
  /// The average.
  public var evaluated: Int { base.stateCount }
  /// The period of the rule for an exponential average. Others never repeat.
  public var period: Int? {
    if case .exponential = average { return base.period }
    return nil
  }

  /// The step of the rule, and then one of the average.
  public func step(_ context: StepContext) -> LinearStep {
    let weight: RuleNumber
    switch average {
    case .exponential(let decay): weight = RuleNumber(1 - decay)
    case .tail(let steps):
      let before = context.totalSteps > steps ? context.totalSteps - steps : 0
      weight = RuleNumber(1 / Double(max(context.index - before, 0) + 1))
    case .uniform: weight = RuleNumber(1 / Double(context.index + 1))
    }
    return base.step(context).averaging(base.evaluated, weight: weight)
  }
}
