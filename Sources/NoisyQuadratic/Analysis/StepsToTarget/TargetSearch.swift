/// The search for the first number of steps that reaches a target (Y1).
///
/// Steps of growing width bracket the crossing. The secant of `ln L` over `ln T` then predicts it. Once a prediction
/// meets an end of the bracket, points at distances 1, 2, 4, … from that end close it, so that two losses at
/// neighbouring T remain. The middle is taken whenever three predictions have not halved the bracket.
struct TargetSearch<Oracle: TargetOracle> {
  let target: Double
  let oracle: Oracle
  /// A number of steps known to stay above the target.
  let floor: Int
  let maximumSteps: Int
  /// The loss before the first step.
  let initialLoss: Double
  /// The number of evaluations so far.
  var count = 0
  /// The lowest loss seen, with its number of steps.
  private(set) var lowest: (steps: Int, loss: Double) = (0, .infinity)

  init(target: Double, oracle: Oracle, floor: Int, maximumSteps: Int, initialLoss: Double) {
    self.target = target
    self.oracle = oracle
    self.floor = floor
    self.maximumSteps = maximumSteps
    self.initialLoss = initialLoss
  }

  private mutating func evaluate(_ steps: Int, near known: [Double]?) throws(NoisyQuadraticError)
    -> TargetPoint
  {
    count += 1
    let point = try oracle.best(steps: steps, near: known)
    if point.loss < lowest.loss { lowest = (steps, point.loss) }
    return point
  }

  /// The distance from T steps to just beyond the crossing, for the ratio of the loss to the target.
  private static func distance(_ steps: Int, _ ratio: Double, slope: Double) -> Int {
    let distance = Double(steps) * abs(Elementary.expm1(-Elementary.log(ratio) / slope))
    return distance < Double(steps) ? Int((1.1 * distance).rounded(.up)) + 1 : max(steps / 2, 1)
  }

  /// Two neighbouring numbers of steps around the crossing; `nil` if the target is not reached.
  ///
  /// - Parameters:
  ///   - guess: where to begin.
  ///   - known: hyperparameters near the best.
  ///   - slope: about `d ln L / d ln T`, which predicts the crossing from the first loss; `nil` if the guess is rough.
  /// - Returns: the bracket.
  /// - Throws: the oracle's errors.
  mutating func bracket(
    from guess: Int, near known: [Double]?, slope: Double?
  ) throws(NoisyQuadraticError) -> TargetBracket? {
    var lower = (steps: floor, loss: Double?.none)
    var upper: (steps: Int, loss: Double, variables: [Double])?
    var known = known
    var t = min(max(guess, floor + 1), maximumSteps)
    var width: Int?
    while true {
      let point = try evaluate(t, near: known)
      known = point.variables
      width = width.map { 4 * $0 } ?? slope.map { Self.distance(t, point.loss / target, slope: $0) }
      if point.loss <= target {
        upper = (t, point.loss, point.variables)
        guard lower.loss == nil, lower.steps + 1 < t else { break }
        t = max(t - min(width ?? t / 2, t), lower.steps + 1)
      } else {
        lower = (t, point.loss)
        guard upper == nil else { break }
        guard t < maximumSteps else { return nil }
        t += min(width ?? t, maximumSteps - t)
      }
    }
    guard var upper else { return nil }
    var push = 1
    var widths = [upper.steps - lower.steps]
    while upper.steps - lower.steps > 1 {
      let room = lower.steps + 1...upper.steps - 1
      var t = lower.steps + (upper.steps - lower.steps) / 2
      let isSlow = widths.count > 3 && 2 * widths[widths.count - 1] > widths[widths.count - 4]
      if !isSlow, let loss = lower.loss {
        let slope =
          Elementary.log(upper.loss / loss) / Elementary.log(Double(upper.steps) / Double(lower.steps))
        let crossing = Double(lower.steps) * Elementary.exp(Elementary.log(target / loss) / slope)
        if crossing.isFinite {
          let predicted = min(max(crossing.rounded(.up), Double(lower.steps)), Double(upper.steps))
          t = Int(predicted)
          if t >= upper.steps {
            t = upper.steps - push
            push *= 2
          } else if t <= lower.steps {
            t = lower.steps + push
            push *= 2
          } else {
            push = 1
          }
          t = min(max(t, room.lowerBound), room.upperBound)
        }
      }
      let point = try evaluate(t, near: upper.variables)
      if point.loss <= target { upper = (t, point.loss, point.variables) } else { lower = (t, point.loss) }
      widths.append(upper.steps - lower.steps)
    }
    return TargetBracket(above: lower, below: upper)
  }

  /// Two neighbouring numbers of steps around the crossing, both with their losses, and a wider search just below it,
  /// repeated as long as it finds hyperparameters that reach the target with fewer steps.
  mutating func run(
    from guess: Int, near known: [Double]?, slope: Double?
  ) throws(NoisyQuadraticError) -> TargetBracket? {
    if known == nil, let first = try tried() { return first }
    guard var bracket = try bracket(from: guess, near: known, slope: slope) else { return nil }
    while bracket.above.steps > floor, oracle.searchesWider(steps: bracket.above.steps) {
      let above = bracket.above.steps
      var wide = bracket.below
      var known = bracket.below.variables
      for steps in (above - oracle.stepsLookedBack(from: above)...above).reversed() where steps > floor {
        count += 1
        let point = try oracle.confirmed(steps: steps, near: known)
        known = point.variables
        if steps == above { bracket.above.loss = min(bracket.above.loss ?? .infinity, point.loss) }
        wide = (steps, point.loss, point.variables)
        if point.loss <= target { break }
      }
      guard wide.loss <= target,
        let lower = try self.bracket(from: wide.steps, near: wide.variables, slope: bracket.slope ?? -1)
      else { break }
      bracket = lower
    }
    if bracket.above.loss == nil {
      bracket.above.loss =
        try bracket.above.steps == 0
        ? initialLoss : oracle.best(steps: bracket.above.steps, near: bracket.below.variables).loss
    }
    return bracket
  }

  /// The first number of steps that reaches the target, if it is among those that are tried one by one.
  private mutating func tried() throws(NoisyQuadraticError) -> TargetBracket? {
    var before: Double?
    for steps in floor + 1..<max(min(oracle.triedSteps, maximumSteps), floor) + 1 {
      let point = try evaluate(steps, near: nil)
      if point.loss <= target {
        if before == nil { before = floor == 0 ? initialLoss : try oracle.best(steps: floor, near: nil).loss }
        return TargetBracket(above: (steps - 1, before), below: (steps, point.loss, point.variables))
      }
      before = point.loss
    }
    return nil
  }

  /// The result of a search.
  func outcome(_ bracket: TargetBracket?) -> TargetOutcome {
    bracket.map { .reached(oracle.reached($0, evaluations: count)) }
      ?? .notReached(steps: lowest.steps, loss: lowest.loss)
  }
}
