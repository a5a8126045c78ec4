/// A parameter of a family as a coordinate in [0, 1], in which a search takes equal steps (F5). Learning
/// rates are in the kernels' units.
struct FamilyAxis {
  private enum Map {
    case linear
    case logarithmic
    /// The logarithm of `1 − μ`.
    case momentum
  }

  private let map: Map
  private let lower, upper: Double

  /// Creates the coordinate of a parameter within the limits of `setup`, for runs of `steps` steps.
  init(_ parameter: ScheduleParameter, _ setup: SolverSetup, steps: Int) throws(NoisyQuadraticError) {
    switch parameter.quantity {
    case .momentum:
      (map, lower, upper) = (.momentum, 0, setup.limits.momentum)
    case .learningRate:
      let (lowest, highest) = Self.rates(setup, steps: steps)
      let isLogarithmic = parameter.scale == .logarithmic && lowest < highest
      map = isLogarithmic ? .logarithmic : .linear
      upper = highest
      lower = isLogarithmic ? lowest : lowest < highest ? 0 : highest
    case .number(let range):
      guard parameter.scale == .linear || range.lowerBound > 0 else {
        throw .invalidValue(
          field: "\(parameter.name).range", value: range.lowerBound,
          expected: "a lower bound above 0 for a logarithm")
      }
      map = parameter.scale == .linear ? .linear : .logarithmic
      (lower, upper) = (range.lowerBound, range.upperBound)
    }
  }

  /// The smallest rate that can matter, and the limit. Without a limit, the second value is the rate beyond
  /// which every direction would gain from a smaller one.
  private static func rates(_ setup: SolverSetup, steps: Int) -> (Double, Double) {
    let slowest = 2 * (1 + setup.limits.momentum) / (setup.problem.curvature.min() ?? 1)
    let useful = 1e-2 * (1 - setup.limits.momentum) / setup.problem.maximumCurvature / Double(steps)
    let highest = min(setup.limits.scaledRate, slowest, 1e300)
    return (max(min(useful, 0.1 * highest), 1e-300), highest)
  }

  /// The parameter at a coordinate; at 0 and 1 it is exactly its bounds.
  func value(_ x: Double) -> Double {
    if x <= 0 { return lower }
    if x >= 1 { return upper }
    switch map {
    case .linear: return lower + x * (upper - lower)
    case .logarithmic: return min(max(Elementary.exp(Elementary.log(lower) + x * span), lower), upper)
    case .momentum: return -Elementary.expm1(x * span)
    }
  }

  /// The coordinate of a parameter, or the nearest within the bounds.
  func coordinate(_ value: Double) -> Double {
    let x: Double
    switch map {
    case .linear: x = (value - lower) / (upper - lower)
    case .logarithmic: x = (Elementary.log(value) - Elementary.log(lower)) / span
    case .momentum: x = Elementary.log1p(-value) / span
    }
    return x > 0 ? min(x, 1) : 0
  }

  /// The derivative of ``value(_:)``.
  func slope(_ x: Double) -> Double {
    switch map {
    case .linear: return upper - lower
    case .logarithmic: return span * value(x)
    case .momentum: return -span * (1 - value(x))
    }
  }

  private var span: Double {
    map == .momentum ? Elementary.log1p(-upper) : Elementary.log(upper) - Elementary.log(lower)
  }
}
