/// The form of a decay from one value to another over a given number of steps.
///
/// With the fraction f of the decay that is over, from 0 to 1, the value is
/// ```
/// linear               end + (start − end) (1 − f)
/// oneMinusSquareRoot   end + (start − end) (1 − √f)
/// cosine               end + (start − end) (1 + cos(π f))/2
/// exponential          start^(1−f) · end^f
/// power(p)             end + (start − end) (1 − f)^p
/// ```
public enum DecayType: Sendable, Equatable {
  /// A straight line.
  case linear
  /// One minus the square root, a steep fall at first and a flat one at the end.
  case oneMinusSquareRoot
  /// Half a cosine.
  case cosine
  /// Equal factors in equal times. The end value must be above 0.
  case exponential
  /// A power p ≥ 0 of the fraction that is left. The power 1 is a straight line.
  case power(Double)

  /// Checks the parameter of the form, and that it can reach the end value.
  func check(endValue: Double, field: String) throws(NoisyQuadraticError) {
    switch self {
    case .power(let power):
      guard power >= 0, power.isFinite else {
        throw .invalidValue(field: "power", value: power, expected: "a finite number ≥ 0")
      }
    case .exponential:
      guard endValue > 0 else {
        throw .invalidValue(
          field: field, value: endValue, expected: "a number > 0, since an exponential decay never reaches 0")
      }
    case .linear, .oneMinusSquareRoot, .cosine: break
    }
  }

  /// The value at a fraction of the decay from `a` to `b`. It is exactly `a` at fraction 0.
  func value(from a: Double, to b: Double, at fraction: Double) -> Double {
    switch self {
    case .linear: return Self.interpolate(a, b, fraction)
    case .oneMinusSquareRoot: return Self.interpolate(a, b, fraction.squareRoot())
    case .cosine: return Self.interpolate(a, b, (1 - Elementary.cos(Double.pi * fraction)) / 2)
    case .exponential: return a == 0 ? 0 : a * Elementary.pow(b / a, fraction)
    case .power(let power): return Self.interpolate(b, a, Elementary.pow(1 - fraction, power))
    }
  }

  /// The derivative by the fraction of the decay from 1 to `b` (F4). For ``oneMinusSquareRoot`` the fraction
  /// must be above 0.
  func derivative(to b: Double, at fraction: Double) -> Double {
    switch self {
    case .linear: return b - 1
    case .oneMinusSquareRoot: return (b - 1) / (2 * fraction.squareRoot())
    case .cosine: return (b - 1) * (Double.pi / 2) * Elementary.sin(Double.pi * fraction)
    case .exponential: return Elementary.pow(b, fraction) * Elementary.log(b)
    case .power(let power): return power * (b - 1) * Elementary.pow(1 - fraction, power - 1)
    }
  }

  /// The derivative by the end value `b` of a decay from 1 to it (F10).
  func derivativeByEnd(_ b: Double, at fraction: Double) -> Double {
    switch self {
    case .linear: return fraction
    case .oneMinusSquareRoot: return fraction.squareRoot()
    case .cosine: return (1 - Elementary.cos(Double.pi * fraction)) / 2
    case .exponential: return fraction * Elementary.pow(b, fraction - 1)
    case .power(let power): return 1 - Elementary.pow(1 - fraction, power)
    }
  }

  /// A linear interpolation that is exactly `a` at fraction 0 and exactly `b` at fraction 1.
  private static func interpolate(_ a: Double, _ b: Double, _ fraction: Double) -> Double {
    a * (1 - fraction) + b * fraction
  }
}
