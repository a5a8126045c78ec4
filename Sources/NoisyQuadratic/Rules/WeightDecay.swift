/// Weight decay toward the origin, around any rule (U4).
///
/// ```
/// coupled      g ← g + λ y                   before the rule's step, at the point y where g is taken
/// decoupled    θ ← (1 − α λ) θ               before the rule's step, whose gradient is that of the old θ
/// ```
/// Coupled decay is that of `torch.optim.SGD`; it enters before momentum. Decoupled decay is SGDW of Loshchilov
/// and Hutter (2019), with the factor α λ as in PyTorch.
///
/// The loss stays `½ Σ n h θ²`. The decay is toward the origin, and in this model the origin is the optimum.
/// Decay therefore helps here, which in practice it does only as far as the optimum is near the origin. The
/// information bound does not hold for it (M7).
public struct WeightDecay: LinearUpdateRule {
  /// Where the decay enters.
  public enum Form: Sendable, Equatable {
    /// It is added to the gradient.
    case coupled
    /// It shrinks the parameter.
    case decoupled
  }

  /// The rule that makes the steps.
  public let base: any LinearUpdateRule
  /// The coefficient λ, in units of curvature.
  public let coefficient: Double
  /// Where the decay enters.
  public let form: Form

  /// - Parameters:
  ///   - base: the rule that makes the steps.
  ///   - coefficient: λ ≥ 0, in units of curvature.
  ///   - form: where the decay enters.
  /// - Throws: ``NoisyQuadraticError`` for a coefficient that is not a finite number ≥ 0.
  public init(
    of base: any LinearUpdateRule, coefficient: Double, _ form: Form = .coupled
  ) throws(NoisyQuadraticError) {
    guard coefficient >= 0, coefficient.isFinite else {
      throw .invalidValue(field: "weightDecay", value: coefficient, expected: "a finite number ≥ 0")
    }
    self.base = base
    self.coefficient = coefficient
    self.form = form
  }

  /// The components of the rule.
  public var components: [StateComponent] { base.components }
  /// The component that the rule evaluates.
  public var evaluated: Int { base.evaluated }
  /// The period of the rule.
  public var period: Int? { base.period }

  /// The rule's step with decay.
  public func step(_ context: StepContext) -> LinearStep {
    let step = base.step(context)
    switch form {
    case .coupled: return step.addingDecay(RuleNumber(coefficient))
    case .decoupled: return step.scalingParameter(by: 1 - context.learningRate * RuleNumber(coefficient))
    }
  }
}
