/// A number of an update rule, with its derivatives by the hyperparameters of the step.
///
/// Arithmetic on these numbers differentiates exactly, so a rule that writes its step once also gives the
/// gradient of every loss (U3). A literal, or a number made from a `Double`, has no derivatives.
public struct RuleNumber: Sendable, Equatable {
  /// The number itself.
  public var value: Double
  /// The derivative by the learning rate of the step.
  public var byLearningRate: Double
  /// The derivative by the momentum of the step.
  public var byMomentum: Double
  /// The derivative by ``StepContext/squaredRateShare``.
  public var bySquaredRateShare: Double

  /// A number with the given derivatives.
  public init(
    _ value: Double, byLearningRate: Double = 0, byMomentum: Double = 0, bySquaredRateShare: Double = 0
  ) {
    self.value = value
    self.byLearningRate = byLearningRate
    self.byMomentum = byMomentum
    self.bySquaredRateShare = bySquaredRateShare
  }

  /// A number whose derivatives are combined from those of two others.
  private init(_ value: Double, _ a: RuleNumber, times p: Double, _ b: RuleNumber, times q: Double) {
    self.value = value
    byLearningRate = a.byLearningRate * p + b.byLearningRate * q
    byMomentum = a.byMomentum * p + b.byMomentum * q
    bySquaredRateShare = a.bySquaredRateShare * p + b.bySquaredRateShare * q
  }

  /// The sum.
  public static func + (a: RuleNumber, b: RuleNumber) -> RuleNumber {
    RuleNumber(a.value + b.value, a, times: 1, b, times: 1)
  }

  /// The difference.
  public static func - (a: RuleNumber, b: RuleNumber) -> RuleNumber {
    RuleNumber(a.value - b.value, a, times: 1, b, times: -1)
  }

  /// The product.
  public static func * (a: RuleNumber, b: RuleNumber) -> RuleNumber {
    RuleNumber(a.value * b.value, a, times: b.value, b, times: a.value)
  }

  /// The quotient.
  public static func / (a: RuleNumber, b: RuleNumber) -> RuleNumber {
    let quotient = a.value / b.value
    return RuleNumber(quotient, a, times: 1 / b.value, b, times: -quotient / b.value)
  }

  /// The negative.
  public static prefix func - (a: RuleNumber) -> RuleNumber {
    RuleNumber(-a.value, a, times: -1, a, times: 0)
  }
}

extension RuleNumber: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  /// A constant.
  public init(floatLiteral value: Double) { self.init(value) }
  /// A constant.
  public init(integerLiteral value: Int) { self.init(Double(value)) }
}
