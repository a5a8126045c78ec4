import NoisyQuadratic
import Testing

@Suite("Bad models")
struct ModelErrorTests {
  private static let notNegative = "a finite number ≥ 0"
  private static let positive = "a finite number > 0"

  private static func model(
    h: [Double] = [1, 2], c: [Double] = [1, 2], m: [Double] = [1, 1], n: [Double]? = nil, b: Double = 1
  ) throws {
    _ = try NoisyQuadraticModel(
      curvature: h, gradientNoise: c, initialSecondMoment: m, multiplicity: n, batchSize: b)
  }

  private static func spread(mean: [Double] = [0, 0], variance: [Double] = [1, 1]) throws {
    _ = try NoisyQuadraticModel(
      curvature: [1, 2], gradientNoise: [1, 2], initialMean: mean, initialVariance: variance)
  }

  private static func wrong(
    _ field: String, _ index: Int?, _ value: Double, _ expected: String
  ) -> NoisyQuadraticError {
    .invalidValue(field: field, index: index, value: value, expected: expected)
  }

  static let badInput: [BadInput] = [
    BadInput("no directions", .lengthMismatch(field: "curvature", expected: 1, actual: 0)) {
      try model(h: [], c: [], m: [])
    },
    BadInput("curvature negative", wrong("curvature", 1, -2, notNegative)) { try model(h: [1, -2]) },
    BadInput("curvature NaN", wrong("curvature", 0, .nan, notNegative)) { try model(h: [.nan, 1]) },
    BadInput("curvature infinite", wrong("curvature", 1, .infinity, notNegative)) {
      try model(h: [1, .infinity])
    },
    BadInput(
      "curvature all zero", wrong("curvature", nil, 0, "at least one positive curvature, not all zero")
    ) {
      try model(h: [0, 0])
    },
    BadInput("noise too short", .lengthMismatch(field: "gradientNoise", expected: 2, actual: 1)) {
      try model(c: [1])
    },
    BadInput("noise negative", wrong("gradientNoise", 0, -1, notNegative)) { try model(c: [-1, 1]) },
    BadInput("noise NaN", wrong("gradientNoise", 1, .nan, notNegative)) { try model(c: [1, .nan]) },
    BadInput("noise infinite", wrong("gradientNoise", 1, .infinity, notNegative)) {
      try model(c: [1, .infinity])
    },
    BadInput(
      "noise over batch size infinite",
      wrong("gradientNoise", 1, 1e300, "a number that stays finite over the batch size 1e-300")
    ) { try model(c: [0, 1e300], b: 1e-300) },
    BadInput("moment too long", .lengthMismatch(field: "initialSecondMoment", expected: 2, actual: 3)) {
      try model(m: [1, 1, 1])
    },
    BadInput("moment negative", wrong("initialSecondMoment", 1, -1e-300, notNegative)) {
      try model(m: [1, -1e-300])
    },
    BadInput("moment NaN", wrong("initialSecondMoment", 0, .nan, notNegative)) { try model(m: [.nan, 1]) },
    BadInput("moment infinite", wrong("initialSecondMoment", 0, .infinity, notNegative)) {
      try model(m: [.infinity, 1])
    },
    BadInput(
      "initial loss infinite",
      wrong("initialLoss", nil, .infinity, "a finite number: ½ Σ n h m overflows")
    ) { try model(h: [1e300, 1], m: [1e300, 1]) },
    BadInput("variance negative", wrong("initialVariance", 0, -1, notNegative)) {
      try spread(variance: [-1, 1])
    },
    BadInput("variance too short", .lengthMismatch(field: "initialVariance", expected: 2, actual: 0)) {
      try spread(variance: [])
    },
    BadInput("mean NaN", wrong("initialMean", 1, .nan, "a finite number")) { try spread(mean: [0, .nan]) },
    BadInput("mean infinite", wrong("initialMean", 0, -.infinity, "a finite number")) {
      try spread(mean: [-.infinity, 0])
    },
    BadInput("mean too short", .lengthMismatch(field: "initialMean", expected: 2, actual: 1)) {
      try spread(mean: [1])
    },
    BadInput("multiplicity zero", wrong("multiplicity", 1, 0, positive)) { try model(n: [1, 0]) },
    BadInput("multiplicity negative", wrong("multiplicity", 0, -1, positive)) { try model(n: [-1, 1]) },
    BadInput("multiplicity infinite", wrong("multiplicity", 0, .infinity, positive)) {
      try model(n: [.infinity, 1])
    },
    BadInput("multiplicity too long", .lengthMismatch(field: "multiplicity", expected: 2, actual: 3)) {
      try model(n: [1, 1, 1])
    },
    BadInput("batch size zero", wrong("batchSize", nil, 0, positive)) { try model(b: 0) },
    BadInput("batch size negative", wrong("batchSize", nil, -4, positive)) { try model(b: -4) },
    BadInput("batch size NaN", wrong("batchSize", nil, .nan, positive)) { try model(b: .nan) },
    BadInput("batch size infinite", wrong("batchSize", nil, .infinity, positive)) { try model(b: .infinity) },
    BadInput("minimum variance too short", .lengthMismatch(field: "minimumVariance", expected: 2, actual: 1))
    {
      _ = try NoisyQuadraticModel(
        curvature: [1, 2], minimumVariance: [1], initialSecondMoment: [1, 1])
    },
    BadInput("minimum variance negative", wrong("minimumVariance", 1, -1, notNegative)) {
      _ = try NoisyQuadraticModel(
        curvature: [1, 2], minimumVariance: [1, -1], initialSecondMoment: [1, 1])
    },
    BadInput("minimum variance NaN", wrong("minimumVariance", 0, .nan, notNegative)) {
      _ = try NoisyQuadraticModel(
        curvature: [1, 2], minimumVariance: [.nan, 1], initialSecondMoment: [1, 1])
    },
  ]

  @Test("Bad models are refused with field, index and value", arguments: badInput)
  func refused(_ input: BadInput) { input.check() }

  @Test("Every error is one line that names field, value and expectation")
  func descriptions() {
    let lines: [(NoisyQuadraticError, String)] = [
      (.invalidValue(field: "a", index: 2, value: -1, expected: "b"), "a[2] is -1.0, expected b"),
      (.invalidValue(field: "a", value: .nan, expected: "b"), "a is nan, expected b"),
      (.invalidCount(field: "a", value: 0, expected: "b"), "a is 0, expected b"),
      (.lengthMismatch(field: "a", expected: 2, actual: 3), "a has 3 elements, expected 2"),
      (
        .notSymmetric(field: "a", row: 1, column: 0, value: 2, transposed: 3),
        "a[1][0] is 2.0 but a[0][1] is 3.0, expected a symmetric matrix"
      ),
      (
        .notPositiveSemidefinite(field: "a", smallestEigenvalue: -1),
        "a has the eigenvalue -1.0, expected a positive semidefinite matrix"
      ),
      (.lapack(routine: "dsyevd", info: 3), "LAPACK routine dsyevd failed with info 3, expected 0"),
      (
        .exceedsMemory(field: "a", value: 7, requiredBytes: 3 * 1024 * 1024, availableBytes: 2048),
        "a is 7, which would take 3.0 MiB of memory, expected at most the 2.0 KiB of this machine"
      ),
    ]
    for (error, line) in lines {
      #expect("\(error)" == line)
    }
  }
}
