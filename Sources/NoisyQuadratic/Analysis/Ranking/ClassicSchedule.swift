/// The schedules that people use, each a family whose best member a ``ScheduleRankingStudy`` finds.
public enum ClassicSchedule: String, Sendable, CaseIterable, Codable {
  /// One rate.
  case constant
  /// A straight line to any end.
  case linear
  /// Half a cosine to any end.
  case cosine
  /// A power of the fraction that is left, to 0.
  case polynomial
  /// Exponential decay.
  case exponential
  /// `1/(1 + t/K)`.
  case inverseTime = "inverse-time"
  /// `1/(1 + t/K)^β`, the paper's family, with K and β fitted.
  case inversePower = "inverse-power"
  /// `1/√(1 + t/K)`.
  case inverseSquareRoot = "inverse-sqrt"
  /// A rise from 0 over w steps, then `√(w/t)`.
  case inverseSquareRootAfterWarmup = "inverse-sqrt-warmup"
  /// One factor several times, at equal distances.
  case stepDecay = "step-decay"
  /// Equal constant pieces.
  case piecewiseConstant = "piecewise-constant"
  /// Warmup, plateau, and a straight line to any end.
  case stableLinear = "wsd-linear"
  /// Warmup, plateau, and one minus the square root.
  case stableSquareRoot = "wsd-1-sqrt"
  /// Warmup, plateau, and half a cosine.
  case stableCosine = "wsd-cosine"
  /// Warmup, plateau, and an exponential decay.
  case stableExponential = "wsd-exponential"
  /// Warmup, plateau, and a power of the fraction that is left.
  case stablePower = "wsd-power"
  /// A rise and a fall, both half a cosine.
  case oneCycle = "one-cycle"

  /// The form of the decay at the end of a plateau; `nil` for other schedules.
  var decayType: DecayType? {
    switch self {
    case .stableLinear: .linear
    case .stableSquareRoot: .oneMinusSquareRoot
    case .stableCosine: .cosine
    case .stableExponential: .exponential
    case .stablePower: .power(1)
    default: nil
    }
  }

  /// The family.
  ///
  /// - Parameters:
  ///   - count: the number of drops of a step decay, or of constant pieces.
  ///   - momentum: the momentum of every step.
  /// - Returns: the family.
  /// - Throws: ``NoisyQuadraticError`` for a count below 1.
  func family(count: Int, momentum: FamilyMomentum) throws(NoisyQuadraticError) -> any ScheduleFamily {
    if let decayType { return FittedDecayFamily(decayType: decayType, momentum: momentum) }
    switch self {
    case .constant: return ConstantFamily(momentum: momentum)
    case .linear: return LinearFamily(momentum: momentum)
    case .cosine: return CosineFamily(momentum: momentum)
    case .polynomial: return PolynomialFamily(momentum: momentum)
    case .exponential: return ExponentialFamily(momentum: momentum)
    case .inverseTime: return InversePowerFamily(exponent: 1, momentum: momentum)
    case .inversePower: return InversePowerFamily(momentum: momentum)
    case .inverseSquareRoot: return InversePowerFamily(exponent: 0.5, momentum: momentum)
    case .inverseSquareRootAfterWarmup: return InverseSquareRootFamily(momentum: momentum)
    case .stepDecay: return try StepDecayFamily(drops: count, momentum: momentum)
    case .piecewiseConstant: return try PiecewiseConstantFamily(pieces: count, momentum: momentum)
    default: return OneCycleFamily(momentum: momentum)
    }
  }
}
