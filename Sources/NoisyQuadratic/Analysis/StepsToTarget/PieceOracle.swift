/// The best loss of a piecewise constant schedule of equal pieces (Y3, Y4).
struct PieceOracle: TargetOracle {
  let triedSteps = 16
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

  private func point(_ run: PieceRun, _ starts: [[Double]]) -> TargetPoint {
    let found = starts.map {
      PieceDescent(run: run, maximumRate: target.limits.scaledRate).minimize(from: $0)
    }
    let best = found.min { $0.loss < $1.loss }
    return TargetPoint(
      loss: target.problem.modelLoss(best?.loss ?? .infinity), variables: best?.rates ?? [])
  }

  func best(steps: Int, near known: [Double]?) -> TargetPoint {
    point(PieceRun(target.problem, lengths: lengths(steps)), [known ?? continuous(steps)])
  }

  func confirmed(steps: Int, near known: [Double]) throws(NoisyQuadraticError) -> TargetPoint {
    let run = PieceRun(target.problem, lengths: lengths(steps))
    guard !isGuided else { return point(run, [known]) }
    let constant = try ConstantOracle(target, .rate).best(steps: steps, near: nil).variables[0]
    return point(run, [known, continuous(steps), Array(repeating: constant, count: pieces)])
  }

  func reached(_ bracket: TargetBracket, evaluations: Int) -> TargetReached {
    let variables = bracket.below.variables
    return TargetReached(
      steps: bracket.below.steps, loss: bracket.below.loss, previousLoss: bracket.above.loss,
      learningRates: variables.map(target.problem.modelRate), evaluations: evaluations)
  }
}
