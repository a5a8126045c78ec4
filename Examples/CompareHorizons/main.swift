import NoisyQuadratic
let names = CommandLine.arguments
let c = ContinuousClock()
for p in [ReferenceProblem.wu2018, .powerLaw] {
  let model = try p.model()
  print(p, model.initialLoss, model.paperLearningRateCap as Any)
  for mu in [0, 0.9999] {
    let limits = HyperparameterLimits(learningRate: .paper, momentum: mu)
    let solvers: [(String, any ScheduleSolver)] = [
      ("greedy", GreedySolver(limits: limits)), ("constant", ConstantSolver(limits: limits)),
      ("full", FullHorizonSolver(limits: limits)),
      ("look10", RecedingHorizonSolver(lookahead: 10, limits: limits)),
      ("look100", RecedingHorizonSolver(lookahead: 100, limits: limits)),
      ("held10", RecedingHorizonSolver(lookahead: 10, window: .held, limits: limits)),
    ]
    for (name, s) in solvers {
      var sol: Solution?
      let time = try c.measure { sol = try s.solve(model, horizon: 250) }
      guard let sol else { continue }
      print(mu, name, sol.finalLoss, sol.schedule[0], sol.schedule[249], sol.termination, sol.statistics.sweeps, sol.statistics.evaluations, sol.statistics.kktResidual as Any, time)
      for s in sol.statistics.starts { print("   ", s) }
    }
  }
}
