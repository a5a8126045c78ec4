import MetaOptimization
import NoisyQuadratic
import Testing

@Suite("Krylov spaces")
struct KrylovSpaceTests {
  /// The Hessian of a small network, product by product with the unit vectors.
  private func network() throws -> (DenseQuadratic, Network<Double>, Batch, [Double]) {
    let shape = try ImageShape(channels: 1, height: 2, width: 2)
    let architecture = try NetworkArchitecture.perceptron(
      input: shape, hidden: [3], classes: 3, activation: .tanh)
    var random = RandomProblem(5)
    let batch = Batch(try random.images(shape, count: 12, classes: 3))
    let network = try Network<Double>(architecture)
    let parameters = random.vector(architecture.parameterCount, deviation: 0.7)
    let n = architecture.parameterCount
    let units = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0 } }
    let all = network.hessianProducts(parameters, on: batch, along: units)
    let quadratic = try DenseQuadratic(rows: all.products, gradient: all.gradient, samples: [])
    return (quadratic, network, batch, parameters)
  }

  @Test("N2: the whole space has the spectrum of a network's dense Hessian")
  func networkSpectrum() throws {
    let (dense, network, batch, parameters) = try network()
    var random = RandomProblem(6)
    let start = random.vector(dense.gradient.count)
    let space = try KrylovSpace.build(from: [start], steps: 1000) {
      network.hessianProducts(parameters, on: batch, along: $0).products
    }[0]
    // A constant added to all outputs changes nothing: four eigenvectors with eigenvalue 0, of which one is found.
    #expect(space.measure.curvatures.count == dense.eigenvalues.count - 3)
    let scale = dense.eigenvalues.map(abs).max() ?? 0
    for value in space.measure.curvatures {
      let nearest = dense.eigenvalues.map { abs($0 - value) }.min() ?? .infinity
      #expect(nearest <= 1e-12 * scale)
    }
    for f: (Double) -> Double in [{ _ in 1 }, { $0 * $0 }, { 1 / (1 + $0 * $0) }, { abs($0) }] {
      let sum = zip(space.measure.curvatures, space.measure.weights).reduce(0) { $0 + $1.1 * f($1.0) }
      let exact = dense.integral([start], f)
      #expect(abs(sum - exact) <= 1e-11 * abs(exact))
    }
  }

  @Test("N2: K steps integrate degrees below 2K, and no more", arguments: [1, 2, 5])
  func gauss(_ steps: Int) throws {
    let dense = try DenseQuadratic(24, samples: 0, shift: 0.5, seed: 7)
    let space = try KrylovSpace.build(from: [dense.gradient], steps: steps, products: dense.products)[0]
    #expect(space.measure.curvatures.count == steps)
    let largest = dense.eigenvalues.map(abs).max() ?? 1
    for degree in 0...2 * steps {
      func power(_ h: Double) -> Double { (0..<degree).reduce(1) { product, _ in product * h / largest } }
      let sum = zip(space.measure.curvatures, space.measure.weights).reduce(0) { $0 + $1.1 * power($1.0) }
      let error = abs(sum - dense.integral([dense.gradient], power)) / dot(dense.gradient, dense.gradient)
      if degree < 2 * steps { #expect(error <= 1e-14) } else { #expect(error > 1e-8) }
    }
    #expect(
      abs(space.measure.moment(1) / dot(dense.gradient, dense.products([dense.gradient])[0]) - 1) <= 1e-12)
  }

  @Test("N2: Ritz vectors have length 1 and the residuals that are told")
  func ritzVectors() throws {
    let dense = try DenseQuadratic(30, samples: 0, shift: 1, seed: 8)
    let space = try KrylovSpace.build(from: [dense.gradient], steps: 12, products: dense.products)[0]
    for (k, value) in space.measure.curvatures.enumerated() {
      let y = space.ritzVector(k)
      let rest = zip(dense.products([y])[0], y).map { $0 - value * $1 }
      #expect(abs(dot(y, y) - 1) <= 1e-13)
      #expect(abs(dot(rest, rest).squareRoot() - space.residuals[k]) <= 1e-12)
      #expect(abs(dot(y, dense.gradient) * dot(y, dense.gradient) - space.measure.weights[k]) <= 1e-11)
    }
  }

  @Test("Spaces side by side are those one by one, and an invariant one ends early")
  func sideBySide() throws {
    let dense = try DenseQuadratic(10, samples: 0, seed: 9)
    let starts = [dense.gradient, dense.eigenvectors[3], dense.rows[0]]
    let together = try KrylovSpace.build(from: starts, steps: 6, products: dense.products)
    for (start, space) in zip(starts, together) {
      let alone = try KrylovSpace.build(from: [start], steps: 6, products: dense.products)[0]
      #expect(space.measure == alone.measure)
    }
    #expect(together[1].measure.curvatures.count == 1)
    #expect(abs(together[1].measure.curvatures[0] - dense.eigenvalues[3]) <= 1e-14)
  }

  @Test("What cannot be done is said")
  func errors() throws {
    let dense = try DenseQuadratic(3, samples: 0, seed: 1)
    for (start, steps) in [([0.0, 0, 0], 2), ([.nan, 0, 0], 2), ([1, 0, 0], 0)] {
      #expect(throws: NoisyQuadraticError.self) {
        try KrylovSpace.build(from: [start], steps: steps, products: dense.products)
      }
    }
    #expect(throws: NoisyQuadraticError.self) {
      try KrylovSpace.build(from: [[1, 0, 0]], steps: 2) { $0.map { $0.map { _ in .infinity } } }
    }
  }
}
