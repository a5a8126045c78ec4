import Foundation
import NoisyQuadratic
import Testing

@Suite("Preconditioned problems")
struct PreconditioningTests {
  /// Losses of `v ← μ v − α P g`, `θ ← θ + v` by the second moments of θ and v.
  private static func losses(
    _ model: NoisyQuadraticModel, _ preconditioner: [Double], _ schedule: Schedule
  ) -> [Double] {
    let m = model.initialSecondMoment
    var losses = [Double](repeating: 0, count: schedule.count + 1)
    for (i, h) in model.curvature.enumerated() {
      let (weight, pull) = (0.5 * model.multiplicity[i] * h, preconditioner[i] * h)
      let noise = preconditioner[i] * preconditioner[i] * model.gradientNoise[i] / model.batchSize
      var (p, q, r) = (m[i], 0.0, 0.0)
      losses[0] += weight * p
      for (t, step) in schedule.enumerated() {
        let (a, mu) = (step.learningRate, step.momentum)
        r = mu * mu * r - 2 * a * mu * pull * q + a * a * (pull * pull * p + noise)
        let x = mu * q - a * pull * p
        (p, q) = (p + 2 * x + r, x + r)
        losses[t + 1] += weight * p
      }
    }
    return losses
  }

  @Test(
    "P2: powers of the curvature, against steps in θ", arguments: [-0.5, 0, 0.25, 0.5, 1, 1.5], [0, 0.9])
  func power(_ power: Double, momentum: Double) throws {
    var random = TestRandom(11)
    let model = try random.model(dimension: 5)
    let other = try model.preconditioned(power: power)
    let raw = try random.schedule(steps: 20, momentum: momentum)
    let schedule = try Schedule(
      learningRates: raw.learningRates.map { $0 / other.maximumCurvature }, momenta: raw.momenta)
    let factors = model.curvature.map { pow($0, -power) }
    // The direct second moments cancel relative to the largest loss.
    let expected = Self.losses(model, factors, schedule)
    #expect(largestScaledError(other.expectedLoss(under: schedule).values, expected) <= 1e-12)
    let diagonal = try model.preconditioned(by: factors)
    #expect(largestScaledError(diagonal.expectedLoss(under: schedule).values, expected) <= 1e-12)
    // P1: what stays; three roundings and a power in every term.
    for (a, b) in [
      (other.initialLoss, model.initialLoss),
      (try other.informationBound(steps: 7), try model.informationBound(steps: 7)),
      (other.irreducibleLoss ?? .nan, model.irreducibleLoss ?? .nan),
    ] { #expect(relativeError(a, b) <= 16 * .ulpOfOne) }
    if power == 0 { #expect(other == model) }
  }

  @Test("P2: Newton's method has one curvature and the closed optimum")
  func newton() throws {
    var random = TestRandom(12)
    let model = try random.model(dimension: 6)
    let newton = try model.preconditioned(power: 1)
    #expect(newton.curvature == Array(repeating: 1, count: 6))
    func sum(_ term: (Int) -> Double) -> Double {
      model.curvature.indices.reduce(0) { $0 + model.multiplicity[$1] * term($1) }
    }
    let m = sum { model.curvature[$0] * model.initialSecondMoment[$0] }
    let n = sum { model.gradientNoise[$0] / model.curvature[$0] / model.batchSize }
    let solution = try GreedySolver().solve(newton, horizon: 30)
    #expect(relativeError(solution.finalLoss, 0.5 * m * n / (n + 30 * m)) <= 1e-12)
  }

  @Test("P2: directions without curvature stay, and their loss of 0 with them")
  func flat() throws {
    let model = try NoisyQuadraticModel(
      curvature: [4, 0], gradientNoise: [1, 3], initialSecondMoment: [1, 7])
    let other = try model.preconditioned(power: 0.5)
    #expect(other.curvature == [2, 0] && other.gradientNoise == [0.5, 3])
    #expect(other.initialSecondMoment == [2, 7])
  }

  @Test(
    "P3: dense matrices that do not commute, against a run of the whole covariance", arguments: [1, 2, 6],
    [0, 0.9])
  func dense(_ d: Int, momentum: Double) throws {
    var random = TestRandom(UInt64(40 + d))
    let (h, c) = (random.semidefinite(d, rank: max(1, d - 1)), random.semidefinite(d, rank: max(1, d - 2)))
    let m0 = random.semidefinite(d, rank: d)
    let p = random.semidefinite(d, rank: d) + DenseMatrix.diagonal(Array(repeating: 0.1, count: d))
    let model = try NoisyQuadraticModel(
      hessian: h.symmetric(), noiseCovariance: c.symmetric(), initialSecondMoment: m0.symmetric(),
      preconditioner: p.symmetric(), batchSize: 2)
    let raw = try random.schedule(steps: 20, momentum: momentum)
    let schedule = try Schedule(
      learningRates: raw.learningRates.map { $0 / model.maximumCurvature }, momenta: raw.momenta)
    var run = DenseRun(h: h, c: 0.5 * c, m0: m0, p: p)
    var expected = [run.loss]
    for step in schedule {
      run.step(step.learningRate, step.momentum)
      expected.append(run.loss)
    }
    // Both sides carry some hundred roundings times the condition of P, below 100 here.
    #expect(largestScaledError(model.expectedLoss(under: schedule).values, expected) <= 1e-12)
    #expect(zip(model.curvature, model.curvature.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test("P3: a diagonal and the unit matrix")
  func special() throws {
    let (h, c, m): ([Double], [Double], [Double]) = ([1, 0.5, 0.2], [0.3, 2, 1], [1, 3, 2])
    func matrix(_ values: [Double]) throws -> SymmetricMatrix { try DenseMatrix.diagonal(values).symmetric() }
    for p in [[1.0, 1, 1], [0.1, 1, 9]] {
      let dense = try NoisyQuadraticModel(
        hessian: matrix(h), noiseCovariance: matrix(c), initialSecondMoment: matrix(m),
        preconditioner: matrix(p))
      let plain = try NoisyQuadraticModel(curvature: h, gradientNoise: c, initialSecondMoment: m)
        .preconditioned(by: p)
      let order = plain.lowestCurvatures(3)
      // A square root, two solves and a product for each number.
      for (actual, expected) in [
        (dense.curvature, plain.curvature), (dense.gradientNoise, plain.gradientNoise),
        (dense.initialSecondMoment, plain.initialSecondMoment),
      ] { #expect(largestRelativeError(actual, order.map { expected[$0] }) <= 32 * .ulpOfOne) }
    }
  }

  private static func model(_ h: [Double], _ m: [Double] = [1, 1]) throws -> NoisyQuadraticModel {
    try NoisyQuadraticModel(curvature: h, gradientNoise: [1, 1], initialSecondMoment: m)
  }

  private static func dense(_ p: [[Double]]) throws {
    let unit = try SymmetricMatrix(rows: [[1, 0], [0, 1]])
    _ = try NoisyQuadraticModel(
      hessian: unit, noiseCovariance: unit, initialSecondMoment: unit,
      preconditioner: SymmetricMatrix(rows: p))
  }

  private static let limits = "a number that neither overflows nor vanishes when it is preconditioned"

  static let badInput: [BadInput] = [
    BadInput(
      "NaN", .invalidValue(field: "preconditionerPower", value: .nan, expected: "a finite number")
    ) { _ = try model([1, 2]).preconditioned(power: .nan) },
    BadInput(
      "curvature overflows", .invalidValue(field: "curvature", index: 1, value: 1e-200, expected: limits)
    ) { _ = try model([1, 1e-200]).preconditioned(power: 3) },
    BadInput(
      "noise overflows", .invalidValue(field: "gradientNoise", index: 1, value: 1, expected: limits)
    ) { _ = try model([1, 1e-250]).preconditioned(power: 1.5) },
    BadInput(
      "moment vanishes",
      .invalidValue(field: "initialSecondMoment", index: 0, value: 1e-200, expected: limits)
    ) { _ = try model([1, 1], [1e-200, 1]).preconditioned(by: [1e200, 1]) },
    BadInput("count", .lengthMismatch(field: "preconditioner", expected: 2, actual: 1)) {
      _ = try model([1, 2]).preconditioned(by: [1])
    },
    BadInput(
      "zero", .invalidValue(field: "preconditioner", index: 1, value: 0, expected: "a finite number > 0")
    ) { _ = try model([1, 2]).preconditioned(by: [1, 0]) },
    BadInput("order", .lengthMismatch(field: "preconditioner", expected: 2, actual: 1)) {
      try dense([[1]])
    },
    BadInput("singular", .notPositiveDefinite(field: "preconditioner", smallestEigenvalue: 0)) {
      try dense([[1, 0], [0, 0]])
    },
    BadInput("indefinite", .notPositiveDefinite(field: "preconditioner", smallestEigenvalue: -2)) {
      try dense([[1, 0], [0, -2]])
    },
  ]

  @Test("Bad preconditioners are refused with field, index and value", arguments: badInput)
  func refused(_ input: BadInput) { input.check() }
}
