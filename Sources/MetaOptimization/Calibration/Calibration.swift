import NoisyQuadratic

/// The noisy quadratic that approximates a network around some parameters, as measured there (N1–N5).
///
/// ```
/// L(w + δ) ≈ L(w) + gᵀδ + ½ δᵀHδ      gradients of a batch: g + Hδ + ξ,  E ξξᵀ = C
/// ```
/// The expected losses of SGD on it are integrals of polynomials of the curvature against two measures: the
/// squared gradient and the noise, each resolved by the eigenvectors of H. Lanczos' method measures both. The
/// points of positive curvature form the ``model``.
public struct Calibration: Sendable, Codable {
  /// The effort of the measurement.
  public struct Options: Sendable, Equatable, Codable {
    /// The dimension of the Krylov spaces, at least 1. On a quadratic, predictions are exact for this number
    /// of steps (N2).
    public var lanczosSteps = 40
    /// The maximal number of directions, those of largest curvature in magnitude, whose noise is measured one
    /// by one; at least 0.
    public var sharpDirections = 10
    /// The number of noise samples whose distribution over all other directions is measured by Lanczos'
    /// method, at least 1.
    public var noiseProbes = 4
    /// The number of random vectors for the density of eigenvalues, at least 1.
    public var densityProbes = 2
    /// The seed of the random vectors.
    public var seed: UInt64 = 0

    /// Creates the default options.
    public init() {}
  }

  /// The mean loss at the parameters.
  public let loss: Double
  /// The squared gradient by curvature, `Σ g_i² δ(h_i)`.
  public let gradient: SpectralMeasure
  /// The variance of a batch's gradient by curvature, `Σ c_i δ(h_i)`.
  public let noise: SpectralMeasure
  /// The distribution of the eigenvalues by curvature, with mass 1.
  public let density: SpectralMeasure
  /// The number of images in a batch.
  public let batchSize: Int
  /// The curvature up to which the model leaves directions out. These curvatures are negative, or rounding
  /// makes them indistinguishable from 0.
  public let curvatureFloor: Double
  /// The part of the local quadratic that has a minimum. Its noise already accounts for ``batchSize``.
  public let model: NoisyQuadraticModel

  /// Measures a function, given its gradient, samples of its noise, and products with its Hessian.
  ///
  /// - Parameters:
  ///   - loss: the value of the function.
  ///   - gradient: the gradient of the function, not zero.
  ///   - noise: samples of ξ, the deviations of batch gradients; at least one, and not all zero.
  ///   - batchSize: the number of images in a batch.
  ///   - options: the effort of the measurement.
  ///   - products: returns the products of the Hessian with some vectors.
  /// - Throws: `NoisyQuadraticError` if numbers are not finite, if there is nothing to measure, if vectors
  ///   differ in length, if counts are out of range, if no curvature is positive, if the work exceeds memory,
  ///   or if LAPACK fails.
  /// - Complexity: ``Options/lanczosSteps`` products with `1 + noiseProbes + densityProbes` vectors.
  public init(
    loss: Double, gradient: [Double], noise: [[Double]], batchSize: Int, options: Options = Options(),
    products: KrylovSpace.Products
  ) throws(NoisyQuadraticError) {
    try Self.check(options, loss: loss, noise: noise)
    let n = gradient.count
    for (k, sample) in noise.enumerated() where sample.count != n {
      throw .lengthMismatch(field: "noise[\(k)]", expected: n, actual: sample.count)
    }
    var generator = Xoshiro256StarStar(seed: RandomStream.lanczos.seed(options.seed))
    var normal = NormalSampler()
    let probes = (0..<options.densityProbes).map { _ in
      (0..<n).map { _ in normal.next(using: &generator) }
    }
    let spaces = try KrylovSpace.build(
      from: [gradient] + probes, steps: options.lanczosSteps, products: products)
    self.loss = loss
    self.gradient = spaces[0].measure
    density = .mean(spaces.dropFirst().map { $0.measure.scaled(by: 1 / max($0.measure.mass, 1e-300)) })
    self.noise = try Self.noiseMeasure(noise, sharp: spaces[0], options, products)
    self.batchSize = batchSize
    let largest = (self.gradient.curvatures + self.noise.curvatures).map(abs).max() ?? 0
    curvatureFloor = 1e-6 * largest
    model = try Self.model(self.gradient, self.noise, floor: curvatureFloor)
  }

  private static func check(
    _ options: Options, loss: Double, noise: [[Double]]
  ) throws(NoisyQuadraticError) {
    guard loss.isFinite else {
      throw .invalidValue(field: "loss", value: loss, expected: "a finite number: training has diverged")
    }
    for (field, value, least) in [
      ("lanczosSteps", options.lanczosSteps, 1), ("sharpDirections", options.sharpDirections, 0),
      ("noiseProbes", options.noiseProbes, 1), ("densityProbes", options.densityProbes, 1),
      ("noise.count", noise.count, 1),
    ] where value < least {
      throw .invalidCount(field: field, value: value, expected: "at least \(least)")
    }
  }

  /// The noise by curvature. The sharpest directions are measured one by one, all others by Lanczos' method
  /// (N3).
  private static func noiseMeasure(
    _ samples: [[Double]], sharp space: KrylovSpace, _ options: Options, _ products: KrylovSpace.Products
  ) throws(NoisyQuadraticError) -> SpectralMeasure {
    let kernels = Double.kernels
    let values = space.measure.curvatures
    // These Ritz vectors are eigenvectors to within a hundredth.
    let chosen = values.indices.filter { space.residuals[$0] <= 0.01 * abs(values[$0]) }
      .sorted { abs(values[$0]) > abs(values[$1]) }.prefix(options.sharpDirections)
    let vectors = chosen.map(space.ritzVector)
    let share = 1 / Double(samples.count)
    var variances = vectors.map { _ in 0.0 }
    var restVariance = 0.0
    var rests: [[Double]] = []
    for sample in samples {
      var rest = sample
      for (k, vector) in vectors.enumerated() {
        let part = kernels.dot(rest.count, vector, rest)
        variances[k] += share * part * part
        kernels.combine(rest.count, -part, vector, 1, &rest)
      }
      let square = kernels.dot(rest.count, rest, rest)
      restVariance += share * square
      if rests.count < options.noiseProbes, square > 0 { rests.append(rest) }
    }
    let sharp = SpectralMeasure(curvatures: chosen.map { values[$0] }, weights: variances)
    guard !rests.isEmpty else { return sharp }
    let measures = try KrylovSpace.build(from: rests, steps: options.lanczosSteps, products: products)
      .map(\.measure)
    let mean = SpectralMeasure.mean(measures)
    return sharp.joined(mean.scaled(by: restVariance / mean.mass))
  }

  /// The gradient's points have `m = w/h²` and no noise; the noise's points have c and no moment (N4).
  private static func model(
    _ gradient: SpectralMeasure, _ noise: SpectralMeasure, floor: Double
  ) throws(NoisyQuadraticError) -> NoisyQuadraticModel {
    let signal = zip(gradient.curvatures, gradient.weights).filter { $0.0 > floor }
    let disturbance = zip(noise.curvatures, noise.weights).filter { $0.0 > floor && $0.1 > 0 }
    guard !signal.isEmpty || !disturbance.isEmpty else {
      throw .invalidCount(
        field: "directions of positive curvature", value: 0, expected: "at least 1, to make a model of")
    }
    return try NoisyQuadraticModel(
      curvature: signal.map(\.0) + disturbance.map(\.0),
      gradientNoise: signal.map { _ in 0 } + disturbance.map(\.1),
      initialSecondMoment: signal.map { $0.1 / ($0.0 * $0.0) } + disturbance.map { _ in 0 })
  }
}

extension Calibration {
  /// The lowest curvature found.
  public var smallestCurvature: Double {
    (gradient.curvatures + noise.curvatures + density.curvatures).min() ?? 0
  }

  /// The measured loss minus the model's loss at the start, to be added to the model's losses. It is negative
  /// if the local quadratic falls below zero, which the loss itself cannot do.
  public var lossOffset: Double { loss - model.initialLoss }

  /// The share of the squared gradient at curvatures outside the model.
  public var gradientShareLeftOut: Double { gradient.share(upTo: curvatureFloor) }

  /// The share of the noise variance at curvatures outside the model.
  public var noiseShareLeftOut: Double { noise.share(upTo: curvatureFloor) }

  /// The learning rate that lowers the loss most in one step, over all curvatures (N5): `‖g‖²/(gᵀHg + tr
  /// HC)`.
  ///
  /// `nil` if the denominator is not positive, because the local quadratic then decreases without bound.
  public var greedyRate: Double? {
    let curvature = gradient.moment(1) + noise.moment(1)
    return curvature > 0 ? gradient.mass / curvature : nil
  }

  /// Returns the model's losses along a schedule of heavy ball started at rest. There are T + 1 numbers,
  /// beginning with the measured loss.
  public func predictedLosses(under schedule: Schedule) -> [Double] {
    model.expectedLoss(under: schedule).values.map { lossOffset + $0 }
  }

  /// Returns the losses on the whole local quadratic, with curvatures of either sign (N1, N7).
  ///
  /// - Parameter schedule: a schedule of heavy ball started at rest.
  /// - Returns: T + 1 numbers, the measured loss first.
  /// - Throws: `NoisyQuadraticError.notConvertible` for a schedule that has no equal with the learning rate
  ///   inside the velocity.
  /// - Complexity: O(points · T).
  public func localLosses(under schedule: Schedule) throws(NoisyQuadraticError) -> [Double] {
    try schedule.requireBatchSizeOfModel("the noise was measured at one batch size")
    let schedule = try schedule.converted(to: .velocity)
    var means = gradient.curvatures.map { _ in (displacement: 0.0, velocity: 0.0) }
    var spreads = noise.curvatures.map { _ in (displacement: 0.0, mixed: 0.0, velocity: 0.0) }
    var losses = [loss]
    for step in schedule {
      let (alpha, mu) = (step.learningRate, step.momentum)
      var change = 0.0
      for (k, h) in gradient.curvatures.enumerated() {
        means[k].velocity = mu * means[k].velocity - alpha * (1 + h * means[k].displacement)
        means[k].displacement += means[k].velocity
        let a = means[k].displacement
        change += gradient.weights[k] * a * (1 + 0.5 * h * a)
      }
      for (k, h) in noise.curvatures.enumerated() {
        let (p, r, q) = spreads[k]
        let b = alpha * h
        let velocity = mu * mu * q - 2 * mu * b * r + b * b * p + alpha * alpha
        let mixed = mu * r - b * p
        spreads[k] = (p + 2 * mixed + velocity, mixed + velocity, velocity)
        change += 0.5 * noise.weights[k] * h * spreads[k].displacement
      }
      losses.append(loss + change)
    }
    return losses
  }
}
