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

  /// The best schedule of all: that of the model's solver, unless one of the known schedules ends lower, and
  /// with few free steps a descent over single rates from there.
  ///
  /// - Parameter known: schedules within the limits; the best members of all families if absent.
  /// - Returns: the schedule, and for adaptive optimizers the least loss in continuous time.
  /// - Throws: `NoisyQuadraticError` if a solver fails, and if the model diverges under the given rates.
  public func optimum(besides known: [PlannedSchedule]? = nil) throws(NoisyQuadraticError) -> OptimalPlan {
    let rivals = if let known { known } else { try bestMembers() }
    let (rates, least) = try solved()
    var best = planned("optimal", [], rates)
    for rival in rivals where rival.predictedFinalLoss < best.predictedFinalLoss {
      best = planned("optimal", [], rival.learningRates)
    }
    if plan.freeSteps <= StepPolish.maximumSteps, best.learningRates.starts(with: plan.givenRates) {
      let polish = StepPolish(plan: plan, loss: model.evaluation(after: plan.givenRates))
      let free = Array(best.learningRates.dropFirst(plan.givenRates.count))
      let polished = planned("optimal", [], plan.givenRates + polish.improved(free))
      if polished.predictedFinalLoss < best.predictedFinalLoss { best = polished }
    }
    return OptimalPlan(schedule: best, leastLoss: least)
  }

  /// The best members of all families.
  private func bestMembers() throws(NoisyQuadraticError) -> [PlannedSchedule] {
    var members: [PlannedSchedule] = []
    for family in ClassicFamily.allCases { members.append(try bestMember(of: family)) }
    return members
  }

  /// The rates of the model's solver, and the least loss in continuous time if it is known.
  private func solved() throws(NoisyQuadraticError) -> (rates: [Double], leastLoss: Double?) {
    switch model {
    case .relaxation(let model):
      let (rates, least) = RelaxationOptimum(model, plan).solve()
      return (rates, least)
    case .gradientDescent(let model):
      return (try GradientDescentOptimum(model, plan).solve(), nil)
    }
  }

  /// The best member of a family, by a search along one parameter after the other.
  ///
  /// - Throws: `NoisyQuadraticError` if a schedule is invalid, which the plan's limits exclude.
  public func bestMember(of family: ClassicFamily) throws(NoisyQuadraticError) -> PlannedSchedule {
    let evaluation = model.evaluation(after: plan.givenRates)
    var fractions = family.axes.map(\.start)
    func loss(_ fractions: [Double]) -> Double {
      let values = family.values(fractions, plan)
      guard let rates = try? family.rates(values, plan) else { return .infinity }
      let given = plan.givenRates(toward: values[.peak])
      return given == plan.givenRates ? evaluation(rates) : model.evaluation(after: given)(rates)
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
    let rates = plan.givenRates(toward: values[.peak]) + (try family.rates(values, plan))
    let parameters = family.axes.compactMap { axis, _ in
      values[axis].map { PlannedSchedule.Parameter(name: axis.name, value: $0) }
    }
    return planned(family.rawValue, parameters, rates)
  }

  /// The least loss for decays of given lengths: the rate stays at the peak before, and the best rates follow.
  ///
  /// - Parameter lengths: numbers of final steps, from 1 to the number of free steps.
  /// - Returns: what each of these lengths reaches, without those whose plateau diverges.
  /// - Throws: `NoisyQuadraticError` for a length outside this range.
  public func decays(_ lengths: [Int]) throws(NoisyQuadraticError) -> [DecayOutcome] {
    var outcomes: [DecayOutcome] = []
    for length in lengths {
      guard (1...plan.freeSteps).contains(length) else {
        throw .invalidCount(field: "decaySteps", value: length, expected: "from 1 to \(plan.freeSteps)")
      }
      let held = Array(repeating: plan.peakRate, count: plan.freeSteps - length)
      let given = plan.givenRates + held
      // A model of SGD may diverge at a rate above the fitted ones.
      guard model.losses(under: given, at: [given.count])[0].isFinite else { continue }
      let rest = try SchedulePlan(
        horizon: plan.horizon, givenRates: given, peakRate: plan.peakRate, floor: plan.floor,
        isMonotone: plan.isMonotone)
      let simple = planned(
        ClassicFamily.stableSquareRoot.rawValue, [],
        given
          + (try ClassicFamily.stableSquareRoot.rates(
            [.peak: plan.peakRate, .end: plan.floor, .decay: 1], rest)))
      let best = try CurvePlanner(model: model, plan: rest).optimum(besides: [simple]).schedule
      outcomes.append(
        DecayOutcome(
          decaySteps: length, bestLoss: best.predictedFinalLoss, squareRootLoss: simple.predictedFinalLoss))
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
