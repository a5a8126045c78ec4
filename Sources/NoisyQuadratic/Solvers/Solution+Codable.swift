/// A solution is coded as an object with `format`, `version`, and its schedule, losses, objective, limits and
/// statistics.
///
/// A loss that is not finite is null, because JSON has no such numbers, and comes back as infinity.
extension Solution: Codable {
  private enum CodingKeys: CodingKey {
    case schedule, loss, objective, objectiveValue, informationBound, learningRateLimit, momentumLimit
    case termination, statistics
  }

  /// Encodes all values.
  public func encode(to encoder: any Encoder) throws {
    try CodedFormat.solution.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(schedule, forKey: .schedule)
    try container.encode(losses.values.map { $0.isFinite ? $0 : nil }, forKey: .loss)
    try container.encode(objective, forKey: .objective)
    try container.encodeNumber(objectiveValue, forKey: .objectiveValue)
    try container.encodeNumber(informationBound, forKey: .informationBound)
    try container.encode(learningRateLimit, forKey: .learningRateLimit)
    try container.encode(momentumLimit, forKey: .momentumLimit)
    try container.encode(termination, forKey: .termination)
    try container.encode(statistics, forKey: .statistics)
  }

  /// Decodes a solution. Keys that are not known are ignored.
  ///
  /// - Throws: `DecodingError` with the field and what is wrong with it: another format, a newer version, an
  ///   invalid schedule, losses that are not one more than its steps, or an objective that does not fit it.
  public init(from decoder: any Decoder) throws {
    try CodedFormat.solution.check(decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let schedule = try container.decode(Schedule.self, forKey: .schedule)
    let losses = try container.decode([Double?].self, forKey: .loss).map { $0 ?? .infinity }
    let objective = try container.decode(Objective.self, forKey: .objective)
    let momentumLimit = try container.decode(Double.self, forKey: .momentumLimit)
    let rateLimit = try container.decodeIfPresent(Double.self, forKey: .learningRateLimit)
    try decoder.checked { () throws(NoisyQuadraticError) in
      guard momentumLimit >= 0, momentumLimit < 1 else {
        throw .invalidValue(
          field: "momentumLimit", value: momentumLimit, expected: "at least 0 and below 1")
      }
      guard rateLimit.map({ $0 > 0 }) ?? true else {
        throw .invalidValue(
          field: "learningRateLimit", value: rateLimit ?? 0, expected: "a number above 0")
      }
      if let t = losses.firstIndex(where: { !($0 >= 0) }) {
        throw .invalidValue(field: "loss", index: t, value: losses[t], expected: "a number ≥ 0")
      }
      guard losses.count == schedule.count + 1 else {
        throw .lengthMismatch(field: "loss", expected: schedule.count + 1, actual: losses.count)
      }
      _ = try objective.weights(horizon: schedule.count)
    }
    self.init(
      schedule: schedule, losses: ExpectedLossCurve(values: losses), objective: objective,
      objectiveValue: try container.decodeNumber(forKey: .objectiveValue),
      informationBound: try container.decodeNumber(forKey: .informationBound),
      learningRateLimit: rateLimit, momentumLimit: momentumLimit,
      termination: try container.decode(Termination.self, forKey: .termination),
      statistics: try container.decode(SolverStatistics.self, forKey: .statistics))
  }
}
