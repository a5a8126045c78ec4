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
/// A schedule may also state the batch size of every step. Then the gradient noise of step t has the variance
/// `c_i/B_t` in place of the model's `c_i/B` (P4).
///
/// Units: a learning rate has the unit 1/curvature, a batch size counts examples.
public struct Schedule: Sendable, Equatable {
  /// One step's hyperparameters.
  public struct Step: Sendable, Equatable {
    /// The learning rate α ≥ 0.
    public var learningRate: Double
    /// The momentum μ ≥ 0. The value 0 means plain SGD.
    public var momentum: Double
    /// The number of examples B_t > 0; `nil` for the model's batch size.
    public var batchSize: Double?

    /// A step with the given rate, momentum and batch size.
    public init(learningRate: Double, momentum: Double = 0, batchSize: Double? = nil) {
      self.learningRate = learningRate
      self.momentum = momentum
      self.batchSize = batchSize
    }
  }

  /// The learning rates α_t for t in 0 ..< T.
  public let learningRates: [Double]
  /// The momenta μ_t for t in 0 ..< T.
  public let momenta: [Double]
  /// The update rule that the numbers belong to.
  public let convention: MomentumConvention
  /// The numbers of examples B_t for t in 0 ..< T, which need not be whole; `nil` if every step has the batch
  /// size of the model that the schedule runs on.
  public let batchSizes: [Double]?

  /// Whether any step uses momentum.
  public var usesMomentum: Bool { momenta.contains { $0 != 0 } }

  /// A schedule with the given learning rates and momenta.
  ///
  /// - Parameters:
  ///   - learningRates: T finite numbers ≥ 0.
  ///   - momenta: T finite numbers ≥ 0; all 0 if absent.
  ///   - convention: the update rule that they belong to.
  ///   - batchSizes: T finite numbers > 0; the model's batch size if absent.
  /// - Throws: ``NoisyQuadraticError`` for unequal lengths, and for a number outside its domain, with its
  ///   index.
  public init(
    learningRates: [Double], momenta: [Double]? = nil, convention: MomentumConvention = .velocity,
    batchSizes: [Double]? = nil
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
    if let batchSizes { try Self.check(batchSizes, count: learningRates.count) }
    self.init(validRates: learningRates, momenta: momenta, convention: convention, batchSizes: batchSizes)
  }

  private static func check(_ batchSizes: [Double], count: Int) throws(NoisyQuadraticError) {
    guard batchSizes.count == count else {
      throw .lengthMismatch(field: "batchSize", expected: count, actual: batchSizes.count)
    }
    for (i, value) in batchSizes.enumerated() where !(value > 0) || !value.isFinite {
      throw .invalidValue(field: "batchSize", index: i, value: value, expected: "a finite number > 0")
    }
  }

  /// A schedule from numbers that are not checked. The steps of a solver are finite and non-negative by
  /// construction.
  package init(
    validRates learningRates: [Double], momenta: [Double], convention: MomentumConvention = .velocity,
    batchSizes: [Double]? = nil
  ) {
    self.learningRates = learningRates
    self.momenta = momenta
    self.convention = convention
    self.batchSizes = batchSizes
  }

  /// The same numbers for another update rule. Where momentum is not 0, that is another method;
  /// ``converted(to:)`` keeps the method and changes the numbers.
  public func with(convention: MomentumConvention) -> Schedule {
    Schedule(validRates: learningRates, momenta: momenta, convention: convention, batchSizes: batchSizes)
  }

  /// The same rates and momenta with other batch sizes, or with the model's.
  ///
  /// - Parameter batchSizes: T finite numbers > 0; `nil` for the model's batch size at every step.
  /// - Returns: a schedule of as many steps.
  /// - Throws: ``NoisyQuadraticError`` for another count, and for a number outside its domain.
  public func with(batchSizes: [Double]?) throws(NoisyQuadraticError) -> Schedule {
    if let batchSizes { try Self.check(batchSizes, count: count) }
    return Schedule(
      validRates: learningRates, momenta: momenta, convention: convention, batchSizes: batchSizes)
  }

  /// The number of examples `Σ B_t` of a run on a model.
  ///
  /// - Parameter model: the model, whose batch size counts where the schedule has none.
  /// - Returns: the sum over all steps.
  public func examples(on model: NoisyQuadraticModel) -> Double {
    batchSizes.map { Elementary.sum($0) } ?? Double(count) * model.batchSize
  }

  /// Throws an error if the schedule has batch sizes of its own, for work that knows only the model's.
  ///
  /// - Parameters:
  ///   - reason: why, for the message.
  ///   - place: what holds the schedule, such as `starts[0].`
  /// - Throws: ``NoisyQuadraticError`` with the first batch size.
  package func requireBatchSizeOfModel(
    _ reason: String, in place: String = ""
  ) throws(NoisyQuadraticError) {
    guard let first = batchSizes?.first else { return }
    throw .invalidValue(
      field: place + "batchSize", index: 0, value: first,
      expected: "a schedule without batchSize, because \(reason)")
  }
}

extension Schedule: RandomAccessCollection {
  /// The index of the first step, 0.
  public var startIndex: Int { 0 }
  /// T, the number of steps.
  public var endIndex: Int { learningRates.count }

  /// The hyperparameters of step `t`.
  public subscript(t: Int) -> Step {
    Step(learningRate: learningRates[t], momentum: momenta[t], batchSize: batchSizes?[t])
  }
}
