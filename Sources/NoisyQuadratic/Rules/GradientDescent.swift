/// Plain stochastic gradient descent, `θ ← θ − α g`. The momentum of the schedule has no effect.
public struct GradientDescent: LinearUpdateRule {
  /// Creates the rule.
  public init() {}

  /// The parameter alone.
  public var components: [StateComponent] { [.position] }

  /// `θ ← θ − α g`.
  public func step(_ context: StepContext) -> LinearStep {
    LinearStep(transition: [1], gain: [-context.learningRate], point: [1])
  }
}
