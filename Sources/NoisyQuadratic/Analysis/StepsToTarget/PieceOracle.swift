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

  /// Further starts: all rates at the limit but the last, and for small problems with few steps rates scattered
  /// over the limit, the inverses of curvatures and the values between. With little noise a few steps have many minima.
  private func scattered(_ run: PieceRun, steps: Int) -> [[Double]] {
    let h = target.problem.curvature
    let top = min(target.limits.scaledRate, 2 / (h.min() ?? 1))
    let inverse = min(1 / target.problem.maximumCurvature, top)
    var starts = [
      Array(repeating: min(2 / target.problem.maximumCurvature, top), count: pieces - 1) + [inverse]
    ]
    if steps <= Self.fewSteps, h.count * pieces * pieces <= Self.smallWork {
      var random = Xoshiro256StarStar(seed: 18)
      for _ in 0..<Self.scatteredStarts {
        let rates = (0..<pieces).map { _ -> Double in
          switch random.next() % 3 {
          case 0: top
          case 1: min(1 / h[Int(random.next() % UInt64(h.count))], top)
          default: top * Double(random.next() >> 11) * 0x1p-53
          }
        }
        starts.append(rates.sorted(by: >))
      }
    }
    return starts.filter { run.evaluate($0, derivatives: false).loss.isFinite }
  }

  /// The number of steps, and the directions times squared pieces, up to which starts are scattered; and how many.
  private static let (fewSteps, smallWork, scatteredStarts) = (512, 4000, 32)

  private func point(_ run: PieceRun, _ starts: [[Double]]) -> TargetPoint {
    let found = starts.map {
      PieceDescent(run: run, maximumRate: target.limits.scaledRate).minimize(from: $0)
    }
    let best = found.min { $0.loss < $1.loss }
    return TargetPoint(
      loss: target.problem.modelLoss(best?.loss ?? .infinity), variables: best?.rates ?? [])
  }

  func best(steps: Int, near known: [Double]?) -> TargetPoint {
    let run = PieceRun(target.problem, lengths: lengths(steps))
    return point(run, known.map { [$0] } ?? [continuous(steps)] + scattered(run, steps: steps))
  }

  func confirmed(steps: Int, near known: [Double]) throws(NoisyQuadraticError) -> TargetPoint? {
    let run = PieceRun(target.problem, lengths: lengths(steps))
    guard !isGuided else { return point(run, [known]) }
    let constant = try ConstantOracle(target, .rate).best(steps: steps, near: nil).variables[0]
    return point(
      run,
      [known, continuous(steps), Array(repeating: constant, count: pieces)] + scattered(run, steps: steps))
  }

  func reached(_ bracket: TargetBracket, evaluations: Int) -> TargetReached {
    let variables = bracket.below.variables
    return TargetReached(
      steps: bracket.below.steps, loss: bracket.below.loss, previousLoss: bracket.above.loss,
      learningRates: variables.map(target.problem.modelRate), evaluations: evaluations)
  }
}
