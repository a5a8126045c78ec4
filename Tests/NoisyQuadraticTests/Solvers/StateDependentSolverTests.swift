import NoisyQuadratic
import Testing

@Suite("Solvers under noise that grows with the error")
struct StateDependentSolverTests {
  private func model() throws -> NoisyQuadraticModel {
    try NoisyQuadraticModel(
      leastSquares: [1, 0.3, 0.02], residualVariance: 0.5, initialSecondMoment: [1, 2, 3],
      multiplicity: [1, 2, 3], batchSize: 2)
  }

  private let limits = HyperparameterLimits(learningRate: .twoOverMaximumCurvature)

  @Test("X3: every solver works on the noise that there is", arguments: NamedSolver.all, [0, 0.8])
  func solvers(_ solver: NamedSolver, momentum: Double) throws {
    let model = try model()
    var limits = limits
    limits.momentum = momentum
    let horizon = momentum > 0 ? 4 : 8
    let solution = try solver.solve(model, limits, horizon: horizon)
    #expect(
      relativeError(solution.finalLoss, model.expectedLoss(under: solution.schedule).final) <= 1e-14)
    #expect(solution.termination != .iterationLimit && solution.termination != .diverged)
    #expect(try solution.informationBound == model.informationBound(steps: horizon))
    #expect(solution.finalLoss >= solution.informationBound)
    // The schedule for additive noise is worse here, and this one is worse there.
    let additive = model.withAdditiveNoise
    let other = try solver.solve(additive, limits, horizon: horizon).schedule
    #expect(solution.schedule != other)
    if solver.name == "full horizon" {
      #expect(solution.finalLoss < model.expectedLoss(under: other).final)
      let report = try #require(solution.statistics.optimality)
      #expect(report.kktResidual <= 1e-7)
      for start in NamedSolver.all {
        #expect(try solution.finalLoss <= start.solve(model, limits, horizon: horizon).finalLoss * (1 + 1e-9))
      }
    }
  }

  @Test("X3: two steps by brute force")
  func bruteForce() throws {
    let model = try model()
    let solution = try FullHorizonSolver(limits: limits).solve(model, horizon: 2)
    var best = Double.infinity
    for i in 0...40 {
      for j in 0...40 {
        let schedule = try Schedule(learningRates: [Double(i) * 0.05, Double(j) * 0.05])
        best = min(best, model.expectedLoss(under: schedule).final)
      }
    }
    #expect(solution.finalLoss <= best && solution.finalLoss >= 0.995 * best)
  }

  @Test("X4: the best constant rate, by a fine scan", arguments: [0, 0.5])
  func constant(momentum: Double) throws {
    let model = try model()
    var limits = limits
    limits.momentum = momentum
    let solution = try ConstantSolver(limits: limits).solve(model, horizon: 6)
    var best = Double.infinity
    for i in 0...60 {
      for j in 0...(momentum > 0 ? 20 : 0) {
        let schedule = try Schedule.constant(
          learningRate: Double(i) / 60, momentum: Double(j) / 20 * momentum, steps: 6)
        best = min(best, model.expectedLoss(under: schedule).final)
      }
    }
    #expect(solution.finalLoss <= best && solution.finalLoss >= 0.99 * best)
  }

  @Test("X3: weighted losses, and a run that overflows")
  func objectives() throws {
    let model = try model()
    let solver = FullHorizonSolver(limits: limits, objective: .averageLoss)
    let solution = try solver.solve(model, horizon: 4)
    let greedy = try GreedySolver(limits: limits).solve(model, horizon: 4)
    #expect(try solution.objectiveValue <= model.value(of: .averageLoss, under: greedy.schedule))
    let wild = try Schedule.constant(learningRate: 1e6, steps: 40)
    let curve = model.expectedLoss(under: wild)
    #expect(curve.divergenceStep != nil && curve.values[0] == model.initialLoss)
    #expect(model.largestGrowth(under: try Schedule.constant(learningRate: 1, steps: 3)).factor > 1)
  }

  @Test("X2: certificates prove by the noise at the minimum, with and without momentum", arguments: [0, 0.5])
  func certificate(momentum: Double) throws {
    let model = try model()
    var limits = limits
    limits.momentum = momentum
    let certificate = try CertifiedSolver(limits: limits).certify(model, horizon: 4)
    let best = try FullHorizonSolver(limits: limits).solve(model, horizon: 4)
    #expect(certificate.lowerBound <= best.finalLoss && certificate.upperBound >= best.finalLoss)
    #expect(relativeError(certificate.upperBound, best.finalLoss) <= 1e-9)
    let additive = try FullHorizonSolver(limits: limits).solve(model.withAdditiveNoise, horizon: 4)
    #expect(certificate.lowerBound >= 0.5 * additive.finalLoss && certificate.policy == nil)
    let known = try CertifiedSolver(limits: limits).certify(model, horizon: 4, known: best)
    #expect(known.lowerBound == certificate.lowerBound)
  }

  @Test("X1: the gap of a schedule, and its loss over the spectrum")
  func gap() throws {
    let model = try model()
    let schedule = try Schedule.constant(learningRate: 0.3, steps: 6)
    let gap = try ScheduleGap(model, schedule, limits: limits)
    #expect(gap.optimum.finalLoss < gap.losses.final)
    let spectrum = try SpectralLoss(model, under: schedule)
    #expect(relativeError(spectrum.signal + spectrum.noise, gap.losses.final) <= 1e-13)
    let additive = try SpectralLoss(model.withAdditiveNoise, under: schedule)
    #expect(relativeError(spectrum.signal, additive.signal) <= 1e-14 && spectrum.noise > additive.noise)
  }
}
