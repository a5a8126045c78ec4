/// The search for the first number of steps that reaches a target (Y1).
///
/// Steps of growing width bracket the crossing. The secant of `ln L` over `ln T` then predicts it. Once a prediction
/// meets an end of the bracket, points at distances 1, 2, 4, … from that end close it, so that two losses at
/// neighbouring T remain. The middle is taken whenever three predictions have not halved the bracket.
struct TargetSearch<Oracle: TargetOracle> {
  let target: Double
  let oracle: Oracle
  /// A number of steps known to stay above the target, and its loss if that is known too.
  let floor: Int
  let floorLoss: Double?
  let maximumSteps: Int
  /// The number of evaluations so far.
  var count = 0
  /// The lowest loss seen, with its number of steps.
  private(set) var lowest: (steps: Int, loss: Double) = (0, .infinity)

  init(target: Double, oracle: Oracle, floor: Int, floorLoss: Double?, maximumSteps: Int) {
    self.target = target
    self.oracle = oracle
    self.floor = floor
    self.floorLoss = floorLoss
    self.maximumSteps = maximumSteps
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

  /// A number of steps that reaches the target.
  typealias Upper = (steps: Int, loss: Double, variables: [Double])

  /// Two neighbouring numbers of steps around the crossing; `nil` if the target is not reached.
  ///
  /// - Parameters:
  ///   - guess: where to begin.
  ///   - known: hyperparameters near the best.
  ///   - slope: about `d ln L / d ln T`, which predicts the crossing from the first loss; `nil` if the guess is rough.
  /// - Returns: the bracket.
  /// - Throws: the oracle's errors.
  private mutating func bracket(
    from guess: Int, near known: [Double]?, slope: Double?
  ) throws(NoisyQuadraticError) -> TargetBracket? {
    let t = min(max(guess, floor + 1), maximumSteps)
    let point = try evaluate(t, near: known)
    var width = slope.map { Self.distance(t, point.loss / target, slope: $0) }
    if point.loss <= target { return try bracket(below: (t, point.loss, point.variables), width: width) }
    var lower = (steps: t, loss: Double?.some(point.loss))
    var near = point.variables
    // Every turn has more steps.
    while lower.steps < maximumSteps {
      let t = lower.steps + min(width ?? lower.steps, maximumSteps - lower.steps)
      let point = try evaluate(t, near: near)
      if point.loss <= target { return try closed(lower, (t, point.loss, point.variables)) }
      lower = (t, point.loss)
      near = point.variables
      width = width.map { 4 * $0 }
    }
    return nil
  }

  /// The same below a number of steps that reaches the target.
  ///
  /// - Parameters:
  ///   - upper: the number of steps, above the floor, with its hyperparameters.
  ///   - width: how far below the crossing is expected.
  /// - Returns: the bracket, which ends at `upper` or below it.
  /// - Throws: the oracle's errors.
  mutating func bracket(below upper: Upper, width: Int? = nil) throws(NoisyQuadraticError) -> TargetBracket {
    var (upper, width) = (upper, width)
    // Every turn has fewer steps.
    while upper.steps > floor + 1 {
      let t = max(upper.steps - min(width ?? upper.steps / 2, upper.steps), floor + 1)
      let point = try evaluate(t, near: upper.variables)
      guard point.loss <= target else { return try closed((t, point.loss), upper) }
      upper = (t, point.loss, point.variables)
      width = width.map { 4 * $0 }
    }
    return TargetBracket(above: (floor, nil), below: upper)
  }

  /// Two neighbours between a number of steps above the target and one that reaches it. Every turn shrinks the
  /// interval between them.
  private mutating func closed(
    _ above: (steps: Int, loss: Double?), _ below: Upper
  ) throws(NoisyQuadraticError) -> TargetBracket {
    var (lower, upper) = (above, below)
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
    return try bracket(from: guess, near: known, slope: slope).map { bracket throws(NoisyQuadraticError) in
      try confirmed(bracket)
    }
  }

  /// A bracket whose lower number of steps stays above the target in a wider search too.
  mutating func confirmed(_ bracket: TargetBracket) throws(NoisyQuadraticError) -> TargetBracket {
    var bracket = bracket
    // Every turn but the last ends with fewer steps.
    while let wide = try lowered(&bracket) {
      let width = Self.distance(wide.steps, wide.loss / target, slope: bracket.slope ?? -1)
      bracket = try self.bracket(below: wide, width: width)
    }
    if bracket.above.loss == nil { bracket.above.loss = try lossOfFloor(near: bracket.below.variables) }
    return bracket
  }

  private func lossOfFloor(near known: [Double]?) throws(NoisyQuadraticError) -> Double {
    if let floorLoss { return floorLoss }
    return try oracle.best(steps: floor, near: known).loss
  }

  /// A number of steps below a bracket that reaches the target in a wider search; `nil` if none is found.
  private mutating func lowered(_ bracket: inout TargetBracket) throws(NoisyQuadraticError) -> Upper? {
    let above = bracket.above.steps
    guard above > floor, oracle.searchesWider(steps: above) else { return nil }
    var known = bracket.below.variables
    for steps in (above - oracle.stepsLookedBack(from: above)...above).reversed() where steps > floor {
      count += 1
      let point = try oracle.confirmed(steps: steps, near: known)
      if point.loss <= target { return (steps, point.loss, point.variables) }
      known = point.variables
      if steps == above { bracket.above.loss = min(bracket.above.loss ?? .infinity, point.loss) }
    }
    return nil
  }

  /// The first number of steps that reaches the target, if it is among those that are tried one by one.
  private mutating func tried() throws(NoisyQuadraticError) -> TargetBracket? {
    var before: Double?
    for steps in floor + 1..<max(min(oracle.triedSteps, maximumSteps), floor) + 1 {
      let point = try evaluate(steps, near: nil)
      if point.loss <= target {
        if before == nil { before = try lossOfFloor(near: nil) }
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
