import NoisyQuadratic
import TrainingCurves

/// Short runs of plain SGD on a known noisy quadratic, whose losses have some noise in every row.
struct SimulatedRuns {
  private static let problem = ReferenceProblem.powerLaw
  /// The number of directions.
  static let dimension = 1000
  /// The number of steps to plan for.
  static let horizon = 1000
  /// A loss that no schedule goes below.
  private static let asymptote = 1.0
  private static let peak = 0.5
  private static let steps = 400
  private static let spacing = 4
  /// The noise of a row, relative to the loss.
  private static let noise = 0.003

  /// The runs to fit: cosine, constant, and a drop.
  let fitted: [TrainingCurve]
  /// Longer runs to predict.
  let tests: [TrainingCurve]
  private let model: NoisyQuadraticModel

  init(seed: UInt64) throws(NoisyQuadraticError) {
    let model = try Self.problem.model()
    self.model = model
    var generator = Xoshiro256StarStar(seed: seed)
    var sampler = NormalSampler()
    func run(_ name: String, _ schedule: Schedule) throws(NoisyQuadraticError) -> TrainingCurve {
      let losses = model.expectedLoss(under: schedule).values
      let steps = Array(Swift.stride(from: Self.spacing, through: schedule.count, by: Self.spacing))
      let measured = steps.map { step in
        (Self.asymptote + losses[step]) * (1 + Self.noise * sampler.next(using: &generator))
      }
      return try TrainingCurve(
        name: name, learningRates: schedule.learningRates, steps: steps, losses: measured)
    }
    let (peak, steps) = (Self.peak, Self.steps)
    let drop = (0..<steps).map { 2 * $0 < steps ? peak : peak / 5 }
    fitted = [
      try run("cosine", .cosine(initialValue: peak, endValue: peak / 20, steps: steps)),
      try run("constant", .constant(learningRate: peak, steps: steps)),
      try run("drop", Schedule(learningRates: drop)),
    ]
    tests = [
      try run("long-cosine", .cosine(initialValue: peak, endValue: peak / 20, steps: Self.horizon)),
      try run(
        "long-wsd",
        .warmupStableDecay(
          peakValue: peak, warmupSteps: 0, decaySteps: Self.horizon / 5, endValue: peak / 100,
          decayType: .linear, steps: Self.horizon)),
    ]
  }

  /// The true final loss of rates.
  func finalLoss(of rates: [Double]) throws(NoisyQuadraticError) -> Double {
    Self.asymptote + model.expectedLoss(under: try Schedule(learningRates: rates)).final
  }

  /// The final loss of the best schedule within the limits of a plan; `nil` if the plan has more limits than a
  /// peak rate.
  func optimalLoss(_ plan: SchedulePlan) throws(NoisyQuadraticError) -> Double? {
    guard plan.givenRates.isEmpty, plan.floor == 0, !plan.isMonotone else { return nil }
    let solver = FullHorizonSolver(
      limits: HyperparameterLimits(learningRate: .value(plan.peakRate), momentum: 0))
    return Self.asymptote + (try solver.solve(model, horizon: plan.horizon).finalLoss)
  }
}
