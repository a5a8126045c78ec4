/// A model is coded as a problem file without a name, with all arrays in full (Docs/ComparisonFormat.md):
/// ```
/// {"format": "noisy-quadratic/problem", "version": 1, "curvature": […], "multiplicity": […],
///  "gradientNoise": […], "initialSecondMoment": […], "batchSize": 1}
/// ```
/// A model whose initial means are not all 0 has the keys `initialMean` and `initialVariance` in place of
/// `initialSecondMoment`. In a model of least squares, `gradientNoise` is
/// `{"kind": "leastSquares", "residualVariance": 1}`.
extension NoisyQuadraticModel: Codable {
  private enum CodingKeys: CodingKey {
    case curvature, multiplicity, gradientNoise, initialSecondMoment, initialMean, initialVariance, batchSize
    case preconditionerPower
  }
  private enum NoiseKeys: CodingKey { case kind, residualVariance }
  private static let leastSquares = "leastSquares"

  /// Whether only the second moments of the start are known, or its means are 0.
  package var startsAtMeanZero: Bool { initialMean.allSatisfy { $0 == 0 } }

  /// Encodes the format, its version and all numbers.
  public func encode(to encoder: any Encoder) throws {
    try CodedFormat.problem.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(curvature, forKey: .curvature)
    try container.encode(multiplicity, forKey: .multiplicity)
    if case .leastSquares(let residualVariance) = noiseKind {
      var noise = container.nestedContainer(keyedBy: NoiseKeys.self, forKey: .gradientNoise)
      try noise.encode(Self.leastSquares, forKey: .kind)
      try noise.encode(residualVariance, forKey: .residualVariance)
    } else {
      try container.encode(gradientNoise, forKey: .gradientNoise)
    }
    if startsAtMeanZero {
      try container.encode(initialVariance, forKey: .initialSecondMoment)
    } else {
      try container.encode(initialMean, forKey: .initialMean)
      try container.encode(initialVariance, forKey: .initialVariance)
    }
    try container.encode(batchSize, forKey: .batchSize)
  }

  /// Decodes a model from a problem file whose curvatures, noise and start are arrays. `NamedProblem` of the
  /// target `NoisyQuadraticFiles` also reads spectra and single numbers.
  ///
  /// - Throws: `DecodingError` with the field and what is wrong with it: another format, a newer version, or
  ///   numbers that the initializers refuse.
  public init(from decoder: any Decoder) throws {
    // Problem files need neither.
    try CodedFormat.problem.check(decoder, isOptional: true)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let curvature = try container.decode([Double].self, forKey: .curvature)
    let residualVariance = try Self.residualVariance(in: container)
    let noise =
      try residualVariance.map { variance in curvature.map { variance * $0 } }
      ?? container.decode([Double].self, forKey: .gradientNoise)
    let multiplicity = try container.decodeIfPresent([Double].self, forKey: .multiplicity)
    let batchSize = try container.decodeIfPresent(Double.self, forKey: .batchSize) ?? 1
    let power = try container.decodeIfPresent(Double.self, forKey: .preconditionerPower) ?? 0
    var model: NoisyQuadraticModel
    if let other = [CodingKeys.initialMean, .initialVariance].first(where: container.contains) {
      guard !container.contains(.initialSecondMoment) else {
        throw DecodingError.dataCorruptedError(
          forKey: .initialSecondMoment, in: container,
          debugDescription: "initialSecondMoment stands beside \(other.stringValue), expected one of them")
      }
      let mean = try container.decode([Double].self, forKey: .initialMean)
      let variance = try container.decode([Double].self, forKey: .initialVariance)
      model = try decoder.checked { () throws(NoisyQuadraticError) in
        try NoisyQuadraticModel(
          curvature: curvature, gradientNoise: noise, initialMean: mean, initialVariance: variance,
          multiplicity: multiplicity, batchSize: batchSize)
      }
    } else {
      let moment = try container.decode([Double].self, forKey: .initialSecondMoment)
      model = try decoder.checked { () throws(NoisyQuadraticError) in
        try NoisyQuadraticModel(
          curvature: curvature, gradientNoise: noise, initialSecondMoment: moment, multiplicity: multiplicity,
          batchSize: batchSize)
      }
    }
    if let residualVariance { model.noiseKind = .leastSquares(residualVariance: residualVariance) }
    let plain = model
    self = try decoder.checked { () throws(NoisyQuadraticError) in try plain.preconditioned(power: power) }
  }

  /// The variance of the residuals, if the noise is that of least squares; otherwise `nil`.
  private static func residualVariance(in container: KeyedDecodingContainer<CodingKeys>) throws -> Double? {
    guard let noise = try? container.nestedContainer(keyedBy: NoiseKeys.self, forKey: .gradientNoise) else {
      return nil
    }
    let kind = try noise.decode(String.self, forKey: .kind)
    guard kind == leastSquares else {
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: noise, debugDescription: "gradientNoise.kind is \(kind), expected \(leastSquares)")
    }
    let variance = try noise.decode(Double.self, forKey: .residualVariance)
    guard variance >= 0, variance.isFinite else {
      throw DecodingError.dataCorruptedError(
        forKey: .residualVariance, in: noise,
        debugDescription: "residualVariance is \(variance), expected a finite number ≥ 0")
    }
    return variance
  }
}
