import NoisyQuadratic
import Testing

/// Every solver under one name, for the rules that all of them follow.
struct NamedSolver: Sendable, CustomTestStringConvertible {
  let name: String
  let make: @Sendable (_ limits: HyperparameterLimits, _ horizon: Int) -> any ScheduleSolver

  var testDescription: String { name }

  func solve(
    _ model: NoisyQuadraticModel, _ limits: HyperparameterLimits, horizon: Int
  ) throws -> Solution {
    try make(limits, horizon).solve(model, horizon: horizon)
  }

  static let all = [
    NamedSolver(name: "greedy") { limits, _ in GreedySolver(limits: limits) },
    NamedSolver(name: "constant") { limits, _ in ConstantSolver(limits: limits) },
    NamedSolver(name: "lookahead 3, free") { limits, horizon in
      RecedingHorizonSolver(lookahead: min(3, horizon), limits: limits)
    },
    NamedSolver(name: "lookahead 3, held") { limits, horizon in
      RecedingHorizonSolver(lookahead: min(3, horizon), window: .held, limits: limits)
    },
    NamedSolver(name: "family") { limits, _ in
      var options = FamilySolver.Options()
      (options.scanPoints, options.descents, options.maximumIterations) = (16, 1, 40)
      return FamilySolver(family: ConstantFamily(momentum: .fitted), limits: limits, options: options)
    },
    NamedSolver(name: "full horizon") { limits, _ in FullHorizonSolver(limits: limits) },
  ]
}
