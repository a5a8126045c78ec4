/// The best loss at constant hyperparameters (C6, C7, Y2).
///
/// With momentum the loss has many shallow minima along a valley, some per cent apart in the rate, because every fast
/// direction oscillates (Y2). The oracle therefore carries the lowest of them from one T to the next.
struct ConstantOracle: TargetOracle {
  enum Kind { case rate, momentum, average }

  var triedSteps: Int { kind == .momentum ? 4 : 16 }
  /// With momentum near −1 in the fastest direction, even and odd T differ.
  func stepsLookedBack(from steps: Int) -> Int {
    kind == .momentum && guide.isEmpty && steps <= Self.fewSteps ? 2 : 0
  }

  private let target: TargetProblem
  private let kind: Kind
  private let setup: SolverSetup
  /// The same search on fewer directions, whose results the search on all directions only follows.
  private let guide: [ConstantOracle]

  /// - Parameters:
  ///   - target: the problem.
  ///   - kind: the hyperparameters.
  ///   - guide: a problem of fewer directions with nearly the same losses.
  /// - Throws: ``NoisyQuadraticError`` for limits outside their domain.
  init(_ target: TargetProblem, _ kind: Kind, guide: TargetProblem? = nil) throws(NoisyQuadraticError) {
    self.target = target
    self.kind = kind
    self.guide =
      try guide.map { guide throws(NoisyQuadraticError) in [try ConstantOracle(guide, kind)] } ?? []
    let rate = target.limits.learningRate.map { LearningRateLimit.value($0) } ?? .none
    let limits = try ResolvedLimits(
      HyperparameterLimits(learningRate: rate, momentum: kind == .rate ? 0 : target.limits.momentum),
      target.problem)
    setup = SolverSetup(
      SolverSetup.Prepared(
        original: target.problem, compression: nil, limits: limits,
        objective: try ResolvedObjective(.finalLoss, horizon: 1), rule: limits.rule, startValue: 0))
  }

  private func minimizer(_ steps: Int) -> ConstantMinimizer {
    ConstantMinimizer(setup, from: setup.dynamics.makeState(), steps: steps, averages: kind == .average)
  }

  /// The loss of the best of some points, and the rates and momenta of all.
  private func result(_ points: [ConstantPoint]) -> TargetPoint {
    let sorted = points.sorted { $0.loss < $1.loss }
    var kept: [ConstantPoint] = []
    for point in sorted where kept.count < Self.mostMinima {
      if kept.allSatisfy({ abs($0.alpha - point.alpha) > Self.resolution * point.alpha }) {
        kept.append(point)
      }
    }
    return TargetPoint(
      loss: target.problem.modelLoss(kept.first?.loss ?? .infinity),
      variables: kept.flatMap { [$0.alpha, $0.mu] })
  }

  private func points(_ variables: [Double]) -> [ConstantPoint] {
    stride(from: 0, to: variables.count - 1, by: 2).map {
      ConstantPoint(alpha: variables[$0], mu: variables[$0 + 1], loss: .infinity)
    }
  }

  func best(steps: Int, near known: [Double]?) -> TargetPoint {
    if let guide = guide.first {
      let rough = guide.best(steps: steps, near: known)
      let exact = minimizer(steps).descend(points(rough.variables)[0])
      return TargetPoint(loss: target.problem.modelLoss(exact.loss), variables: rough.variables)
    }
    let minimizer = minimizer(steps)
    guard let known else {
      return result([kind == .rate ? minimizer.minimize() : minimizer.minimize(near: minimizer.scan())])
    }
    return result(points(known).map { minimizer.descend($0) })
  }

  func confirmed(steps: Int, near known: [Double]) -> TargetPoint {
    let near = best(steps: steps, near: known)
    guard guide.isEmpty else { return near }
    let minimizer = minimizer(steps)
    let lowest = points(near.variables)[0]
    switch kind {
    case .rate: return result([minimizer.minimize(), minimizer.descend(lowest)])
    case .average: return result([minimizer.minimize(near: lowest), minimizer.descend(lowest)])
    case .momentum:
      var found = points(near.variables).map { minimizer.descend($0) }
      // With few steps and little noise, the minima lie all over the box.
      if steps <= Self.fewSteps || SweepEngine.isSmall(dimension: target.problem.dimension, steps: steps) {
        found.append(minimizer.minimize())
      }
      for _ in 0..<Self.rounds {
        guard let center = found.min(by: { $0.loss < $1.loss }) else { break }
        let more = neighbours(of: center, steps: steps).minima(of: minimizer.run)
          .prefix(steps <= Self.fewSteps ? Self.manyDescents : Self.descents)
          .map { minimizer.descend($0) }
        found += more
        guard let lower = more.map(\.loss).min(), lower < center.loss * (1 - Self.agreement) else { break }
      }
      return result(found)
    }
  }

  /// A grid around a point of the valley: even in the phase of the fastest direction after the run, six points for
  /// every period, and in the logarithm of `1 − μ`, on which the loss depends smoothly.
  private func neighbours(of center: ConstantPoint, steps: Int) -> ConstantGrid {
    let h = target.problem.maximumCurvature
    let sine = min(center.alpha * h / 4, 1).squareRoot()
    let angle = 2 * Elementary.atan2(sine, (1 - sine * sine).squareRoot())
    let phases = Double(steps) * angle * (Self.reach.upperBound - Self.reach.lowerBound)
    let count = min(max(Int(phases * 6 / Double.pi), 24), Self.mostColumns)
    let rates = (0...count).map { j -> Double in
      let share = Double(j) / Double(count)
      let scaled = angle * (Self.reach.lowerBound + share * (Self.reach.upperBound - Self.reach.lowerBound))
      let s = Elementary.sin(min(scaled, Double.pi) / 2)
      return 4 * s * s / h
    }.filter { $0 <= setup.limits.scaledRate }
    var grid = ConstantGrid()
    // With few steps, rows cost little.
    let density = steps <= Self.fewSteps ? 3 : 1
    for row in (-Self.rows * density...Self.rows * density).reversed() {
      let slack = (1 - center.mu) * Elementary.exp(Self.spacing / Double(density) * Double(row))
      if slack < 1, 1 - slack <= setup.limits.momentum { grid.append(momentum: 1 - slack, rates: rates) }
    }
    return grid
  }

  /// The number of steps up to which the whole box is searched again at the end.
  private static let fewSteps = 512
  /// The most minima that are carried along, and the relative distance of their rates at which two are one.
  private static let (mostMinima, resolution) = (8, 1e-6)
  /// The grid around a minimum: how far its rates reach in the angle per step, and its rows on either side.
  private static let reach = 0.8...1.2
  private static let (mostColumns, rows, spacing) = (400, 4, 0.08)
  /// The minima of the grid from which descents start, in long and in short runs, and the most grids, each around the best of the one before.
  private static let (descents, manyDescents, rounds) = (12, 100, 4)
  /// The relative gain that calls for another grid.
  private static let agreement = 1e-6

  func reached(_ bracket: TargetBracket, evaluations: Int) -> TargetReached {
    // All directions are evaluated near the minimum that few lead to.
    let steps = bracket.below.steps
    let found =
      guide.isEmpty
      ? points(bracket.below.variables)[0] : minimizer(steps).descend(points(bracket.below.variables)[0])
    return TargetReached(
      steps: steps, loss: bracket.below.loss, previousLoss: bracket.above.loss,
      learningRates: [target.problem.modelRate(found.alpha)], momentum: kind == .momentum ? found.mu : nil,
      decay: kind == .average ? found.mu : nil, evaluations: evaluations)
  }
}
