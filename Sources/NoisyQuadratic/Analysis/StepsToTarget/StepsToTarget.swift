/// The fewest steps after which a method can reach a target loss, and the hyperparameters that do it (Y1–Y5).
///
/// ```
/// T* = min { T : min over the method's hyperparameters of L_T ≤ target }
/// ```
/// Every loss is exact. Constant rates, with momentum or averages, and schedules of few pieces are evaluated in
/// closed form, so a run of a million steps costs little more than one of a hundred. The hyperparameters are minimized
/// with exact derivatives. A secant search over the logarithm of T ends with the losses on both sides: that of T* steps
/// is at most the target, and the lowest that the search finds for T* − 1 steps is above it.
///
/// Proven is that T* steps reach the target with the hyperparameters of the result, that the T* of the information
/// bound is the first, and that no method reaches the target before the bound. For the other methods, T* is as small as
/// the search for the best hyperparameters of a T is good; every ``Method`` says how it searches. For schedules of one rate
/// per step the best loss never rises with T, so that a crossing is the first one. For the others it may rise (Y1):
/// their first 16 T (with momentum, 4) are tried one by one; beyond these, T* is a crossing that the search has bracketed.
///
/// ```swift
/// let search = StepsToTarget(target: 0.01)
/// for batchSize in [64.0, 4096] {
///   let outcome = try search.outcome(of: .momentum, for: model.with(batchSize: batchSize))
///   if case .reached(let best) = outcome { use(best.steps, best.learningRates[0], best.momentum) }
/// }
/// ```
///
/// Source: the measure of Zhang et al. (2019) and Shallue et al. (2019).
public struct StepsToTarget: Sendable, Equatable {
  /// What is chosen for a run of T steps.
  public enum Method: Sendable, Hashable {
    /// A constant learning rate.
    ///
    /// Searched: the whole range of rates by a scan, then Newton's method from its minima.
    case constant
    /// A constant learning rate and a constant momentum.
    ///
    /// Searched: the whole box by scans at the beginning; at the end again up to T = 512 and on small problems,
    /// otherwise a fine grid around the best minimum, because there are many shallow ones (Y2).
    case momentum
    /// A constant learning rate without momentum, and the decay γ of the exponential average of the iterates whose loss
    /// counts: `θ̄ ← γ θ̄ + (1 − γ) θ` after every step, from `θ̄ = θ₀` on.
    ///
    /// Searched: the whole box by scans at the beginning, then near the minimum of the last T.
    case average
    /// The learning rates of this many pieces, which are equal up to rounding. Piece j of k ends after
    /// `⌊(j + 1) T/k⌋` steps.
    ///
    /// Searched: Newton's method from the best pieces of the last T, the continuous limit and the best constant rate. Up
    /// to T = 512 it also starts from the largest rate with a small last piece and, if the directions times k² are at
    /// most 4000, from 32 random schedules. Up to k steps every piece has at most one step, and the search is that of
    /// ``schedule``.
    case pieces(Int)
    /// A learning rate for every step.
    ///
    /// Searched: sweeps from the continuous limit. While the directions times T are at most 2·10⁶, T* − 1 is searched
    /// with everything that ``FullHorizonSolver`` knows. The longest schedule has ``longestSchedule`` steps.
    case schedule
    /// A learning rate for every step and every direction: the information bound (M7), which is known in closed form.
    case informationBound
  }

  /// The loss to reach, in the model's unit.
  public var target: Double
  /// The limit on learning rates. If there is none, it is `2/h_max` for averages, pieces and schedules, beyond which
  /// directions grow; the other methods then have none.
  public var learningRateLimit: LearningRateLimit
  /// The limit on momentum and on the decay of an average, in [0, 1).
  public var momentumLimit: Double
  /// The number of steps at which the search gives up.
  public var maximumSteps: Int

  /// The largest number of steps of ``Method/schedule``, whose work grows with T.
  public static let longestSchedule = 2_000_000

  /// - Parameters:
  ///   - target: the loss to reach.
  ///   - learningRateLimit: the limit on learning rates.
  ///   - momentumLimit: the limit on momentum and on the decay of an average.
  ///   - maximumSteps: the number of steps at which the search gives up, from 1 to 2⁴⁰.
  public init(
    target: Double, learningRateLimit: LearningRateLimit = .none, momentumLimit: Double = 0.999999,
    maximumSteps: Int = 1_000_000_000
  ) {
    self.target = target
    self.learningRateLimit = learningRateLimit
    self.momentumLimit = momentumLimit
    self.maximumSteps = maximumSteps
  }

  /// The fewest steps of a method on a model.
  ///
  /// - Parameters:
  ///   - method: what is chosen.
  ///   - model: the noisy quadratic.
  /// - Returns: the steps and hyperparameters, or how low the loss got.
  /// - Throws: ``NoisyQuadraticError`` for a target, limit, number of steps or number of pieces outside its domain.
  /// - Complexity: some 10 to 20 values of T. Each takes O(d log T) for every evaluation with constant
  ///   hyperparameters, O(k² d) for every Newton step of k pieces, and O(d T) for every sweep of a schedule. Models of
  ///   many directions are compressed first (Q1), and all directions decide at the end.
  public func outcome(
    of method: Method, for model: NoisyQuadraticModel
  ) throws(NoisyQuadraticError) -> TargetOutcome {
    try Requirement.positive([("target", target)])
    try model.requireAdditiveNoise(for: "the search for the steps to a target")
    guard (1...1 << 40).contains(maximumSteps) else {
      throw .invalidCount(field: "maximumSteps", value: maximumSteps, expected: "1 to \(1 << 40)")
    }
    var limits = HyperparameterLimits(learningRate: learningRateLimit, momentum: momentumLimit)
    if case .pieces(let count) = method, !(1...1000).contains(count) {
      throw .invalidCount(field: "pieces", value: count, expected: "1 to 1000")
    }
    let needsLimit =
      switch method {
      case .average, .pieces, .schedule: true
      case .constant, .momentum, .informationBound: false
      }
    if needsLimit, try learningRateLimit.value(for: model) == nil {
      limits.learningRate = .twoOverMaximumCurvature
    }
    let problem = NormalizedProblem(anyNoise: model)
    let whole = TargetProblem(problem, try ResolvedLimits(limits, problem))
    guard target < model.initialLoss else {
      return .reached(TargetReached(steps: 0, loss: model.initialLoss, previousLoss: nil, learningRates: []))
    }
    // No method is faster than the information bound, so that its last step above the target bounds them all.
    var information = TargetSearch(
      target: target, oracle: InformationOracle(model), floor: 0, floorLoss: model.initialLoss,
      maximumSteps: maximumSteps)
    let first = try information.run(from: 1, near: nil, slope: nil)
    guard let first, method != .informationBound else { return information.outcome(first) }
    var floor = (steps: first.above.steps, loss: first.above.steps == 0 ? model.initialLoss : nil)
    let schedules = ScheduleOracle(model, limits, target: target)
    if method == .schedule {
      return try schedules.outcome(
        after: floor.steps, floor.loss, maximumSteps: min(maximumSteps, Self.longestSchedule))
    }
    if case .pieces(let count) = method {
      // Up to k steps, k pieces are a rate for every step, whose best loss never rises with T. Beyond, they need at least
      // as many steps.
      let steps = min(max(count, PieceOracle.mostTriedSteps), maximumSteps)
      if floor.steps < steps {
        switch try schedules.outcome(after: floor.steps, floor.loss, within: steps) {
        case .reached(let result) where result.steps <= count: return .reached(result.inPieces(count))
        case .reached(let result): floor = (result.steps - 1, nil)
        case .notReached(_, let loss):
          guard steps < maximumSteps else { return .notReached(steps: steps, loss: loss) }
          floor = (steps, steps == count ? loss : nil)
        }
      }
    }
    func search(
      _ problem: TargetProblem, from guess: Int, _ known: TargetBracket?, guide: TargetProblem? = nil
    ) throws(NoisyQuadraticError) -> (bracket: TargetBracket?, outcome: TargetOutcome) {
      func run(
        _ oracle: some TargetOracle
      ) throws(NoisyQuadraticError) -> (bracket: TargetBracket?, outcome: TargetOutcome) {
        var search = TargetSearch(
          target: target, oracle: oracle, floor: floor.steps, floorLoss: floor.loss,
          maximumSteps: maximumSteps)
        let found = try search.run(
          from: known?.below.steps ?? guess, near: known?.below.variables, slope: known.map { $0.slope ?? -1 }
        )
        return (found, search.outcome(found))
      }
      switch method {
      case .pieces(let count): return try run(PieceOracle(problem, pieces: count, isGuided: guide != nil))
      case .average: return try run(ConstantOracle(problem, .average, guide: guide))
      case .momentum: return try run(ConstantOracle(problem, .momentum, guide: guide))
      default: return try run(ConstantOracle(problem, .rate, guide: guide))
      }
    }
    // A search on fewer directions leads to the neighbourhood of the result, and all directions decide.
    let guess = min(4 * first.below.steps, maximumSteps)
    var horizon = 10 * first.below.steps
    var known: TargetBracket?
    var last: TargetProblem?
    func guide(_ steps: Int) -> TargetProblem? {
      guard method == .momentum else { return whole.compressed(steps: steps) }
      return known == nil ? whole.grouped() : nil
    }
    while let few = guide(horizon) {
      let rough = try search(few, from: guess, known)
      guard let bracket = rough.bracket else { return rough.outcome }
      (known, last) = (bracket, few)
      guard bracket.below.steps > horizon else { break }
      horizon = 2 * bracket.below.steps
    }
    return try search(whole, from: guess, known, guide: last).outcome
  }
}
