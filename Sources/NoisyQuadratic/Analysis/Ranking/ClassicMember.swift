/// One schedule of a ``ClassicSchedule``: the values of its parameters, from which runs of any length follow.
public struct ClassicMember: Sendable, Equatable {
  /// The kind of schedule.
  public let classic: ClassicSchedule
  /// The number of drops of a step decay, or of constant pieces; 0 for others.
  public let count: Int
  /// Whether the momentum is given or the last parameter.
  public let familyMomentum: FamilyMomentum
  /// The number of steps for which the parameters were chosen.
  public let horizon: Int
  /// The values of the parameters.
  public let values: [Double]
  /// Their names.
  public let names: [String]

  let family: FamilyBox

  /// A family, which is equal to any other. That is sound: `classic`, `count` and `familyMomentum`, which members
  /// compare too, determine the family.
  struct FamilyBox: Sendable, Equatable {
    let family: any ScheduleFamily

    static func == (a: FamilyBox, b: FamilyBox) -> Bool { true }
  }

  /// A member of a classic schedule.
  ///
  /// - Parameters:
  ///   - classic: the kind of schedule.
  ///   - count: the number of drops of a step decay, or of constant pieces; not used for others.
  ///   - momentum: the momentum of every step; if it is fitted, it is the last value.
  ///   - horizon: the number of steps for which the values were chosen, at least 1.
  ///   - values: the values of the family's parameters.
  /// - Throws: ``NoisyQuadraticError`` for a horizon or count below 1, a wrong number of values, or a value outside
  ///   its domain.
  public init(
    _ classic: ClassicSchedule, count: Int = 0, momentum: FamilyMomentum = .fixed(0), horizon: Int,
    values: [Double]
  ) throws(NoisyQuadraticError) {
    guard horizon >= 1 else {
      throw .invalidCount(field: "horizon", value: horizon, expected: "at least 1")
    }
    let family = try classic.family(count: count, momentum: momentum)
    self.classic = classic
    self.count = [.stepDecay, .piecewiseConstant].contains(classic) ? count : 0
    self.horizon = horizon
    self.values = values
    familyMomentum = momentum
    names = family.parameters.map(\.name)
    self.family = FamilyBox(family: family)
    _ = try family.schedule(values, steps: horizon)
  }

  /// The value of a parameter; `nil` if there is none of that name.
  public subscript(name: String) -> Double? { names.firstIndex(of: name).map { values[$0] } }

  /// The momentum of every step.
  public var momentum: Double {
    switch familyMomentum {
    case .fixed(let momentum): momentum
    case .fitted: values[values.count - 1]
    }
  }

  /// The schedule of a run of `steps` steps with the same parameters: all lengths are the same fractions of the
  /// run.
  ///
  /// - Parameter steps: at least 0.
  /// - Returns: the schedule.
  /// - Throws: ``NoisyQuadraticError`` for a negative number of steps, or one that does not fit into memory.
  public func stretched(to steps: Int) throws(NoisyQuadraticError) -> Schedule {
    guard classic != .piecewiseConstant || count <= steps else {
      // A run of fewer steps than pieces.
      return try schedule.resampled(to: steps)
    }
    return try family.family.schedule(values, steps: steps)
  }

  /// The schedule of the run for which the parameters were chosen.
  private var schedule: Schedule {
    get throws(NoisyQuadraticError) { try family.family.schedule(values, steps: horizon) }
  }

  /// The schedule of a longer run with the same rates at the same steps.
  ///
  /// Inverse powers, exponential and step decay go on by themselves. A warmup–stable–decay schedule keeps the
  /// steps of its warmup and of its decay and gets a longer plateau, as one does who decides on the way when to
  /// end. All others stay at the end that they reach.
  ///
  /// - Parameter steps: at least ``horizon``.
  /// - Returns: the schedule.
  /// - Throws: ``NoisyQuadraticError`` for fewer steps, or a number that does not fit into memory.
  public func continued(to steps: Int) throws(NoisyQuadraticError) -> Schedule {
    guard steps >= horizon else {
      throw .invalidCount(field: "steps", value: steps, expected: "at least \(horizon)")
    }
    let scale = Double(horizon) / Double(max(steps, 1))
    var values = values
    switch classic {
    case .constant: return try family.family.schedule(values, steps: steps)
    case .linear:
      return try .linear(
        initialValue: values[0], endValue: values[1], transitionSteps: horizon, momentum: momentum,
        steps: steps)
    case .cosine:
      return try .cosine(
        initialValue: values[0], endValue: values[1], transitionSteps: horizon, momentum: momentum,
        steps: steps)
    case .polynomial:
      return try .polynomial(
        initialValue: values[0], power: values[1], transitionSteps: horizon, momentum: momentum, steps: steps)
    case .exponential:
      return try .exponential(
        initialValue: values[0], decayRate: values[1], transitionSteps: horizon, momentum: momentum,
        steps: steps)
    case .stepDecay:
      return try .stepDecay(
        initialValue: values[0], decayRate: values[1], transitionSteps: spacing, momentum: momentum,
        steps: steps)
    case .inverseTime, .inversePower, .inverseSquareRoot, .inverseSquareRootAfterWarmup:
      values[1] *= scale
      return try family.family.schedule(values, steps: steps)
    case .piecewiseConstant, .oneCycle: return try schedule.held(to: steps)
    case .stableLinear, .stableSquareRoot, .stableCosine, .stableExponential, .stablePower:
      let warmup = values[1]
      values[1] = warmup * scale
      // The decay is a fraction of what is left after the warmup.
      if warmup < 1 { values[2] *= (1 - warmup) * scale / (1 - values[1]) }
      return try family.family.schedule(values, steps: steps)
    }
  }

  /// The number of steps between the drops of a step decay.
  package var spacing: Int {
    (family.family as? StepDecayFamily)?.transitionSteps(steps: horizon) ?? horizon
  }
}

extension ClassicSchedule {
  /// The parameters of this kind that give the schedule of a member of another kind: the table of what contains
  /// what. Values may lie outside the ranges in which a search stays.
  ///
  /// - Parameters:
  ///   - member: a member of another kind, whose largest rate is above 0.
  ///   - count: the number of drops of a step decay, or of constant pieces, of this kind.
  /// - Returns: the values, with the same momentum; `nil` if this kind does not contain the member.
  func values(containing member: ClassicMember, count: Int) -> [Double]? {
    let momentum = member.familyMomentum == .fitted ? Array(member.values.suffix(1)) : []
    let v = Array(member.values.dropLast(momentum.count))
    guard v[0] > 0 else { return nil }
    let rates: [Double]
    switch (self, member.classic) {
    case (.linear, .constant), (.cosine, .constant): rates = [v[0], v[0]]
    case (.exponential, .constant), (.stepDecay, .constant): rates = [v[0], 1]
    case (.piecewiseConstant, .constant): rates = Array(repeating: v[0], count: count)
    case (.oneCycle, .constant): rates = [v[0], 0, 1, 1]
    case (.stablePower, .constant): rates = [v[0], 0, 0, 1, 1]
    case (_, .constant) where decayType != nil: rates = [v[0], 0, 0, 1]
    // A decay over the whole run, from the peak down.
    case (.stableLinear, .linear) where v[1] <= v[0], (.stableCosine, .cosine) where v[1] <= v[0]:
      rates = [v[0], 0, 1, v[1] / v[0]]
    case (.stablePower, .linear) where v[1] <= v[0]: rates = [v[0], 0, 1, v[1] / v[0], 1]
    case (.stableExponential, .exponential): rates = [v[0], 0, 1, v[1]]
    case (.stablePower, .polynomial): rates = [v[0], 0, 1, 0, v[1]]
    case (.stablePower, .stableLinear): rates = v + [1]
    case (.inversePower, .inverseTime): rates = v + [1]
    case (.inversePower, .inverseSquareRoot): rates = v + [0.5]
    default: return nil
    }
    return rates + momentum
  }
}
