/// A family of learning-rate schedules that depend on a few parameters, with the derivatives by them.
///
/// A family maps a vector of parameters λ to the schedule `α_t(λ)`, t in 0 ..< T, and gives `∂α_t/∂λ_j`.
/// All steps have the same momentum, which is either given or a further parameter. A conforming type supplies
/// the learning rates. The protocol's extension handles whole parameter vectors, including momentum.
///
/// Two rules let solvers respect limits and units (F1). First, rates scale with the learning-rate parameters:
/// if all of these are multiplied by s ≥ 0, every `α_t` is multiplied by s. Second, no `α_t` exceeds the
/// largest learning-rate parameter, provided that the other parameters stay within their ranges.
public protocol ScheduleFamily: Sendable {
  /// The parameters of the learning rates, in the order that vectors of their values use.
  var rateParameters: [ScheduleParameter] { get }
  /// The momentum of every step.
  var momentum: FamilyMomentum { get }

  /// The schedule for given values of ``rateParameters`` and a given momentum.
  ///
  /// A wrong number of values is a programming error. ``schedule(_:steps:)`` checks the number.
  ///
  /// - Parameters:
  ///   - values: as many as there are ``rateParameters``.
  ///   - momentum: μ of every step.
  ///   - steps: T ≥ 0.
  /// - Returns: T steps.
  /// - Throws: ``NoisyQuadraticError`` naming the parameter that is outside its domain.
  func schedule(
    rateParameters values: [Double], momentum: Double, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule

  /// The derivatives `∂α_t/∂λ_j`, indexed by parameter j and then by step t.
  ///
  /// - Parameters:
  ///   - values: as many as there are ``rateParameters``.
  ///   - steps: T ≥ 0.
  /// - Returns: T numbers for every parameter. They are one-sided derivatives where the rate has a kink.
  /// - Throws: ``NoisyQuadraticError`` naming the parameter that is outside its domain.
  func rateDerivatives(_ values: [Double], steps: Int) throws(NoisyQuadraticError) -> [[Double]]
}

extension ScheduleFamily {
  /// All parameters: ``rateParameters``, followed by `momentum` if it is fitted.
  public var parameters: [ScheduleParameter] {
    rateParameters + (momentum == .fitted ? [ScheduleParameter("momentum", .momentum)] : [])
  }

  /// The schedule for given values of ``parameters``.
  ///
  /// - Parameters:
  ///   - values: as many as there are ``parameters``.
  ///   - steps: T ≥ 0.
  /// - Returns: T steps.
  /// - Throws: ``NoisyQuadraticError`` for a wrong number of values, or for one outside its domain, and for a
  ///   schedule with momentum in a convention other than ``MomentumConvention/velocity``.
  public func schedule(_ values: [Double], steps: Int) throws(NoisyQuadraticError) -> Schedule {
    let (rateValues, mu) = try split(values)
    let schedule = try schedule(rateParameters: rateValues, momentum: mu, steps: steps)
    guard schedule.convention == .velocity || !schedule.usesMomentum else {
      throw .differentConventions(
        field: "schedule", index: 0, expected: MomentumConvention.velocity.rawValue,
        actual: schedule.convention.rawValue)
    }
    return schedule
  }

  /// The gradient of an objective by the parameters, from its gradient by the steps (F1).
  ///
  /// ```
  /// ∂L/∂λ_j = Σ_t ∂L/∂α_t · ∂α_t/∂λ_j        ∂L/∂μ = Σ_t ∂L/∂μ_t
  /// ```
  /// - Parameters:
  ///   - values: as many as there are ``parameters``.
  ///   - learningRates: `∂L/∂α_t`, T numbers.
  ///   - momenta: `∂L/∂μ_t`, T numbers; ignored if momentum is fixed.
  /// - Returns: as many numbers as there are ``parameters``.
  /// - Throws: ``NoisyQuadraticError`` for a wrong number of values, or for one outside its domain.
  /// - Complexity: O(T) per parameter.
  public func gradient(
    _ values: [Double], learningRates: [Double], momenta: [Double]
  ) throws(NoisyQuadraticError) -> [Double] {
    let (rateValues, _) = try split(values)
    let derivatives = try rateDerivatives(rateValues, steps: learningRates.count)
    let byRates = derivatives.map { derivative in
      Elementary.sum(zip(learningRates, derivative).lazy.map { $0 * $1 })
    }
    return byRates + (momentum == .fitted ? [Elementary.sum(momenta)] : [])
  }

  /// The values of the rate parameters, and the momentum.
  private func split(
    _ values: [Double]
  ) throws(NoisyQuadraticError) -> (rateParameters: [Double], momentum: Double) {
    let count = rateParameters.count
    let expected = momentum == .fitted ? count + 1 : count
    guard values.count == expected else {
      throw .lengthMismatch(field: "parameters", expected: expected, actual: values.count)
    }
    switch momentum {
    case .fixed(let mu): return (values, mu)
    case .fitted: return (Array(values.prefix(count)), values[count])
    }
  }
}
