/// Learning-rate schedules that a few numbers describe, with the derivatives by these numbers.
///
/// A family maps a vector of parameters λ to the schedule `α_t(λ)`, t in 0 ..< T, and gives `∂α_t/∂λ_j`.
/// Momentum is common to all steps, and given or a parameter too. A conforming type supplies the learning
/// rates; whole vectors, momentum included, are the business of the extension.
///
/// Two rules let solvers respect limits and units (F1). Rates scale with the learning-rate parameters: when
/// all of these are multiplied by s ≥ 0, so is every `α_t`. And no `α_t` exceeds the largest of them, as long
/// as the other parameters stay within their ranges.
public protocol ScheduleFamily: Sendable {
  /// The parameters that the learning rates depend on, in the order of every vector of their values.
  var rateParameters: [ScheduleParameter] { get }
  /// The momentum of every step.
  var momentum: FamilyMomentum { get }

  /// The schedule for given values of ``rateParameters`` and a given momentum.
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

  /// `∂α_t/∂λ_j` for every parameter j and, within, every step t.
  ///
  /// - Parameters:
  ///   - values: as many as there are ``rateParameters``.
  ///   - steps: T ≥ 0.
  /// - Returns: for every parameter T numbers; one-sided derivatives where the rate has a kink.
  /// - Throws: ``NoisyQuadraticError`` naming the parameter that is outside its domain.
  func rateDerivatives(_ values: [Double], steps: Int) throws(NoisyQuadraticError) -> [[Double]]
}

extension ScheduleFamily {
  /// All parameters: ``rateParameters``, then `momentum` if it is fitted.
  public var parameters: [ScheduleParameter] {
    rateParameters + (momentum == .fitted ? [ScheduleParameter("momentum", .momentum)] : [])
  }

  /// The schedule for given values of ``parameters``.
  ///
  /// - Parameters:
  ///   - values: as many as there are ``parameters``.
  ///   - steps: T ≥ 0.
  /// - Returns: T steps.
  /// - Throws: ``NoisyQuadraticError`` for a wrong number of values, or naming the one outside its domain.
  public func schedule(_ values: [Double], steps: Int) throws(NoisyQuadraticError) -> Schedule {
    let (rateValues, mu) = try split(values)
    return try schedule(rateParameters: rateValues, momentum: mu, steps: steps)
  }

  /// The gradient of an objective by the parameters, from its gradient by the steps (F1).
  ///
  /// ```
  /// ∂L/∂λ_j = Σ_t ∂L/∂α_t · ∂α_t/∂λ_j        ∂L/∂μ = Σ_t ∂L/∂μ_t
  /// ```
  /// - Parameters:
  ///   - values: as many as there are ``parameters``.
  ///   - learningRates: `∂L/∂α_t`, T numbers.
  ///   - momenta: `∂L/∂μ_t`, T numbers; not looked at when momentum is fixed.
  /// - Returns: as many numbers as there are ``parameters``.
  /// - Throws: ``NoisyQuadraticError`` for a wrong number of values, or naming the one outside its domain.
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
