/// The eigenvalues of a density from which a model is made, and what was left out (W1).
///
/// Eigenvalues at or below the floor have no minimum, or one that the measurement cannot locate. They are left
/// out, and so are entries without weight. The shares tell how much of the weight this is.
public struct CurvatureSpectrum: Sendable, Equatable {
  /// An entry of a density and what becomes of it.
  public enum Fate: Sendable, CaseIterable {
    /// It becomes a direction of the model.
    case kept
    /// Its eigenvalue is below minus the floor.
    case negative
    /// Its eigenvalue is at most the floor in absolute value.
    case small
    /// It has no weight.
    case weightless
  }

  /// The gradient noise of a model's directions.
  public enum Noise: Sendable, Equatable {
    /// `c = s h` with a scale s ≥ 0.
    case proportionalToCurvature(Double)
    /// The same variance ≥ 0 in every direction.
    case uniform(Double)
    /// A variance ≥ 0 for every eigenvalue of the density, also for those that are left out.
    case values([Double])
  }

  /// The second moments of a model's directions at the start.
  public enum Start: Sendable, Equatable {
    /// The same second moment ≥ 0 in every direction.
    case uniform(Double)
    /// A second moment ≥ 0 for every eigenvalue of the density, also for those that are left out.
    case values([Double])
    /// The same second moment in every direction, chosen so that the initial excess loss is this number > 0:
    /// `m = 2 L₀ / Σ n h`.
    case loss(Double)
  }

  /// The share of the weight left out from which on a reader should be warned.
  public static let noteworthyShare = 0.01

  /// The whole density.
  public let density: SpectralDensity
  /// The floor, a curvature.
  public let floor: Double
  /// What becomes of every entry of the density.
  public let fates: [Fate]
  /// The positions of the entries that are kept, in ascending order; at least one.
  public let kept: [Int]

  /// Divides a density at a floor.
  ///
  /// - Throws: ``NoisyQuadraticError`` if the floor is outside its domain, or if no entry is left.
  public init(
    _ density: SpectralDensity, floor: SpectralFloor = .standard
  ) throws(NoisyQuadraticError) {
    let floor = try floor.curvature(for: density)
    let fates = zip(density.eigenvalues, density.weights).map { eigenvalue, weight -> Fate in
      if weight == 0 { return .weightless }
      return eigenvalue > floor ? .kept : eigenvalue < -floor ? .negative : .small
    }
    kept = fates.indices.filter { fates[$0] == .kept }
    guard !kept.isEmpty else {
      throw .invalidValue(
        field: "the largest eigenvalue", value: density.eigenvalues.max() ?? 0,
        expected: "one above the floor \(floor), with a weight above 0")
    }
    (self.density, self.floor, self.fates) = (density, floor, fates)
  }

  /// The number of entries with a fate.
  public func count(_ fate: Fate) -> Int { fates.count { $0 == fate } }

  /// The share of the weight of the entries with a fate.
  public func share(_ fate: Fate) -> Double {
    Elementary.sum(fates.indices.lazy.map { fates[$0] == fate ? density.weights[$0] / density.mass : 0 })
  }

  /// The share of the weight that is left out.
  public var shareLeftOut: Double { share(.negative) + share(.small) }

  /// The model of the entries that are kept, in their order.
  ///
  /// The multiplicity of an entry with weight w is `N w / Σ w`, where the sum is over the whole density. The
  /// multiplicities thus sum to N times the share that is kept.
  ///
  /// - Parameters:
  ///   - parameters: the number N > 0 of parameters; with 1, multiplicities are shares.
  ///   - noise: the variance of one example's gradient.
  ///   - start: the second moments before the first step.
  ///   - batchSize: `B > 0`.
  /// - Returns: a model with one direction per entry that is kept.
  /// - Throws: ``NoisyQuadraticError`` naming the field, index and value.
  public func model(
    parameters: Double = 1, noise: Noise = .proportionalToCurvature(1), start: Start = .uniform(1),
    batchSize: Double = 1
  ) throws(NoisyQuadraticError) -> NoisyQuadraticModel {
    try Requirement.positive([("parameters", parameters)])
    let curvature = kept.map { density.eigenvalues[$0] }
    let multiplicity = kept.map { parameters * (density.weights[$0] / density.mass) }
    let gradientNoise: [Double]
    switch noise {
    case .proportionalToCurvature(let scale):
      try Self.check("noiseScale", [scale], isList: false)
      gradientNoise = curvature.map { scale * $0 }
    case .uniform(let value):
      try Self.check("gradientNoise", [value], isList: false)
      gradientNoise = kept.map { _ in value }
    case .values(let values): gradientNoise = try chosen(values, "gradientNoise")
    }
    let moment: [Double]
    switch start {
    case .uniform(let value):
      try Self.check("initialSecondMoment", [value], isList: false)
      moment = kept.map { _ in value }
    case .values(let values): moment = try chosen(values, "initialSecondMoment")
    case .loss(let loss):
      try Requirement.positive([("initialLoss", loss)])
      let trace = Elementary.sum(zip(multiplicity, curvature).lazy.map { $0 * $1 })
      let value = 2 * (loss / trace)
      guard value.isFinite else {
        throw .invalidValue(
          field: "initialLoss", value: loss, expected: "a loss that finite second moments have")
      }
      moment = kept.map { _ in value }
    }
    return try NoisyQuadraticModel(
      curvature: curvature, gradientNoise: gradientNoise, initialSecondMoment: moment,
      multiplicity: multiplicity, batchSize: batchSize)
  }

  /// The values of the kept entries.
  private func chosen(_ values: [Double], _ field: String) throws(NoisyQuadraticError) -> [Double] {
    guard values.count == density.count else {
      throw .lengthMismatch(field: field, expected: density.count, actual: values.count)
    }
    try Self.check(field, values, isList: true)
    return kept.map { values[$0] }
  }

  private static func check(
    _ field: String, _ values: [Double], isList: Bool
  ) throws(NoisyQuadraticError) {
    for (i, value) in values.enumerated() where !(value >= 0) || !value.isFinite {
      throw .invalidValue(
        field: field, index: isList ? i : nil, value: value, expected: "a finite number ≥ 0")
    }
  }
}
