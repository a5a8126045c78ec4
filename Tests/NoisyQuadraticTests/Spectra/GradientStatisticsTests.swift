import Foundation
import NoisyQuadratic
import Testing

@Suite struct GradientStatisticsTests {
  private let curvature = [4, 1, 0.25]
  private let gradient = [2, 0.5, 0]
  private let noise = [1, 4, 0.25]

  /// Components of normal gradients with the mean and the variances above.
  private func components(_ count: Int, _ seed: UInt64) throws -> RealMatrix {
    var generator = Xoshiro256StarStar(seed: seed)
    var sampler = NormalSampler()
    let rows = (0..<count).flatMap { _ in
      (0..<3).map { gradient[$0] + noise[$0].squareRoot() * sampler.next(using: &generator) }
    }
    return try RealMatrix(rows, rows: count, columns: 3)
  }

  @Test("W4: noise and squared gradients of a known normal distribution are within their error bars")
  func errorBars() throws {
    let statistics = try GradientStatistics(components: components(400, 3))
    let (squares, errors) = (statistics.squaredGradient, statistics.squaredGradientStandardError)
    for i in 0..<3 {
      #expect(abs(statistics.noise[i] - noise[i]) <= 4 * statistics.noiseStandardError[i])
      // For normal gradients the standard error is √(2/N) c.
      #expect(relativeError(statistics.noiseStandardError[i], (2.0 / 400).squareRoot() * noise[i]) <= 0.3)
      #expect(abs(squares[i] - gradient[i] * gradient[i]) <= 4 * errors[i])
    }
  }

  @Test(
    "W4: the corrected square and the loss are unbiased, the plain square is not, and error bars are right")
  func bias() throws {
    let (count, runs) = (6, 300)
    let statistics = try (0..<runs).map {
      try GradientStatistics(components: components(count, UInt64($0)))
    }
    func mean(_ values: [Double]) -> (Double, deviation: Double) {
      let mean = values.reduce(0, +) / Double(runs)
      return (mean, (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(runs - 1)).squareRoot())
    }
    for i in 0..<3 {
      let (square, deviation) = mean(statistics.map { $0.squaredGradient[i] })
      let error = deviation / Double(runs).squareRoot()
      let exact = gradient[i] * gradient[i]
      #expect(abs(square - exact) <= 4 * error)
      #expect(
        mean(statistics.map { $0.mean[i] * $0.mean[i] }).0 - exact > noise[i] / Double(count) - 4 * error)
      // The formula with the true moments.
      let n = Double(count)
      let variance = 4 * exact * noise[i] / n + 2 * noise[i] * noise[i] / (n * (n - 1))
      #expect(relativeError(deviation, variance.squareRoot()) <= 0.2)
    }
    let losses = statistics.map { $0.excessLoss(curvature: curvature, over: [0, 1, 2]) }
    let (loss, deviation) = mean(losses.map(\.value))
    #expect(abs(loss - 0.5 * (4.0 / 4 + 0.25)) <= 4 * deviation / Double(runs).squareRoot())
    let errors = mean(losses.map { $0.standardError ?? 0 }).0
    // The jackknife of few examples overstates a little.
    #expect(relativeError(errors, deviation) <= 0.25)
  }

  @Test("W4: the loss is the sum of the corrected squares over twice the curvatures")
  func pairs() throws {
    let statistics = try GradientStatistics(components: components(7, 9))
    let direct = zip(statistics.squaredGradient, curvature).reduce(0) { $0 + $1.0 / $1.1 / 2 }
    let loss = statistics.excessLoss(curvature: curvature, over: [0, 1, 2])
    #expect(abs(loss.value - direct) <= 1e-13)
    let part = statistics.excessLoss(curvature: curvature, over: [1])
    #expect(abs(part.value - statistics.squaredGradient[1] / 2) <= 1e-13)
    // The jackknife by its definition.
    let matrix = try components(7, 9)
    let without = try (0..<7).map { left in
      let rows = (0..<7).filter { $0 != left }.flatMap(matrix.row)
      return try GradientStatistics(components: RealMatrix(rows, rows: 6, columns: 3))
        .excessLoss(curvature: curvature, over: [0, 1, 2]).value
    }
    let mean = without.reduce(0, +) / 7
    let squares = without.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    #expect(relativeError(loss.standardError ?? 0, (6.0 / 7 * squares).squareRoot()) <= 1e-12)
  }

  @Test("M4, W4: in the basis of a Hessian, noise and start are those of the components")
  func basis() throws {
    var random = TestRandom(8)
    let q = random.orthogonal(3)
    let hessian = DenseMatrix.diagonal(curvature).conjugated(by: q)
    let basis = try HessianEigenbasis(hessian.symmetric())
    #expect(largestScaledError(basis.density.eigenvalues, curvature.reversed()) <= 1e-14)
    let known = try components(20, 4)
    let rows = DenseMatrix(rows: (0..<20).map(known.row)) * q.transposed
    let gradients = try RealMatrix(rows.rows.flatMap { $0 }, rows: 20, columns: 3)
    let statistics = try GradientStatistics(gradients: gradients, eigenvectors: basis.eigenvectors)
    let expected = try GradientStatistics(components: known)
    #expect(largestScaledError(statistics.noise, expected.noise.reversed()) <= 1e-13)
    #expect(largestScaledError(statistics.squaredGradient, expected.squaredGradient.reversed()) <= 1e-13)
    let start = statistics.initialSecondMoment(curvature: [0.25, -1, 4])
    #expect(start[1] == 0)
    #expect(start[2] == max(statistics.squaredGradient[2], 0) / 16)
    #expect(start.allSatisfy { $0 >= 0 })
  }

  static let bad = [
    BadInput(
      "two examples", .invalidCount(field: "the number of examples", value: 2, expected: "at least 3")
    ) { _ = try GradientStatistics(components: RealMatrix([1, 2], rows: 2, columns: 1)) },
    BadInput(
      "gradients of another length", .lengthMismatch(field: "a row of gradients", expected: 2, actual: 1)
    ) {
      _ = try GradientStatistics(
        gradients: RealMatrix([1, 2, 3], rows: 3, columns: 1),
        eigenvectors: RealMatrix([1, 0, 0, 1], rows: 2, columns: 2))
    },
    BadInput(
      "rows in place of columns, of a basis that is not square",
      .invalidValue(
        field: "the product of eigenvectors 0 and 1", value: 0.5,
        expected: "0 to within 0.001: columns that are orthonormal")
    ) {
      _ = try GradientStatistics(
        gradients: RealMatrix([1, 2, 3, 4, 5, 6], rows: 3, columns: 2),
        eigenvectors: RealMatrix([1, 0.5, 0, 0.75.squareRoot()], rows: 2, columns: 2))
    },
  ]

  @Test(arguments: bad) func refused(_ input: BadInput) { input.check() }
}
