/// The best loss of a rate for every step, which never rises with T: a further step of rate 0 changes nothing (Y1).
struct ScheduleOracle: TargetOracle {
  let triedSteps = 0
  private let model: NoisyQuadraticModel
  private let limits: HyperparameterLimits
  private let target: Double

  init(_ model: NoisyQuadraticModel, _ limits: HyperparameterLimits, target: Double) {
    self.model = model
    self.target = target
    self.limits = HyperparameterLimits(learningRate: limits.learningRate)
  }

  /// The number of steps after which the continuous limit reaches the target (L2).
  func guess(after floor: Int, maximumSteps: Int) throws(NoisyQuadraticError) -> Int {
    let problem = NormalizedProblem(anyNoise: model)
    let limits = try ResolvedLimits(limits, problem)
    let few =
      TargetProblem(problem, limits).compressed(steps: 100 * (floor + 1))?.problem ?? problem
    var (low, high) = (floor, maximumSteps)
    // Three digits are as much as the limit is good for.
    while Double(high - low) > max(1, 1e-4 * Double(low)) {
      let middle = low == 0 ? 1 : Int((Double(low) * Double(high)).squareRoot())
      let t = min(max(middle, low + 1), high - 1)
      guard t > low else { break }
      let plan = ContinuousPlan(few, rateLimit: limits.scaledRate, steps: Double(t))
      if problem.modelLoss(plan.predictedLoss) <= target { high = t } else { low = t }
    }
    return high
  }

  func best(steps: Int, near known: [Double]?) throws(NoisyQuadraticError) -> TargetPoint {
    let setup = try SolverSetup(model, horizon: steps, limits, engineSteps: steps, passes: 100)
    let plan = ContinuousPlan(setup.problem, rateLimit: setup.limits.scaledRate, steps: Double(steps))
    let descent = SweepDescent(
      engine: SweepEngine(setup.dynamics, capacity: steps), setup: setup, maximumSweeps: Self.mostSweeps,
      tolerance: Self.tolerance, verifies: false, weights: nil)
    func descend(_ rates: [Double]) -> TargetPoint {
      let found = descent.descend(KernelSchedule(rates: rates, momenta: Array(repeating: 0, count: steps)))
      return point(found.schedule.rates.map(setup.problem.modelRate), setup.problem.modelLoss(found.value))
    }
    let plain = descend(plan.rates())
    // What a wider search has found is followed as well.
    guard let known, searchesWider(steps: steps) else { return plain }
    let near = descend(
      (0..<steps).map { setup.problem.scaledRate(known[(2 * $0 + 1) * known.count / (2 * steps)]) })
    return near.loss < plain.loss ? near : plain
  }

  func searchesWider(steps: Int) -> Bool { model.dimension * steps <= Self.cheapWork }

  func confirmed(steps: Int, near known: [Double]) throws(NoisyQuadraticError) -> TargetPoint {
    let solution = try FullHorizonSolver(limits: limits).solve(model, horizon: steps)
    return TargetPoint(loss: solution.finalLoss, variables: solution.schedule.learningRates)
  }

  /// The first number of steps above a floor that reaches the target.
  ///
  /// - Parameters:
  ///   - floor: a number of steps that stays above the target.
  ///   - loss: the loss of the floor, if it is known.
  ///   - maximumSteps: the most steps.
  /// - Returns: the result.
  /// - Throws: ``NoisyQuadraticError`` if the run does not fit into memory.
  func outcome(
    after floor: Int, _ loss: Double?, maximumSteps: Int
  ) throws(NoisyQuadraticError) -> TargetOutcome {
    var search = TargetSearch(
      target: target, oracle: self, floor: floor, floorLoss: loss, maximumSteps: maximumSteps)
    let guess = try guess(after: floor, maximumSteps: maximumSteps)
    return search.outcome(try search.run(from: guess, near: nil, slope: -1))
  }

  /// The same up to a few steps. The last of them is searched widely if the continuous limit comes near the target.
  func outcome(
    after floor: Int, _ loss: Double?, within steps: Int
  ) throws(NoisyQuadraticError) -> TargetOutcome {
    let margin = 4 * steps
    let isNear = try guess(after: floor, maximumSteps: margin) < margin
    let last =
      isNear && searchesWider(steps: steps)
      ? try confirmed(steps: steps, near: []) : try best(steps: steps, near: nil)
    guard last.loss <= target else { return .notReached(steps: steps, loss: last.loss) }
    var search = TargetSearch(
      target: target, oracle: self, floor: floor, floorLoss: loss, maximumSteps: steps)
    let bracket = try search.bracket(below: (steps, last.loss, last.variables))
    return search.outcome(try search.confirmed(bracket))
  }

  /// A schedule with its loss, over all directions if a compressed problem leaves open on which side of the target it
  /// lies.
  private func point(_ rates: [Double], _ loss: Double) -> TargetPoint {
    guard abs(loss - target) <= Self.doubt * target else { return TargetPoint(loss: loss, variables: rates) }
    let schedule = Schedule(validRates: rates, momenta: Array(repeating: 0, count: rates.count))
    return TargetPoint(loss: model.expectedLoss(under: schedule).final, variables: rates)
  }

  /// Sweeps take 10 to 45 pairs from the continuous limit (S6).
  private static let mostSweeps = 200
  private static let tolerance = 1e-13
  /// The distance of a loss from the target, relative to it, within which all directions are evaluated.
  private static let doubt = 1e-6
  /// The directions times steps up to which the confirmation starts from everything that the solver knows.
  private static let cheapWork = 2_000_000

  func reached(_ bracket: TargetBracket, evaluations: Int) -> TargetReached {
    TargetReached(
      steps: bracket.below.steps, loss: bracket.below.loss, previousLoss: bracket.above.loss,
      learningRates: bracket.below.variables, evaluations: evaluations)
  }
}
