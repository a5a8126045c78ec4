/// A noisy quadratic whose spectrum, noise and start follow power laws.
///
/// ```
/// h_i = i^−β,   c_i = k h_i,   h_i m_i = i^−(1 + sβ),   i = 1, 2, …
/// ```
/// The capacity exponent β > 1 says how fast noise is forgotten, and the source exponent s > 0 how fast the start is
/// learned. For `s = 1 − 1/β` all second moments are equal to 1. The optimal schedules of these problems have two
/// phases (``PhasePrediction``).
///
/// Units: the largest curvature is 1, so that a learning rate is in units of 1/h_max.
///
/// Source: Docs/Derivations.md, Z1.
public struct SourceCapacityProblem: Sendable, Equatable, Codable {
  /// The source exponent s > 0.
  public let source: Double
  /// The capacity exponent β > 1.
  public let capacity: Double
  /// The number of directions; `nil` for infinitely many.
  public let dimension: Int?
  /// `k = c/h ≥ 0`.
  public let noiseScale: Double
  /// Whether noise grows with the error.
  public let noise: SourceCapacityNoise

  /// The number of directions up to which ``model(leading:ratio:)`` has them all.
  public static let mostDirections = 4096
  /// The curvature at which panels of infinitely many directions end. What is slower does not move within 2⁵³ steps,
  /// even with momentum.
  private static let leastCurvature = 1e-36

  /// Creates a problem.
  ///
  /// - Parameters:
  ///   - source: s > 0.
  ///   - capacity: β > 1.
  ///   - dimension: at least 1; `nil` for infinitely many directions.
  ///   - noiseScale: k ≥ 0.
  ///   - noise: whether noise grows with the error.
  /// - Throws: ``NoisyQuadraticError`` naming the parameter and its value.
  public init(
    source: Double, capacity: Double, dimension: Int? = nil, noiseScale: Double = 1,
    noise: SourceCapacityNoise = .additive
  ) throws(NoisyQuadraticError) {
    guard source > 0, source <= 100 else {
      throw .invalidValue(field: "source", value: source, expected: "above 0 and at most 100")
    }
    guard capacity > 1, capacity <= 100 else {
      throw .invalidValue(field: "capacity", value: capacity, expected: "above 1 and at most 100")
    }
    if let dimension, dimension < 1 {
      throw .invalidCount(field: "dimension", value: dimension, expected: "at least 1")
    }
    guard noiseScale >= 0, noiseScale.isFinite else {
      throw .invalidValue(field: "noiseScale", value: noiseScale, expected: "a finite number ≥ 0")
    }
    self.source = source
    self.capacity = capacity
    self.dimension = dimension
    self.noiseScale = noiseScale
    self.noise = noise
  }

  /// The problem as a model of a few hundred entries (Z1).
  ///
  /// Up to ``mostDirections`` directions, the model has an entry for each. Otherwise the first ones have an entry
  /// each, and the rest is an integral over i: four Gauss points on each of several panels, whose multiplicities are
  /// the weights. Every entry obeys the power laws. Without a last direction, the panels end at a curvature of 1e-36,
  /// and one entry holds the loss of everything below, which stays.
  ///
  /// - Parameters:
  ///   - leading: the number of directions before the panels, at least 2.
  ///   - ratio: the last index of a panel over its first one, above 1.
  /// - Returns: a model with batch size 1.
  /// - Throws: ``NoisyQuadraticError`` for a parameter outside its domain.
  /// - Complexity: O(entries). The defaults give some 300 to 900 entries for β from 3 to 1.25; sums over curvatures,
  /// such as `Σ n h c e^{−2hτ}`, then have relative errors below 1e-7 for β ≤ 3.
  public func model(leading: Int = 128, ratio: Double = 1.5) throws(NoisyQuadraticError)
    -> NoisyQuadraticModel
  {
    guard leading >= 2 else {
      throw .invalidCount(field: "leading", value: leading, expected: "at least 2")
    }
    guard ratio > 1, ratio.isFinite else {
      throw .invalidValue(field: "ratio", value: ratio, expected: "a finite number above 1")
    }
    var entries = Entries(self)
    if let dimension, dimension <= max(Self.mostDirections, leading + 1) {
      for i in 1...dimension { entries.add(Double(i), 1) }
      return try entries.model()
    }
    // The end of the midpoint rule, f′/24, as a difference.
    for i in 1...leading { entries.add(Double(i), i == leading ? 1 - 1 / 24.0 : 1) }
    entries.add(Double(leading + 1), 1 / 24.0)
    let first = Elementary.log(Double(leading) + 0.5)
    let last =
      dimension.map { Elementary.log(Double($0) + 0.5) }
      ?? max(
        -Elementary.log(Self.leastCurvature) / capacity, first + 1)
    let panels = max(((last - first) / Elementary.log(ratio)).rounded(.up), 1)
    let half = (last - first) / panels / 2
    for panel in 0..<Int(panels) {
      let middle = first + (2 * Double(panel) + 1) * half
      for (node, weight) in Self.gauss {
        let i = Elementary.exp(middle + half * node)
        entries.add(i, weight * half * i)
      }
    }
    if dimension == nil {
      let end = Elementary.exp(last)
      entries.add(end, end / (source * capacity))
    }
    return try entries.model()
  }

  /// Nodes and weights of the four-point rule on [−1, 1].
  private static let gauss: [(node: Double, weight: Double)] = {
    let root: Double = (1.2).squareRoot()
    let inner: Double = (3.0 / 7 - 2.0 / 7 * root).squareRoot()
    let outer: Double = (3.0 / 7 + 2.0 / 7 * root).squareRoot()
    let thirty: Double = (30.0).squareRoot()
    let (more, less) = ((18 + thirty) / 36, (18 - thirty) / 36)
    return [(-outer, less), (-inner, more), (inner, more), (outer, less)]
  }()

  /// The entries of a model, each a direction of the laws with a multiplicity.
  private struct Entries {
    let problem: SourceCapacityProblem
    var (curvature, moment, multiplicity) = ([Double](), [Double](), [Double]())

    init(_ problem: SourceCapacityProblem) { self.problem = problem }

    mutating func add(_ i: Double, _ count: Double) {
      let (s, beta) = (problem.source, problem.capacity)
      curvature.append(Elementary.pow(i, -beta))
      moment.append(Elementary.pow(i, beta - 1 - s * beta))
      multiplicity.append(count)
    }

    func model() throws(NoisyQuadraticError) -> NoisyQuadraticModel {
      if problem.noise == .gaussianFeatures {
        return try NoisyQuadraticModel(
          leastSquares: curvature, residualVariance: problem.noiseScale, initialSecondMoment: moment,
          multiplicity: multiplicity)
      }
      return try NoisyQuadraticModel(
        curvature: curvature, gradientNoise: curvature.map { [k = problem.noiseScale] in k * $0 },
        initialSecondMoment: moment, multiplicity: multiplicity)
    }
  }
}
