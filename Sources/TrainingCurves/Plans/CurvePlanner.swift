import NoisyQuadratic

/// Schedules of least predicted final loss within the limits of a plan.
///
/// ```swift
/// let plan = try SchedulePlan(horizon: 24_000, warmupSteps: 2_160, peakRate: 3e-4)
/// let planner = CurvePlanner(model: fit.model, plan: plan)
/// let best = try planner.optimum()
/// let cosine = try planner.bestMember(of: .cosine)
/// ```
public struct CurvePlanner: Sendable {
  /// The model that predicts losses.
  public let model: CurveModel
  /// The limits.
  public let plan: SchedulePlan

  /// A planner.
  public init(model: CurveModel, plan: SchedulePlan) { (self.model, self.plan) = (model, plan) }

  /// The best schedule of all.
  ///
  /// - Throws: ``NoisyQuadraticError`` if a solver fails.
  public func optimum() throws(NoisyQuadraticError) -> OptimalPlan {
    switch model {
    case .relaxation(let model):
      let (rates, least) = RelaxationOptimum(model, plan).solve()
      return OptimalPlan(schedule: planned("optimal", [], rates), leastLoss: least)
    case .gradientDescent(let model):
      let rates = try GradientDescentOptimum(model, plan).solve()
      return OptimalPlan(schedule: planned("optimal", [], rates), leastLoss: nil)
    }
  }

  /// The best member of a family, by a search along one parameter after the other.
  ///
  /// - Throws: ``NoisyQuadraticError`` if a schedule is invalid, which the plan's limits exclude.
  public func bestMember(of family: ClassicFamily) throws(NoisyQuadraticError) -> PlannedSchedule {
    let evaluation = model.evaluation(after: plan.givenRates)
    var fractions = family.axes.map(\.start)
    func loss(_ fractions: [Double]) -> Double {
      guard let rates = try? family.rates(family.values(fractions, plan), plan) else { return .infinity }
      return evaluation(rates)
    }
    let points = (0...10).map { Double($0) / 10 }
    var best = loss(fractions)
    for _ in 0..<3 {
      let before = best
      for k in fractions.indices {
        func along(_ x: Double) -> Double {
          var trial = fractions
          trial[k] = x
          return loss(trial)
        }
        let found = ScalarMinimizer.scan(along, points: points, tolerance: 1e-4)
        if found.value < best { (best, fractions[k]) = (found.value, found.x) }
      }
      if before - best <= 1e-9 * abs(best) { break }
    }
    let values = family.values(fractions, plan)
    let rates = plan.givenRates + (try family.rates(values, plan))
    let parameters = family.axes.compactMap { axis, _ in
      values[axis].map { PlannedSchedule.Parameter(name: axis.name, value: $0) }
    }
    return planned(family.rawValue, parameters, rates)
  }

  /// The least loss for decays of given lengths: the rate stays at the peak before, and the best rates follow.
  ///
  /// - Parameter lengths: numbers of final steps, from 1 to the number of free steps.
  /// - Returns: what each of these lengths reaches.
  /// - Throws: ``NoisyQuadraticError`` for a length outside this range.
  public func decays(_ lengths: [Int]) throws(NoisyQuadraticError) -> [DecayOutcome] {
    var outcomes: [DecayOutcome] = []
    for length in lengths {
      guard (1...plan.freeSteps).contains(length) else {
        throw .invalidCount(field: "decaySteps", value: length, expected: "from 1 to \(plan.freeSteps)")
      }
      let held = Array(repeating: plan.peakRate, count: plan.freeSteps - length)
      let rest = try SchedulePlan(
        horizon: plan.horizon, givenRates: plan.givenRates + held, peakRate: plan.peakRate, floor: plan.floor,
        isMonotone: plan.isMonotone)
      let best = try CurvePlanner(model: model, plan: rest).optimum().schedule
      let simple =
        held
        + (try ClassicFamily.stableSquareRoot.rates(
          [.peak: plan.peakRate, .end: plan.floor, .decay: 1], rest))
      outcomes.append(
        DecayOutcome(
          decaySteps: length, bestLoss: best.predictedFinalLoss,
          squareRootLoss: model.losses(under: plan.givenRates + simple, at: [plan.horizon])[0]))
    }
    return outcomes
  }

  private func planned(
    _ name: String, _ parameters: [PlannedSchedule.Parameter], _ rates: [Double]
  ) -> PlannedSchedule {
    PlannedSchedule(
      name: name, parameters: parameters, learningRates: rates,
      predictedFinalLoss: model.losses(under: rates, at: [rates.count])[0])
  }
}
