import NoisyQuadratic
import Testing

@Suite("Dense problems")
struct DenseProblemTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    let dimension, rank: Int
    var testDescription: String { "d = \(dimension), rank \(rank)" }
  }

  @Test(
    "M4: matrices that do not commute, against a run of the whole covariance",
    arguments: [(1, 1), (2, 2), (3, 1), (5, 5), (8, 3), (12, 12)].map(Shape.init), [0, 0.9])
  func nonCommuting(_ shape: Shape, momentum: Double) throws {
    let d = shape.dimension
    var random = TestRandom(UInt64(d * 10 + shape.rank))
    let h = random.semidefinite(d, rank: shape.rank)
    let c = random.semidefinite(d, rank: max(1, shape.rank - 1))
    let m0 = random.semidefinite(d, rank: d)
    let model = try NoisyQuadraticModel(
      hessian: h.symmetric(), noiseCovariance: c.symmetric(), initialSecondMoment: m0.symmetric())
    let raw = try random.schedule(steps: 30, momentum: momentum)
    let schedule = try Schedule(
      learningRates: raw.learningRates.map { $0 / model.maximumCurvature }, momenta: raw.momenta)
    var run = DenseRun(h: h, c: c, m0: m0)
    var expected = [run.loss]
    for step in schedule {
      run.step(step.learningRate, step.momentum)
      expected.append(run.loss)
    }
    // Thirty products of d × d matrices on one side, an eigenbasis good to d ulp on the other; the dense
    // run cancels relative to the largest loss.
    #expect(largestScaledError(model.expectedLoss(under: schedule).values, expected) <= 1e-12)
    #expect(zip(model.curvature, model.curvature.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test("M4: rotating a diagonal problem changes no loss", arguments: [2, 5, 20])
  func rotation(_ d: Int) throws {
    var random = TestRandom(UInt64(d) + 7)
    let (h, c, m) = (
      random.array(d) { $0.logUniform(1e-2, 1) }, random.array(d) { $0.unit() }, random.array(d) { $0.unit() }
    )
    let diagonal = try NoisyQuadraticModel(
      curvature: h, gradientNoise: c, initialSecondMoment: m, batchSize: 3)
    let q = random.orthogonal(d)
    func rotated(_ values: [Double]) throws -> SymmetricMatrix {
      try DenseMatrix.diagonal(values).conjugated(by: q).symmetric()
    }
    let dense = try NoisyQuadraticModel(
      hessian: rotated(h), noiseCovariance: rotated(c), initialSecondMoment: rotated(m), batchSize: 3)
    // Eigenvalues are good to d ulp of the largest curvature, 1e-2 of which is the smallest.
    #expect(largestScaledError(dense.curvature, h.sorted()) <= 1e-14 * Double(d))
    let schedule = try random.schedule(steps: 40, momentum: 0.9)
    let (a, b) = (dense.expectedLoss(under: schedule).values, diagonal.expectedLoss(under: schedule).values)
    #expect(largestRelativeError(a, b) <= 1e-11)
  }

  @Test("M4: losses do not depend on the basis within an eigenspace")
  func equalEigenvalues() throws {
    var random = TestRandom(77)
    let h = DenseMatrix.diagonal([1, 1, 1, 0.25])
    let (c, m0) = (random.semidefinite(4, rank: 4), random.semidefinite(4, rank: 4))
    let model = try NoisyQuadraticModel(
      hessian: h.symmetric(), noiseCovariance: c.symmetric(), initialSecondMoment: m0.symmetric())
    var run = DenseRun(h: h, c: c, m0: m0)
    let schedule = try random.schedule(steps: 10, momentum: 0.5)
    for step in schedule { run.step(step.learningRate, step.momentum) }
    #expect(relativeError(model.expectedLoss(under: schedule).final, run.loss) <= 1e-12)
  }

  @Test("M4: eigenvalues that only rounding made negative count as zero")
  func rounding() throws {
    let flat = try SymmetricMatrix(rows: [[1, 1], [1, 1]])
    let model = try NoisyQuadraticModel(hessian: flat, noiseCovariance: flat, initialSecondMoment: flat)
    #expect(model.curvature[0] <= 1e-15 && model.curvature[0] >= 0)
    #expect(abs(model.curvature[1] - 2) <= 4 * .ulpOfOne)
    #expect(model.gradientNoise.allSatisfy { $0 >= 0 })
  }

  private static func matrix(_ rows: [[Double]]) throws -> SymmetricMatrix {
    try SymmetricMatrix(rows: rows, field: "hessian")
  }

  static let badInput: [BadInput] = [
    BadInput("no rows", .lengthMismatch(field: "hessian", expected: 1, actual: 0)) { _ = try matrix([]) },
    BadInput("ragged", .lengthMismatch(field: "hessian[1]", expected: 2, actual: 1)) {
      _ = try matrix([[1, 0], [0]])
    },
    BadInput(
      "NaN", .invalidValue(field: "hessian[1]", index: 0, value: .nan, expected: "a finite number")
    ) { _ = try matrix([[1, 0], [.nan, 1]]) },
    BadInput(
      "infinite", .invalidValue(field: "hessian[0]", index: 1, value: .infinity, expected: "a finite number")
    ) { _ = try matrix([[1, .infinity], [.infinity, 1]]) },
    BadInput(
      "asymmetric", .notSymmetric(field: "hessian", row: 1, column: 0, value: 0.5, transposed: 0.25)
    ) { _ = try matrix([[1, 0.25], [0.5, 1]]) },
    BadInput(
      "barely asymmetric",
      .notSymmetric(field: "hessian", row: 2, column: 1, value: 1 + 1e-11, transposed: 1)
    ) { _ = try matrix([[1, 0, 0], [0, 1, 1], [0, 1 + 1e-11, 1]]) },
    BadInput("noise of another order", .lengthMismatch(field: "noiseCovariance", expected: 2, actual: 1)) {
      _ = try NoisyQuadraticModel(
        hessian: matrix([[1, 0], [0, 1]]), noiseCovariance: matrix([[1]]),
        initialSecondMoment: matrix([[1, 0], [0, 1]]))
    },
    BadInput(
      "moments of another order", .lengthMismatch(field: "initialSecondMoment", expected: 1, actual: 2)
    ) {
      _ = try NoisyQuadraticModel(
        hessian: matrix([[1]]), noiseCovariance: matrix([[1]]),
        initialSecondMoment: matrix([[1, 0], [0, 1]]))
    },
    BadInput(
      "batch size",
      .invalidValue(field: "batchSize", value: 0, expected: "a finite number > 0")
    ) {
      _ = try NoisyQuadraticModel(
        hessian: matrix([[1]]), noiseCovariance: matrix([[1]]), initialSecondMoment: matrix([[1]]),
        batchSize: 0)
    },
    BadInput(
      "zero matrix",
      .invalidValue(field: "curvature", value: 0, expected: "at least one positive curvature, not all zero")
    ) {
      let zero = try matrix([[0, 0], [0, 0]])
      _ = try NoisyQuadraticModel(hessian: zero, noiseCovariance: zero, initialSecondMoment: zero)
    },
  ]

  @Test("Bad matrices are refused with field, index and value", arguments: badInput)
  func refused(_ input: BadInput) { input.check() }

  @Test("Rounding of a symmetric matrix is accepted and averaged")
  func nearlySymmetric() throws {
    let matrix = try SymmetricMatrix(rows: [[1, 2], [2 + 4e-16, 3]])
    #expect(matrix[0, 1] == matrix[1, 0])
    #expect(matrix.order == 2)
    #expect(matrix.elements.count == 4)
  }

  @Test(
    "Indefinite matrices are refused with their eigenvalue",
    arguments: ["hessian", "noiseCovariance", "initialSecondMoment"])
  func indefinite(_ field: String) throws {
    let good = try SymmetricMatrix(rows: [[2, 1], [1, 2]])
    // Eigenvalues 3 and −1.
    let bad = try SymmetricMatrix(rows: [[1, 2], [2, 1]])
    do {
      _ = try NoisyQuadraticModel(
        hessian: field == "hessian" ? bad : good, noiseCovariance: field == "noiseCovariance" ? bad : good,
        initialSecondMoment: field == "initialSecondMoment" ? bad : good)
      Issue.record("an indefinite \(field) was accepted")
    } catch let NoisyQuadraticError.notPositiveSemidefinite(actual, eigenvalue) {
      #expect(actual == field)
      #expect(abs(eigenvalue + 1) <= 1e-14)
    }
  }
}
