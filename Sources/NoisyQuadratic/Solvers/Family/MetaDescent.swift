/// Gradient descent on the parameters of a schedule family: the offline meta-optimization of Wu et al.
/// (2018), with the exact gradient in place of a sampled one.
///
/// The descent uses Adam (F7) on the logarithm of every parameter, and on that of `1 − μ` for momentum. Let g
/// be the gradient of the objective with respect to these logarithms, with each entry clipped. Then
/// ```
/// a ← β₁ a + (1 − β₁) g        b ← β₂ b + (1 − β₂) g²
/// λ ← λ − η (a/(1 − β₁^k)) / (√(b/(1 − β₂^k)) + ε)        k = 1, 2, …
/// ```
/// and every parameter is clipped to its range. The descent is deterministic.
///
/// Complexity: one gradient, O(d T), per meta-step.
public struct MetaDescent: Sendable {
  /// Adam's constants and the clips. The defaults are those of the paper if it states them.
  public struct Options: Sendable, Equatable {
    /// The number of meta-steps.
    public var steps = 1000
    /// η, the step in the logarithm.
    public var learningRate = 0.01
    /// β₁ in [0, 1).
    public var firstDecay = 0.9
    /// β₂ in [0, 1).
    public var secondDecay = 0.999
    /// ε > 0.
    public var epsilon = 1e-8
    /// The limit on the size of every entry of the gradient, > 0.
    public var gradientLimit = 10.0
    /// The range of `α/(1 − μ)` for every learning-rate parameter α, in 1/curvature; positive.
    public var effectiveRates = 1e-4...10
    /// The range of `1 − μ` if momentum is fitted, within (0, 1].
    public var momentumGaps = 1e-4...1

    /// Creates the default options.
    public init() {}
  }

  /// The path of a descent.
  public struct Trajectory: Sendable, Equatable {
    /// The values of the family's parameters before the first meta-step and after each.
    public let parameters: [[Double]]
    /// The objective at each of them. It is infinite if it overflowed, which ends a descent.
    public let values: [Double]
    /// ``Termination/iterationLimit`` after the last meta-step, or ``Termination/diverged`` if the objective
    /// or its gradient ceased to be finite.
    public let termination: Termination

    /// The index of the lowest value.
    public var best: Int { values.indices.min { values[$0] < values[$1] } ?? 0 }
  }

  /// The family.
  public var family: any ScheduleFamily
  /// The objective to minimize.
  public var objective: Objective
  /// Adam's constants and the clips.
  public var options: Options

  /// Creates a descent on the parameters of one family.
  public init(
    family: any ScheduleFamily, objective: Objective = .finalLoss, options: Options = Options()
  ) {
    self.family = family
    self.objective = objective
    self.options = options
  }

  /// Descends from given parameters, which are clipped to their ranges first.
  ///
  /// - Parameters:
  ///   - model: the noisy quadratic, started at rest.
  ///   - horizon: T ≥ 1.
  ///   - start: values of all parameters, positive; momentum below 1.
  /// - Returns: all parameters met and the objective at each. Divergence is a result and does not throw.
  /// - Throws: ``NoisyQuadraticError`` for options, a start or an objective outside their domain. Errors that
  ///   the family throws are passed on.
  public func run(
    _ model: NoisyQuadraticModel, horizon: Int, from start: [Double]
  ) throws(NoisyQuadraticError) -> Trajectory {
    try check(start, horizon: horizon)
    let parameters = family.parameters
    let gradient = try ObjectiveGradient(
      model, objective, horizon: horizon,
      rule: UpdateRule(usesMomentum: family.momentum != .fixed(0)))
    var logarithms = clipped(zip(parameters, start).map { logarithm($0, $1) })
    var adam = AdamSteps(
      count: start.count, learningRate: options.learningRate, firstDecay: options.firstDecay,
      secondDecay: options.secondDecay, epsilon: options.epsilon, gradientLimit: options.gradientLimit)
    var (path, values) = ([[Double]](), [Double]())
    var termination = Termination.iterationLimit
    for step in 0...options.steps {
      let point = zip(parameters, logarithms).map { value($0, $1) }
      let schedule = try family.schedule(point, steps: horizon)
      path.append(point)
      guard step < options.steps else {
        let last = try model.value(of: objective, under: schedule)
        values.append(last.isNaN ? .infinity : last)
        if !last.isFinite { termination = .diverged }
        break
      }
      let byStep = gradient(schedule)
      let slopes = try family.gradient(point, learningRates: byStep.learningRates, momenta: byStep.momenta)
      values.append(byStep.value.isNaN ? .infinity : byStep.value)
      guard byStep.value.isFinite, !slopes.contains(where: \.isNaN) else {
        termination = .diverged
        break
      }
      let steps = adam.next(slopes.indices.map { slopes[$0] * logarithmicSlope(parameters[$0], point[$0]) })
      for (j, step) in steps.enumerated() { logarithms[j] += step }
      logarithms = clipped(logarithms)
    }
    return Trajectory(parameters: path, values: values, termination: termination)
  }

  /// The logarithm that Adam descends on: `ln λ`, or `ln(1 − μ)`.
  private func logarithm(_ parameter: ScheduleParameter, _ value: Double) -> Double {
    parameter.quantity == .momentum ? Elementary.log1p(-value) : Elementary.log(value)
  }

  private func value(_ parameter: ScheduleParameter, _ logarithm: Double) -> Double {
    parameter.quantity == .momentum ? -Elementary.expm1(logarithm) : Elementary.exp(logarithm)
  }

  /// `dλ/d ln λ`, or `dμ/d ln(1 − μ)`.
  private func logarithmicSlope(_ parameter: ScheduleParameter, _ value: Double) -> Double {
    parameter.quantity == .momentum ? value - 1 : value
  }

  private func clipped(_ logarithms: [Double]) -> [Double] {
    func clip(_ x: Double, _ range: ClosedRange<Double>, offset: Double = 0) -> Double {
      min(max(x, Elementary.log(range.lowerBound) + offset), Elementary.log(range.upperBound) + offset)
    }
    var clipped = logarithms
    let gap: Double
    switch family.momentum {
    case .fixed(let momentum): gap = Elementary.log1p(-momentum)
    case .fitted:
      gap = clip(logarithms[logarithms.count - 1], options.momentumGaps)
      clipped[logarithms.count - 1] = gap
    }
    for (j, parameter) in family.parameters.enumerated() {
      switch parameter.quantity {
      case .learningRate: clipped[j] = clip(logarithms[j], options.effectiveRates, offset: gap)
      case .number(let range): clipped[j] = clip(logarithms[j], range)
      case .momentum: break
      }
    }
    return clipped
  }

  private func check(_ start: [Double], horizon: Int) throws(NoisyQuadraticError) {
    guard horizon >= 1 else {
      throw .invalidCount(field: "horizon", value: horizon, expected: "at least 1")
    }
    try MemoryRequirement.check("horizon", horizon, doubles: 12 * Double(horizon))
    let parameters = family.parameters
    guard start.count == parameters.count else {
      throw .lengthMismatch(field: "start", expected: parameters.count, actual: start.count)
    }
    for (j, value) in start.enumerated() {
      let isMomentum = parameters[j].quantity == .momentum
      guard isMomentum ? value >= 0 && value < 1 : value > 0 && value.isFinite else {
        throw .invalidValue(
          field: "start", index: j, value: value,
          expected: isMomentum ? "at least 0 and below 1" : "a finite number > 0")
      }
    }
    if case .fixed(let momentum) = family.momentum {
      try Requirement.belowOne([("momentum", momentum)])
    }
    guard options.steps >= 0 else {
      throw .invalidCount(field: "steps", value: options.steps, expected: "at least 0")
    }
    try MemoryRequirement.check(
      "steps", options.steps, doubles: Double(options.steps) * Double(start.count + 5))
    try Requirement.positive([
      ("learningRate", options.learningRate), ("epsilon", options.epsilon),
      ("gradientLimit", options.gradientLimit), ("effectiveRates", options.effectiveRates.lowerBound),
      ("momentumGaps", options.momentumGaps.lowerBound),
    ])
    try Requirement.belowOne([("firstDecay", options.firstDecay), ("secondDecay", options.secondDecay)])
    for (field, value, limit) in [
      ("effectiveRates", options.effectiveRates.upperBound, Double.greatestFiniteMagnitude),
      ("momentumGaps", options.momentumGaps.upperBound, 1),
    ] where !(value <= limit) {
      throw .invalidValue(field: field, value: value, expected: "at most \(limit)")
    }
  }
}
