/// A noisy quadratic, given by its expected excess loss and by the noise of its stochastic gradients in every
/// direction.
///
/// ```
/// L(θ) = ½ Σ n_i h_i θ_i²        g_i = h_i θ_i + ξ_i,  E ξ_i = 0,  Var ξ_i = c_i / B
/// ```
/// The symbols are curvatures `h_i ≥ 0`, multiplicities `n_i > 0`, gradient-noise variances `c_i ≥ 0` of one
/// example, and the batch size `B > 0`. Noise is independent over steps. The expected loss depends only on
/// second moments. In models of least squares (``GradientNoiseKind/leastSquares(residualVariance:)``) the variance
/// of the noise grows with the second moments, and `c_i` is its value at the minimum.
///
/// Units: a learning rate has the unit 1/curvature, `c_i` has gradient², a loss has curvature · parameter².
/// Every loss is the excess over ``irreducibleLoss``, which is reported separately.
///
/// Source: Wu, Ren, Liao, Grosse (2018), section 2; Docs/Derivations.md, M1–M3.
public struct NoisyQuadraticModel: Sendable, Equatable {
  /// Curvatures `h_i ≥ 0`, at least one of them positive.
  public let curvature: [Double]
  /// Gradient-noise variances `c_i ≥ 0` of one example.
  public let gradientNoise: [Double]
  /// Means `E θ_i` at the start; zeros if only second moments were given.
  public let initialMean: [Double]
  /// Variances `Var θ_i` at the start; the second moments if only those were given.
  public let initialVariance: [Double]
  /// Multiplicities `n_i > 0`, the numbers of equal directions that the entries represent. They need not be
  /// whole.
  public let multiplicity: [Double]
  /// The number of examples per step, `B > 0`. It need not be whole.
  public let batchSize: Double
  /// Whether the noise is the same everywhere, which it is unless the model was made for least squares.
  public internal(set) var noiseKind = GradientNoiseKind.additive

  /// The number of entries d. With multiplicities they represent `Σ n_i` directions.
  public var dimension: Int { curvature.count }

  /// The second moments `m_i = (E θ_i)² + Var θ_i` at the start.
  public var initialSecondMoment: [Double] {
    zip(initialMean, initialVariance).map { $0 * $0 + $1 }
  }

  /// A model whose starting point is known by its second moments alone.
  ///
  /// - Parameters:
  ///   - curvature: `h_i ≥ 0`, d ≥ 1 numbers, one at least positive.
  ///   - gradientNoise: `c_i ≥ 0`, the variance of one example's gradient in direction i.
  ///   - initialSecondMoment: `m_i = E θ_i² ≥ 0` before the first step.
  ///   - multiplicity: `n_i > 0`; all 1 if absent.
  ///   - batchSize: `B > 0`.
  /// - Throws: ``NoisyQuadraticError`` naming the field, index and value.
  public init(
    curvature: [Double],
    gradientNoise: [Double],
    initialSecondMoment: [Double],
    multiplicity: [Double]? = nil,
    batchSize: Double = 1
  ) throws(NoisyQuadraticError) {
    try self.init(
      curvature: curvature, gradientNoise: gradientNoise,
      initialMean: Array(repeating: 0, count: initialSecondMoment.count),
      initialVariance: initialSecondMoment, varianceField: "initialSecondMoment",
      multiplicity: multiplicity, batchSize: batchSize)
  }

  /// A model whose starting point has a known mean and variance.
  ///
  /// - Parameters:
  ///   - curvature: `h_i ≥ 0`, d ≥ 1 numbers, one at least positive.
  ///   - gradientNoise: `c_i ≥ 0`, the variance of one example's gradient in direction i.
  ///   - initialMean: `E θ_i` before the first step.
  ///   - initialVariance: `Var θ_i ≥ 0` before the first step.
  ///   - multiplicity: `n_i > 0`; all 1 if absent.
  ///   - batchSize: `B > 0`.
  /// - Throws: ``NoisyQuadraticError`` naming the field, index and value.
  public init(
    curvature: [Double],
    gradientNoise: [Double],
    initialMean: [Double],
    initialVariance: [Double],
    multiplicity: [Double]? = nil,
    batchSize: Double = 1
  ) throws(NoisyQuadraticError) {
    try self.init(
      curvature: curvature, gradientNoise: gradientNoise, initialMean: initialMean,
      initialVariance: initialVariance, varianceField: "initialVariance",
      multiplicity: multiplicity, batchSize: batchSize)
  }

  private init(
    curvature: [Double], gradientNoise: [Double], initialMean: [Double], initialVariance: [Double],
    varianceField: String, multiplicity: [Double]?, batchSize: Double
  ) throws(NoisyQuadraticError) {
    let d = curvature.count
    guard d > 0 else {
      throw .lengthMismatch(field: "curvature", expected: 1, actual: 0)
    }
    let multiplicity = multiplicity ?? Array(repeating: 1, count: d)
    try Self.require("curvature", curvature, count: d, "a finite number ≥ 0") { $0 >= 0 }
    try Self.require("gradientNoise", gradientNoise, count: d, "a finite number ≥ 0") { $0 >= 0 }
    try Self.require(varianceField, initialVariance, count: d, "a finite number ≥ 0") { $0 >= 0 }
    try Self.require("initialMean", initialMean, count: d, "a finite number") { _ in true }
    try Self.require("multiplicity", multiplicity, count: d, "a finite number > 0") { $0 > 0 }
    guard batchSize > 0, batchSize.isFinite else {
      throw .invalidValue(field: "batchSize", value: batchSize, expected: "a finite number > 0")
    }
    guard curvature.contains(where: { $0 > 0 }) else {
      throw .invalidValue(
        field: "curvature", value: 0, expected: "at least one positive curvature, not all zero")
    }
    if let (i, largest) = curvature.enumerated().max(by: { $0.element < $1.element }), !largest.isNormal {
      throw .invalidValue(
        field: "curvature", index: i, value: largest,
        expected: "a largest curvature of at least \(Double.leastNormalMagnitude)")
    }
    for (i, c) in gradientNoise.enumerated() where !(c / batchSize).isFinite {
      throw .invalidValue(
        field: "gradientNoise", index: i, value: c,
        expected: "a number that stays finite over the batch size \(batchSize)")
    }
    try Self.requireComparable(curvature, gradientNoise, batchSize, initialMean, initialVariance)
    self.curvature = curvature
    self.gradientNoise = gradientNoise
    self.initialMean = initialMean
    self.initialVariance = initialVariance
    self.multiplicity = multiplicity
    self.batchSize = batchSize
    guard initialLoss.isFinite else {
      throw .invalidValue(
        field: "initialLoss", value: initialLoss, expected: "a finite number: ½ Σ n h m overflows")
    }
  }

  /// Throws an error if the noise is so large that, in any common unit, the moments would vanish (M6).
  private static func requireComparable(
    _ curvature: [Double], _ noise: [Double], _ batchSize: Double, _ mean: [Double], _ variance: [Double]
  ) throws(NoisyQuadraticError) {
    let moment = zip(mean, variance).map { $0 * $0 + $1 }.max() ?? 0
    guard let (i, c) = noise.enumerated().max(by: { $0.element < $1.element }), c > 0, moment > 0,
      let h = curvature.max()
    else { return }
    let exponent = Int((c / batchSize).exponent) - 2 * Int(h.exponent) - Int(moment.exponent)
    guard exponent <= 1000 else {
      throw .invalidValue(
        field: "gradientNoise", index: i, value: c,
        expected: "at most 1e300 times h² m of the largest curvature h and initial second moment m")
    }
  }

  private static func require(
    _ field: String, _ values: [Double], count: Int, _ expected: String, _ holds: (Double) -> Bool
  ) throws(NoisyQuadraticError) {
    guard values.count == count else {
      throw .lengthMismatch(field: field, expected: count, actual: values.count)
    }
    for (i, value) in values.enumerated() where !value.isFinite || !holds(value) {
      throw .invalidValue(field: field, index: i, value: value, expected: expected)
    }
  }
}

extension NoisyQuadraticModel {
  /// `L₀ = ½ Σ n h m₀`, the excess loss before the first step (M1).
  public var initialLoss: Double {
    let m = initialSecondMoment
    return Elementary.sum(
      curvature.indices.lazy.map { 0.5 * (multiplicity[$0] * (curvature[$0] * m[$0])) })
  }

  /// The loss that no optimizer can remove (M3): `½ Σ n c/h` over `h > 0`, with the noise of one example.
  ///
  /// For least squares it is half the variance of the residuals, `½ s²`, however many directions there are (X1).
  /// The value is `nil` if a direction without curvature has noise.
  public var irreducibleLoss: Double? {
    if case .leastSquares(let residualVariance) = noiseKind { return 0.5 * residualVariance }
    guard !curvature.indices.contains(where: { curvature[$0] == 0 && gradientNoise[$0] > 0 }) else {
      return nil
    }
    return Elementary.sum(
      curvature.indices.lazy.filter { curvature[$0] > 0 }
        .map { 0.5 * multiplicity[$0] * (gradientNoise[$0] / curvature[$0]) })
  }

  /// The largest curvature.
  public var maximumCurvature: Double { curvature.max() ?? 0 }

  /// The information bound of `steps` steps (M7): `½ Σ n h /(1/m₀ + T h² B/c)`.
  ///
  /// No schedule that is fixed in advance has a lower final loss, with or without momentum, provided that the
  /// run starts at rest and the noise is uncorrelated over steps. The bound is also the optimum if every
  /// direction may have its own learning rate. Without noise it is 0 for T ≥ 1. If the noise grows with the
  /// error, the bound is that of the noise at the minimum, which every loss exceeds (X2).
  ///
  /// - Parameter steps: T ≥ 0.
  /// - Returns: a lower bound on the expected loss after `steps` steps.
  /// - Throws: ``NoisyQuadraticError`` for a negative number of steps.
  /// - Complexity: O(d).
  public func informationBound(steps: Int) throws(NoisyQuadraticError) -> Double {
    guard steps >= 0 else {
      throw .invalidCount(field: "steps", value: steps, expected: "at least 0")
    }
    return informationBound(times: Double(steps), noise: gradientNoise.map { $0 / batchSize })
  }

  /// The information bound of N examples (P7): `½ Σ n h /(1/m₀ + N h²/c)`.
  ///
  /// No schedule that is fixed in advance has a lower final loss, however it divides the examples among its
  /// steps. The conditions are those of ``informationBound(steps:)``, and so is the value for `N = B T`.
  ///
  /// - Parameter examples: `N = Σ B_t`, a finite number ≥ 0.
  /// - Returns: a lower bound on the expected loss.
  /// - Throws: ``NoisyQuadraticError`` for another number.
  /// - Complexity: O(d).
  public func informationBound(examples: Double) throws(NoisyQuadraticError) -> Double {
    guard examples >= 0, examples.isFinite else {
      throw .invalidValue(field: "examples", value: examples, expected: "a finite number ≥ 0")
    }
    return informationBound(times: examples, noise: gradientNoise)
  }

  private func informationBound(times t: Double, noise: [Double]) -> Double {
    let m = initialSecondMoment
    return Elementary.sum(
      curvature.indices.lazy.map { i in
        let h = curvature[i]
        guard h > 0, m[i] > 0 else { return 0 }
        let start = 0.5 * multiplicity[i] * (h * m[i])
        let c = noise[i]
        if c == 0 { return t == 0 ? start : 0 }
        return start / (1 + t * h * m[i] * (h / c))
      })
  }

  /// The same problem with another batch size.
  ///
  /// - Parameter batchSize: `B > 0`.
  /// - Returns: the problem.
  /// - Throws: ``NoisyQuadraticError`` for a batch size outside its domain, or one that makes the noise overflow.
  public func with(batchSize: Double) throws(NoisyQuadraticError) -> NoisyQuadraticModel {
    var model = try NoisyQuadraticModel(
      curvature: curvature, gradientNoise: gradientNoise, initialMean: initialMean,
      initialVariance: initialVariance, multiplicity: multiplicity, batchSize: batchSize)
    model.noiseKind = noiseKind
    return model
  }

  /// Indices of the `count` directions of highest curvature, highest first. For equal curvatures, the higher
  /// index comes first.
  public func highestCurvatures(_ count: Int) -> [Int] {
    Array(byCurvature.suffix(max(count, 0)).reversed())
  }

  /// Indices of the `count` directions of lowest curvature, lowest first. For equal curvatures, the lower
  /// index comes first.
  public func lowestCurvatures(_ count: Int) -> [Int] {
    Array(byCurvature.prefix(max(count, 0)))
  }

  private var byCurvature: [Int] {
    curvature.indices.sorted { (curvature[$0], $0) < (curvature[$1], $1) }
  }
}
