import Foundation
import NoisyQuadratic
import Testing

@Suite struct StochasticLanczosTests {
  private struct Refusal: Error, Equatable {}

  /// A symmetric matrix with the given eigenvalues in a random basis, and the vectors that it was multiplied with.
  private final class Operator {
    let matrix: DenseMatrix
    var starts: [[Double]] = []

    init(_ eigenvalues: [Double], seed: UInt64 = 1) {
      var random = TestRandom(seed)
      matrix = DenseMatrix.diagonal(eigenvalues).conjugated(by: random.orthogonal(eigenvalues.count))
    }

    func product(_ x: [Double]) -> [Double] {
      starts.append(x)
      return matrix.rows.map { zip($0, x).reduce(0) { $0 + $1.0 * $1.1 } }
    }
  }

  private func estimate(
    _ lanczos: StochasticLanczos, _ dimension: Int, seed: UInt64 = 5,
    _ product: ([Double]) throws -> [Double]
  ) throws -> ProbedSpectrum {
    var generator = Xoshiro256StarStar(seed: seed)
    return try lanczos.estimate(dimension: dimension, using: &generator, product: product)
  }

  @Test(
    "N2, W2: a probe's density has the first 2K moments of its start, and no ghosts of what has converged")
  func gaussRule() throws {
    // A few eigenvalues far above the others converge early. Without reorthogonalization they come again.
    let eigenvalues = [100, 50, -20] + (1...25).map { 1 / Double($0) }
    let matrix = Operator(eigenvalues)
    let steps = 16
    let probe = try #require(
      try estimate(StochasticLanczos(probes: 1, steps: steps), eigenvalues.count, matrix.product).probes.first
    )
    #expect(probe.count == steps)
    // The first two products test the symmetry.
    let start = matrix.starts[2]
    #expect(abs(start.reduce(0) { $0 + $1 * $1 } - 1) <= 1e-14)
    var power = start
    for degree in 0..<2 * steps {
      let moment = zip(start, power).reduce(0) { $0 + $1.0 * $1.1 }
      // Rounding of a few hundred operations, relative to the largest term of the moment.
      #expect(abs(probe.moment(degree) - moment) <= 1e-12 * pow(100, Double(degree)), "\(degree)")
      power = matrix.product(power)
    }
    for value in [100.0, 50, -20] {
      #expect(probe.eigenvalues.count { abs($0 - value) < 0.1 } == 1, "\(value)")
    }
  }

  @Test("With as many steps as dimensions the points are the eigenvalues")
  func allSteps() throws {
    let eigenvalues = [-2, -0.5, 0, 0.1, 1, 3.5, 8]
    let spectrum = try estimate(
      StochasticLanczos(probes: 3, steps: 50), eigenvalues.count, Operator(eigenvalues).product)
    #expect(spectrum.probes.count == 3)
    for probe in spectrum.probes {
      #expect(largestScaledError(probe.eigenvalues, eigenvalues) <= 1e-12)
      #expect(abs(probe.mass - 1) <= 1e-14)
    }
  }

  @Test("W2: error bars cover the moments and the shares of the whole spectrum")
  func errorBars() throws {
    let eigenvalues = (0..<30).map { 3 * pow(0.8, Double($0)) - 0.1 }
    let exact = try SpectralDensity(eigenvalues: eigenvalues)
    let spectrum = try estimate(
      StochasticLanczos(probes: 20, steps: 12), eigenvalues.count, Operator(eigenvalues).product)
    for degree in 0...6 {
      let moment = spectrum.moment(degree)
      let error = try #require(moment.standardError)
      #expect(abs(moment.value - exact.moment(degree)) <= 4 * error + 1e-14, "\(degree)")
      // They are no wider than W2 says: a chi square of 19 degrees of freedom is below 40 almost surely.
      let variance = 2.0 / 32 * (exact.moment(2 * degree) - pow(exact.moment(degree), 2))
      #expect(error * error * 20 <= 40.0 / 19 * variance + 1e-14, "\(degree)")
    }
    let share = spectrum.share(upTo: 0.5)
    let error = try #require(share.standardError)
    #expect(error < 0.05)
    #expect(abs(share.value - exact.share(upTo: 0.5)) <= 4 * error)
    #expect(abs(spectrum.density.moment(1) - spectrum.moment(1).value) <= 1e-14)
  }

  @Test("W2: the variance over probes is that of uniform directions")
  func variance() throws {
    let eigenvalues = [5.0, 1, 1, 0.5, 0, -1]
    // In the eigenbasis, where vectors of random signs would have no variance at all.
    let spectrum = try estimate(StochasticLanczos(probes: 400, steps: 1), 6) { x in
      zip(eigenvalues, x).map { $0 * $1 }
    }
    let exact = try SpectralDensity(eigenvalues: eigenvalues)
    let variance = 2.0 / 8 * (exact.moment(2) - exact.moment(1) * exact.moment(1))
    let moment = spectrum.moment(1)
    let error = try #require(moment.standardError)
    // The squared deviations have a relative standard error of some 0.1.
    #expect(relativeError(400 * error * error, variance) <= 0.4)
    #expect(abs(moment.value - exact.moment(1)) <= 4 * (variance / 400).squareRoot())
  }

  @Test("An invariant space ends a probe, and its density is exact")
  func invariantSpaces() throws {
    let projector = Operator([3, 3, 0, 0, 0])
    let spectrum = try estimate(StochasticLanczos(probes: 2, steps: 5), 5, projector.product)
    for probe in spectrum.probes {
      #expect(probe.count == 2)
      #expect(abs(probe.eigenvalues[0]) <= 1e-14 && abs(probe.eigenvalues[1] - 3) <= 1e-14)
    }
    let zero = try estimate(StochasticLanczos(probes: 1, steps: 5), 4) { $0.map { _ in 0 } }
    #expect(zero.density == (try SpectralDensity(eigenvalues: [0], weights: [1])))
    let number = try estimate(StochasticLanczos(probes: 2, steps: 3), 1) { [-7 * $0[0]] }
    #expect(number.probes.allSatisfy { $0.count == 1 && abs($0.eigenvalues[0] + 7) <= 1e-14 })
  }

  @Test("The same generator gives the same density, another one another, and one probe has no error bar")
  func generators() throws {
    let lanczos = try StochasticLanczos(probes: 1, steps: 4)
    let matrix = Operator([1, 2, 3, 4, 5, 6])
    let first = try estimate(lanczos, 6, matrix.product)
    #expect(try estimate(lanczos, 6, matrix.product) == first)
    #expect(try estimate(lanczos, 6, seed: 6, matrix.product) != first)
    #expect(first.moment(1).standardError == nil)
  }

  @Test("W3: an operator that is not symmetric is refused, rounding in single precision is not")
  func symmetry() throws {
    let n = 20
    let lanczos = try StochasticLanczos(probes: 1, steps: 3)
    let matrix = Operator((1...n).map(Double.init))
    func skewed(_ size: Double) throws {
      _ = try estimate(lanczos, n) { x in
        // The neighbours of an index in a ring, with opposite signs.
        matrix.product(x).enumerated().map { i, y in y + size * (x[(i + 1) % n] - x[(i + n - 1) % n]) }
      }
    }
    try skewed(0)
    for size in [10, 0.1, 0.01] {
      #expect {
        try skewed(size)
      } throws: { error in
        guard case NoisyQuadraticError.asymmetricOperator(let product, let transposed) = error else {
          return false
        }
        return product != transposed && !"\(error)".contains("\n")
      }
    }
    _ = try estimate(lanczos, n) { x in matrix.product(x).map { Double(Float($0)) } }
    var tolerant = lanczos
    tolerant.symmetryTolerance = 100
    var generator = Xoshiro256StarStar(seed: 1)
    _ = try tolerant.estimate(dimension: 2, using: &generator) { [$0[1], 0] }
  }

  @Test("Products that are not finite or have another length, and errors of the operator, come through")
  func badProducts() throws {
    let lanczos = try StochasticLanczos(probes: 1, steps: 3)
    func expect(_ error: some Error & Equatable, _ product: ([Double]) throws -> [Double]) {
      #expect(throws: error) { _ = try estimate(lanczos, 3, product) }
    }
    expect(NoisyQuadraticError.lengthMismatch(field: "product", expected: 3, actual: 2)) { _ in [1, 2] }
    expect(
      NoisyQuadraticError.invalidValue(
        field: "product", index: 1, value: .infinity, expected: "a finite number")
    ) { [$0[0], .infinity, 0] }
    do {
      _ = try estimate(lanczos, 3) { [$0[0], $0[1], .nan] }
      Issue.record("NaN was accepted")
    } catch {
      #expect("\(error)" == "product[2] is nan, expected a finite number")
    }
    expect(Refusal()) { _ in throw Refusal() }
    for (probes, steps, field) in [(0, 1, "probes"), (1, 0, "steps")] {
      #expect(
        throws: NoisyQuadraticError.invalidCount(field: field, value: 0, expected: "at least 1")
      ) { _ = try StochasticLanczos(probes: probes, steps: steps) }
    }
    #expect(throws: NoisyQuadraticError.invalidCount(field: "dimension", value: 0, expected: "at least 1")) {
      _ = try estimate(lanczos, 0) { $0 }
    }
  }
}
