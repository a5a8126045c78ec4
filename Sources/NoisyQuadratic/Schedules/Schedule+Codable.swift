/// A schedule is coded as a schedule file in JSON (Docs/ScheduleFormat.md):
/// ```
/// {"format": "noisy-quadratic/schedule", "version": 1, "momentumConvention": "velocity",
///  "stepIndexBase": 0, "learningRate": […], "momentum": […]}
/// ```
/// The key `batchSize` is there only if the schedule has batch sizes of its own.
extension Schedule: Codable {
  private enum CodingKeys: CodingKey {
    case momentumConvention, stepIndexBase, learningRate, momentum, batchSize
  }

  /// Encodes the format, its version, the convention and the numbers of all steps.
  public func encode(to encoder: any Encoder) throws {
    try CodedFormat.schedule.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(convention, forKey: .momentumConvention)
    try container.encode(0, forKey: .stepIndexBase)
    try container.encode(learningRates, forKey: .learningRate)
    try container.encode(momenta, forKey: .momentum)
    try container.encodeIfPresent(batchSizes, forKey: .batchSize)
  }

  /// Decodes a schedule. Momenta may be absent and are 0 then. The convention may be absent if no momentum is
  /// other than 0. Keys that are not known are ignored.
  ///
  /// - Throws: `DecodingError` with the field and what is wrong with it: another format, a newer version, a
  ///   convention that is missing or not known, or numbers that ``init(learningRates:momenta:convention:batchSizes:)``
  ///   refuses.
  public init(from decoder: any Decoder) throws {
    try CodedFormat.schedule.check(decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let base = try container.decodeIfPresent(Int.self, forKey: .stepIndexBase) ?? 0
    guard base == 0 else {
      throw DecodingError.dataCorruptedError(
        forKey: .stepIndexBase, in: container, debugDescription: "stepIndexBase is \(base), expected 0")
    }
    let rates = try container.decode([Double].self, forKey: .learningRate)
    let momenta = try container.decodeIfPresent([Double].self, forKey: .momentum)
    let batchSizes = try container.decodeIfPresent([Double].self, forKey: .batchSize)
    let convention = try container.decodeIfPresent(MomentumConvention.self, forKey: .momentumConvention)
    self = try decoder.checked { () throws(NoisyQuadraticError) in
      try Schedule(
        learningRates: rates, momenta: momenta, convention: convention ?? .velocity, batchSizes: batchSizes)
    }
    guard convention != nil || !usesMomentum else {
      let names = MomentumConvention.allCases.map(\.rawValue).joined(separator: ", ")
      throw DecodingError.keyNotFound(
        CodingKeys.momentumConvention,
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "momentumConvention is missing, expected one of \(names)"))
    }
  }
}
