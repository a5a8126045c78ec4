/// Stochastic Lanczos quadrature: the spectral density of a symmetric operator that is known only by its
/// products with vectors (W2).
///
/// Every probe is a random direction u, uniform on the unit sphere. From it Lanczos' method builds an
/// orthonormal basis of `u, Hu, H²u, …`, in which H is tridiagonal (N2). The eigenvalues θ of the tridiagonal
/// matrix, with the squared first entries w of its eigenvectors, are a Gauss rule:
/// ```
/// Σ w_k p(θ_k) = uᵀ p(H) u,      E uᵀ p(H) u = tr p(H) / n
/// ```
/// for every polynomial p of degree below 2K after K steps. Every new vector is made orthogonal to all earlier
/// ones, twice; otherwise the same eigenvalues would appear again and again.
///
/// The largest and smallest points are Ritz values. They lie between the extreme eigenvalues of H, and close to
/// them after some ten steps if these stand apart.
///
/// Source: Golub and Meurant (1994); Ubaru, Chen and Saad (2017).
public struct StochasticLanczos: Sendable, Equatable {
  /// The number of probes. The standard error falls as one over its square root.
  public let probes: Int
  /// The number K of steps per probe, and of points per density.
  public let steps: Int
  /// The largest relative asymmetry that counts as rounding.
  ///
  /// Before the first probe, `uᵀHv` and `vᵀHu` are compared for random unit vectors. They may differ by this
  /// number times `(‖Hu‖ + ‖Hv‖)/(2√n)`, the size that such products have (W3).
  public var symmetryTolerance = 1e-4

  /// - Parameters:
  ///   - probes: at least 1. Error bars need at least 2.
  ///   - steps: at least 1.
  /// - Throws: ``NoisyQuadraticError/invalidCount(field:value:expected:)``.
  public init(probes: Int = 10, steps: Int = 80) throws(NoisyQuadraticError) {
    for (field, value) in [("probes", probes), ("steps", steps)] where value < 1 {
      throw .invalidCount(field: field, value: value, expected: "at least 1")
    }
    (self.probes, self.steps) = (probes, steps)
  }

  /// Estimates the spectral density of an operator.
  ///
  /// If a probe's vectors span an invariant space before the last step, its density has fewer points and
  /// integrates every polynomial exactly.
  ///
  /// - Parameters:
  ///   - dimension: the number n ≥ 1 of parameters.
  ///   - generator: the source of the random directions. The result depends only on its numbers and on the
  ///     products.
  ///   - progress: called with the share of the work that is done.
  ///   - product: returns H times a vector of n numbers.
  /// - Returns: one density per probe, with weights that sum to 1.
  /// - Throws: the errors of `product`, and ``NoisyQuadraticError`` if a product has the wrong length or a
  ///   number that is not finite, if the operator is not symmetric, if the basis exceeds memory, or if LAPACK
  ///   fails.
  /// - Complexity: `probes · steps + 2` products and O(n · steps²) further operations per probe; memory for
  ///   `steps` vectors.
  public func estimate(
    dimension: Int, using generator: inout some RandomNumberGenerator,
    progress: (Double) -> Void = { _ in }, product: ([Double]) throws -> [Double]
  ) throws -> ProbedSpectrum {
    guard dimension >= 1 else {
      throw NoisyQuadraticError.invalidCount(field: "dimension", value: dimension, expected: "at least 1")
    }
    let checked = { (vector: [Double]) throws -> [Double] in
      try Self.checked(try product(vector), dimension)
    }
    try checkSymmetry(dimension, &generator, checked)
    var densities: [SpectralDensity] = []
    for probe in 0..<probes {
      let start = Self.direction(dimension, &generator)
      densities.append(try density(from: start, checked))
      progress(Double(probe + 1) / Double(probes))
    }
    return try ProbedSpectrum(densities)
  }

  /// The Gauss rule of one start of length 1.
  private func density(
    from start: [Double], _ product: ([Double]) throws -> [Double]
  ) throws -> SpectralDensity {
    let steps = min(steps, start.count)
    var basis = try OrthonormalBasis(dimension: start.count, capacity: steps)
    var (diagonal, below) = ([Double](), [Double]())
    var scale = 0.0
    basis.append(start)
    while true {
      var next = try product(basis.last)
      let length = try Self.length(next)
      // Twice is enough: what the first round leaves along the basis is rounding, and the second removes it.
      let first = basis.removeComponents(from: &next)
      let second = basis.removeComponents(from: &next)
      diagonal.append(first[basis.count - 1] + second[basis.count - 1])
      let rest = try Self.length(next)
      scale = max(scale, length)
      // A remainder no larger than this is rounding and not a new direction: the space is invariant.
      guard diagonal.count < steps, rest > 1e-12 * scale else { break }
      below.append(rest)
      basis.append(next.map { $0 / rest })
    }
    let system = try TridiagonalEigensystem(diagonal: diagonal, below: below)
    return try SpectralDensity(
      eigenvalues: system.values, weights: system.firstEntries.map { $0 * $0 }
    ).normalized
  }

  /// Throws an error if the operator is not symmetric (W3).
  private func checkSymmetry(
    _ dimension: Int, _ generator: inout some RandomNumberGenerator,
    _ product: ([Double]) throws -> [Double]
  ) throws {
    let (u, v) = (Self.direction(dimension, &generator), Self.direction(dimension, &generator))
    let (hu, hv) = (try product(u), try product(v))
    func dot(_ x: [Double], _ y: [Double]) -> Double { Elementary.sum(zip(x, y).lazy.map { $0 * $1 }) }
    let (forward, backward) = (dot(u, hv), dot(v, hu))
    let size = (try Self.length(hu) + Self.length(hv)) / (2 * Double(dimension).squareRoot())
    guard abs(forward - backward) <= symmetryTolerance * size else {
      throw NoisyQuadraticError.asymmetricOperator(product: forward, transposed: backward)
    }
  }

  /// A random unit vector, uniform on the sphere.
  private static func direction(
    _ dimension: Int, _ generator: inout some RandomNumberGenerator
  ) -> [Double] {
    var sampler = NormalSampler()
    while true {
      let vector = (0..<dimension).map { _ in sampler.next(using: &generator) }
      let length = Elementary.sum(vector.lazy.map { $0 * $0 }).squareRoot()
      if length > 0 { return vector.map { $0 / length } }
    }
  }

  private static func length(_ vector: [Double]) throws(NoisyQuadraticError) -> Double {
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length.isFinite else {
      throw .invalidValue(
        field: "the length of a product", value: length, expected: "a finite number")
    }
    return length
  }

  private static func checked(_ image: [Double], _ dimension: Int) throws(NoisyQuadraticError) -> [Double] {
    guard image.count == dimension else {
      throw .lengthMismatch(field: "product", expected: dimension, actual: image.count)
    }
    if let i = image.firstIndex(where: { !$0.isFinite }) {
      throw .invalidValue(field: "product", index: i, value: image[i], expected: "a finite number")
    }
    return image
  }
}
