/// A learning rate and a momentum for every step, step 0 being the first update.
///
/// The update is heavy ball with the learning rate inside the velocity, the paper's convention (D3):
/// ```
/// v ← μ_t v − α_t g        θ ← θ + v
/// ```
/// Frameworks that keep the rate outside (`v ← μ v + g`, `θ ← θ − α v`) run the same method only while the
/// rate is constant; see Docs/Derivations.md, D6.
///
/// Units: learning rate 1/curvature.
public struct Schedule: Sendable, Equatable {
  /// One step's hyperparameters.
  public struct Step: Sendable, Equatable {
    /// α ≥ 0.
    public var learningRate: Double
    /// μ ≥ 0; 0 is plain SGD.
    public var momentum: Double

    /// A step with the given rate and momentum.
    public init(learningRate: Double, momentum: Double = 0) {
      self.learningRate = learningRate
      self.momentum = momentum
    }
  }

  /// α_t for t in 0 ..< T.
  public let learningRates: [Double]
  /// μ_t for t in 0 ..< T.
  public let momenta: [Double]

  /// Whether any step uses momentum.
  public var usesMomentum: Bool { momenta.contains { $0 != 0 } }

  /// A schedule from its numbers.
  ///
  /// - Parameters:
  ///   - learningRates: T finite numbers ≥ 0.
  ///   - momenta: T finite numbers ≥ 0; all 0 if absent.
  /// - Throws: ``NoisyQuadraticError`` for unequal lengths, and with the index for a number outside its domain.
  public init(learningRates: [Double], momenta: [Double]? = nil) throws(NoisyQuadraticError) {
    let momenta = momenta ?? Array(repeating: 0, count: learningRates.count)
    guard momenta.count == learningRates.count else {
      throw .lengthMismatch(field: "momentum", expected: learningRates.count, actual: momenta.count)
    }
    for (field, values) in [("learningRate", learningRates), ("momentum", momenta)] {
      for (i, value) in values.enumerated() where !(value >= 0) || !value.isFinite {
        throw .invalidValue(field: field, index: i, value: value, expected: "a finite number ≥ 0")
      }
    }
    self.init(validRates: learningRates, momenta: momenta)
  }

  /// For solvers, whose steps lie in a box of finite non-negative numbers by construction.
  package init(validRates learningRates: [Double], momenta: [Double]) {
    self.learningRates = learningRates
    self.momenta = momenta
  }
}

extension Schedule: RandomAccessCollection {
  /// 0.
  public var startIndex: Int { 0 }
  /// T, the number of steps.
  public var endIndex: Int { learningRates.count }

  /// The hyperparameters of step `t`.
  public subscript(t: Int) -> Step {
    Step(learningRate: learningRates[t], momentum: momenta[t])
  }
}
