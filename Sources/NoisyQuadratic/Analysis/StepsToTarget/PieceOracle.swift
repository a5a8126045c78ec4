/// The best loss of a piecewise constant schedule of equal pieces (Y3, Y4).
struct PieceOracle: TargetOracle {
  var triedSteps: Int { Self.mostTriedSteps }
  static let mostTriedSteps = 16
  private let target: TargetProblem
  private let pieces: Int
  /// Whether a search on fewer directions has looked widely, so that it remains to follow its result.
  private let isGuided: Bool

  init(_ target: TargetProblem, pieces: Int, isGuided: Bool) {
    self.target = target
    self.pieces = pieces
    self.isGuided = isGuided
  }

  /// The lengths of the pieces of T steps.
  private func lengths(_ steps: Int) -> [Int] {
    (0..<pieces).map { ($0 + 1) * steps / pieces - $0 * steps / pieces }
  }

  /// The rates of the continuous limit, averaged over every piece.
  private func continuous(_ steps: Int) -> [Double] {
    let plan = ContinuousPlan(target.problem, rateLimit: target.limits.scaledRate, steps: Double(steps))
    let samples = 8
    let width = Double(steps) / Double(pieces)
    return (0..<pieces).map { j in
      let rates = (0..<samples).map { s in
        plan.rate(stepsLeft: Double(steps) - width * (Double(j) + (Double(s) + 0.5) / Double(samples)))
      }
      return rates.reduce(0, +) / Double(samples)
    }
  }

  /// Random rates of small problems, among them the limit and inverses of curvatures. With little noise, a few
  /// steps have many minima.
  private func scattered() -> [[Double]] {
    let h = target.problem.curvature
    guard h.count * pieces * pieces <= Self.smallWork else { return [] }
    let limit = target.limits.scaledRate
    var random = Xoshiro256StarStar(seed: 18)
    return (0..<Self.scatteredStarts).map { _ in
      (0..<pieces).map { _ -> Double in
        let share = random.uniform()
        switch random.next() % 3 {
        case 0: return limit
        case 1: return min(1 / h[Int(share * Double(h.count))], limit)
        default: return limit * share
        }
      }.sorted(by: >)
    }
  }

  /// The number of steps up to which there are more starts than the continuous limit and the best constant rate.
  private static let fewSteps = 512
  /// The directions times squared pieces up to which starts are scattered, and how many.
  private static let (smallWork, scatteredStarts) = (4000, 32)

  private func point(_ steps: Int, _ starts: [[Double]]) -> TargetPoint {
    let run = PieceRun(target.problem, lengths: lengths(steps))
    let descent = PieceDescent(run: run, maximumRate: target.limits.scaledRate)
    // Beyond 2/h_max a start may overflow.
    let found = starts.map(descent.minimize).filter { $0.loss.isFinite }
    let best = found.min { $0.loss < $1.loss } ?? (starts[0], .infinity)
    return TargetPoint(loss: target.problem.modelLoss(best.loss), variables: best.rates)
  }

  /// The best from known rates, the continuous limit and the best constant rate; for few steps also from the limit with
  /// a last piece that solves the fastest direction, and from random rates.
  private func wide(_ steps: Int, near known: [[Double]]) throws(NoisyQuadraticError) -> TargetPoint {
    let constant = try ConstantOracle(target, .rate).best(steps: steps, near: nil).variables[0]
    var starts = known + [continuous(steps), Array(repeating: constant, count: pieces)]
    if steps <= Self.fewSteps {
      let limit = target.limits.scaledRate
      let last = min(1 / target.problem.maximumCurvature, limit)
      starts += [Array(repeating: limit, count: pieces - 1) + [last]] + scattered()
    }
    return point(steps, starts)
  }

  func best(steps: Int, near known: [Double]?) throws(NoisyQuadraticError) -> TargetPoint {
    guard let known else { return try wide(steps, near: []) }
    return point(steps, [known])
  }

  func searchesWider(steps: Int) -> Bool { !isGuided }

  func confirmed(steps: Int, near known: [Double]) throws(NoisyQuadraticError) -> TargetPoint {
    try wide(steps, near: [known])
  }

  func reached(_ bracket: TargetBracket, evaluations: Int) -> TargetReached {
    let variables = bracket.below.variables
    return TargetReached(
      steps: bracket.below.steps, loss: bracket.below.loss, previousLoss: bracket.above.loss,
      learningRates: variables.map(target.problem.modelRate), evaluations: evaluations)
  }
}
