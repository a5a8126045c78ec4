/// The largest factor by which the expected loss of one direction exceeds its start along a run.
public struct LossGrowth: Sendable, Equatable {
  /// The direction with the largest factor, as an index into the model's arrays. Of equal factors, the one at
  /// the earliest step counts, and then the one of the first direction.
  public let direction: Int
  /// The number of steps after which the factor is largest. It is 0 if no direction's loss exceeds its start.
  public let step: Int
  /// The factor `max m_it/m_i0`, which is at least 1. It is infinite for a direction that starts at 0 and
  /// moves.
  public let factor: Double
}

extension LossGrowth: Codable {
  private enum CodingKeys: CodingKey { case direction, step, factor }

  /// Encodes all values. A factor that is not finite is null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(direction, forKey: .direction)
    try container.encode(step, forKey: .step)
    try container.encodeNumber(factor, forKey: .factor)
  }

  /// Decodes all values. A factor that is null is infinite.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    direction = try container.decode(Int.self, forKey: .direction)
    step = try container.decode(Int.self, forKey: .step)
    factor = try container.decodeNumber(forKey: .factor)
  }
}

extension NoisyQuadraticModel {
  /// The largest factor by which one direction's expected loss `½ n h m` exceeds its start under a schedule.
  ///
  /// The run follows the update rule of the schedule's ``Schedule/convention``. Directions without curvature have
  /// no loss and are ignored.
  ///
  /// - Complexity: O(d T).
  public func largestGrowth(under schedule: Schedule) -> LossGrowth {
    let problem = NormalizedProblem(anyNoise: self)
    guard let scaled = problem.equivalent(schedule) else { return largestGrowthOfRule(schedule) }
    let dynamics = UpdateRule(usesMomentum: scaled.usesMomentum).dynamics(of: problem)
    let state = dynamics.makeColumns(columns: dynamics.stateColumns)
    let moments = dynamics.makeColumns(columns: dynamics.momentColumns)
    dynamics.reset(state)
    var (direction, step, factor) = (0, 0, 1.0)
    for t in 0..<scaled.count {
      dynamics.advance(state, scaled.rates[t], scaled.momenta[t])
      dynamics.record(state, into: moments, at: 0)
      let m = moments.column(0)
      for (i, start) in problem.secondMoment.enumerated() where m[i] > factor * start {
        (direction, step, factor) = (problem.directions[i], t + 1, m[i] / start)
      }
    }
    return LossGrowth(direction: direction, step: step, factor: factor)
  }
}
