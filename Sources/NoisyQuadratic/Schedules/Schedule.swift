/// A learning rate and a momentum for every step, and the update rule that they belong to. Step 0 is the first
/// update.
///
/// Without a ``convention``, the update is heavy ball with the learning rate inside the velocity, as in the
/// paper (D3):
/// ```
/// v ← μ_t v − α_t g        θ ← θ + v
/// ```
/// Frameworks that keep the rate outside the velocity (`v ← μ v + g`, `θ ← θ − α v`) run the same method only
/// while the rate is constant (D6). ``converted(to:)`` gives the numbers for another convention.
///
/// Units: a learning rate has the unit 1/curvature.
public struct Schedule: Sendable, Equatable {
  /// One step's hyperparameters.
  public struct Step: Sendable, Equatable {
    /// The learning rate α ≥ 0.
    public var learningRate: Double
    /// The momentum μ ≥ 0. The value 0 means plain SGD.
    public var momentum: Double

    /// A step with the given rate and momentum.
    public init(learningRate: Double, momentum: Double = 0) {
      self.learningRate = learningRate
      self.momentum = momentum
    }
  }

  /// The learning rates α_t for t in 0 ..< T.
  public let learningRates: [Double]
  /// The momenta μ_t for t in 0 ..< T.
  public let momenta: [Double]
  /// The update rule that the numbers belong to.
  public let convention: MomentumConvention

  /// Whether any step uses momentum.
  public var usesMomentum: Bool { momenta.contains { $0 != 0 } }

  /// A schedule with the given learning rates and momenta.
  ///
  /// - Parameters:
  ///   - learningRates: T finite numbers ≥ 0.
  ///   - momenta: T finite numbers ≥ 0; all 0 if absent.
  ///   - convention: the update rule that they belong to.
  /// - Throws: ``NoisyQuadraticError`` for unequal lengths, and for a number outside its domain, with its
  ///   index.
  public init(
    learningRates: [Double], momenta: [Double]? = nil, convention: MomentumConvention = .velocity
  ) throws(NoisyQuadraticError) {
    let momenta = momenta ?? Array(repeating: 0, count: learningRates.count)
    guard momenta.count == learningRates.count else {
      throw .lengthMismatch(field: "momentum", expected: learningRates.count, actual: momenta.count)
    }
    for (field, values) in [("learningRate", learningRates), ("momentum", momenta)] {
      for (i, value) in values.enumerated() where !(value >= 0) || !value.isFinite {
        throw .invalidValue(field: field, index: i, value: value, expected: "a finite number ≥ 0")
      }
    }
    self.init(validRates: learningRates, momenta: momenta, convention: convention)
  }

  /// A schedule from numbers that are not checked. The steps of a solver are finite and non-negative by
  /// construction.
  package init(
    validRates learningRates: [Double], momenta: [Double], convention: MomentumConvention = .velocity
  ) {
    self.learningRates = learningRates
    self.momenta = momenta
    self.convention = convention
  }

  /// The same numbers for another update rule. Where momentum is not 0, that is another method;
  /// ``converted(to:)`` keeps the method and changes the numbers.
  public func with(convention: MomentumConvention) -> Schedule {
    Schedule(validRates: learningRates, momenta: momenta, convention: convention)
  }
}

extension Schedule: RandomAccessCollection {
  /// The index of the first step, 0.
  public var startIndex: Int { 0 }
  /// T, the number of steps.
  public var endIndex: Int { learningRates.count }

  /// The hyperparameters of step `t`.
  public subscript(t: Int) -> Step {
    Step(learningRate: learningRates[t], momentum: momenta[t])
  }
}
