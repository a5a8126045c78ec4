import NoisyQuadratic

/// The result of Lanczos' method for a symmetric matrix that is known only by its products with vectors.
///
/// From a start vector b, the method builds an orthonormal basis of `b, Hb, H²b, …`, in which H is
/// tridiagonal. The eigenvalues of the tridiagonal matrix are the points of a Gauss rule (N2). Its weights
/// are `‖b‖²` times the squared first entries of the eigenvectors:
/// ```
/// Σ w_k p(θ_k) = bᵀ p(H) b      for every polynomial p of degree below 2K
/// ```
/// Every new vector is made orthogonal to all earlier ones, twice. Otherwise the same eigenvalues would
/// appear repeatedly.
public struct KrylovSpace: Sendable {
  /// Returns the products of a symmetric matrix with some vectors.
  public typealias Products = ([[Double]]) -> [[Double]]

  /// The Gauss rule of `bᵀ p(H) b`. Its points are the Ritz values, ascending.
  public let measure: SpectralMeasure
  /// The residual `‖H q − θ q‖` of every Ritz vector. Some eigenvalue is within this distance of the Ritz
  /// value.
  public let residuals: [Double]

  private let basis: [[Double]]
  /// The coefficients of Ritz vector k in the basis are the numbers `k·K ..< (k+1)·K`.
  private let combinations: [Double]

  /// Builds the spaces of several start vectors together, so that each call of `products` serves all of them.
  ///
  /// - Parameters:
  ///   - starts: vectors of equal length, none of them zero.
  ///   - steps: the dimension K ≥ 1 of each space. If a space is smaller, its rule is exact for all
  ///     polynomials.
  ///   - products: returns the products of a symmetric matrix with some vectors.
  /// - Returns: one space per start.
  /// - Throws: `NoisyQuadraticError` if a start or a product is not finite, if a start is zero, if starts and
  ///   products differ in length, if the number of products is wrong, if there is less than one step, if the
  ///   bases exceed memory, or if LAPACK fails.
  /// - Complexity: K products per start and O(n K²) further operations; memory for K vectors per start.
  public static func build(
    from starts: [[Double]], steps: Int, products: Products
  ) throws(NoisyQuadraticError) -> [KrylovSpace] {
    guard steps >= 1 else { throw .invalidCount(field: "steps", value: steps, expected: "at least 1") }
    let n = starts.first?.count ?? 0
    let steps = min(steps, max(n, 1))
    try MemoryRequirement.check(
      "steps", steps, doubles: Double(steps + 3) * Double(starts.count) * Double(n))
    for start in starts where start.count != n {
      throw .lengthMismatch(field: "start", expected: n, actual: start.count)
    }
    var builders: [Builder] = []
    for start in starts { builders.append(try Builder(start, steps: steps)) }
    for _ in 0..<steps {
      let active = builders.indices.filter { builders[$0].isActive }
      if active.isEmpty { break }
      let images = products(active.map { builders[$0].last })
      guard images.count == active.count else {
        throw .lengthMismatch(field: "products", expected: active.count, actual: images.count)
      }
      for image in images where image.count != n {
        throw .lengthMismatch(field: "product", expected: n, actual: image.count)
      }
      for (k, image) in zip(active, images) { try builders[k].advance(image) }
    }
    var spaces: [KrylovSpace] = []
    for builder in builders { spaces.append(try KrylovSpace(builder)) }
    return spaces
  }

  /// Returns the Ritz vector of a Ritz value, with length 1.
  public func ritzVector(_ k: Int) -> [Double] {
    let count = basis.count
    var vector = [Double](repeating: 0, count: basis[0].count)
    for j in 0..<count {
      Double.kernels.combine(vector.count, combinations[k * count + j], basis[j], 1, &vector)
    }
    return vector
  }

  private init(_ builder: Builder) throws(NoisyQuadraticError) {
    let (diagonal, below) = (builder.diagonal, builder.below)
    let count = diagonal.count
    var elements = [Double](repeating: 0, count: count * count)
    for i in 0..<count {
      elements[i * count + i] = diagonal[i]
      if i + 1 < count { elements[(i + 1) * count + i] = below[i] }
    }
    let system = try SymmetricEigensystem(LowerTriangle(elements, order: count))
    let mass = builder.norm * builder.norm
    measure = SpectralMeasure(
      curvatures: system.values,
      weights: (0..<count).map { mass * system.vectors[$0 * count] * system.vectors[$0 * count] })
    residuals = (0..<count).map { below[count - 1] * abs(system.vectors[($0 + 1) * count - 1]) }
    combinations = system.vectors
    basis = Array(builder.basis.prefix(count))
  }

  /// A space under construction.
  private struct Builder {
    let norm: Double
    let steps: Int
    var basis: [[Double]]
    var diagonal: [Double] = []
    /// The entries below the diagonal. The last one leads out of the space.
    var below: [Double] = []
    var isActive = true

    var last: [Double] { basis[basis.count - 1] }

    init(_ start: [Double], steps: Int) throws(NoisyQuadraticError) {
      norm = Double.kernels.dot(start.count, start, start).squareRoot()
      guard norm > 0, norm.isFinite else {
        throw .invalidValue(field: "start", value: norm, expected: "a vector with a finite length > 0")
      }
      self.steps = steps
      basis = [start]
      Double.kernels.scale(start.count, 1 / norm, &basis[0])
    }

    /// Extends the basis, given H times its last vector.
    mutating func advance(_ image: [Double]) throws(NoisyQuadraticError) {
      let (kernels, n) = (Double.kernels, image.count)
      var next = image
      let length = kernels.dot(n, image, image).squareRoot()
      guard length.isFinite else {
        throw .invalidValue(
          field: "Hessian product", value: length, expected: "a finite vector: has training diverged?")
      }
      diagonal.append(kernels.dot(n, last, image))
      for _ in 0..<2 {
        for vector in basis { kernels.combine(n, -kernels.dot(n, vector, next), vector, 1, &next) }
      }
      let rest = kernels.dot(n, next, next).squareRoot()
      // If the remainder after two rounds is no larger than this, it is rounding error and not a new
      // direction.
      let scale = zip(diagonal, below + [0]).reduce(length) { max($0, abs($1.0), $1.1) }
      isActive = rest > 1e-12 * scale && diagonal.count < steps
      below.append(rest > 1e-12 * scale ? rest : 0)
      if isActive {
        kernels.scale(n, 1 / rest, &next)
        basis.append(next)
      }
    }
  }
}
