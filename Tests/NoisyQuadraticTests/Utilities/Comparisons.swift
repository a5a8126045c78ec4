import NoisyQuadratic
import Testing

/// `|a − b| / |b|`, 0 when both are equal.
func relativeError(_ a: Double, _ b: Double) -> Double {
  a == b ? 0 : abs(a - b) / abs(b)
}

/// The largest relative error of two lists, infinite when their lengths differ.
func largestRelativeError(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0) { largest, pair in
    let error = relativeError(pair.0, pair.1)
    return error.isNaN ? .infinity : max(largest, error)
  }
}

/// The largest `|a − b|` over the largest `|b|`, infinite when the lengths differ.
func largestScaledError(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  let scale = b.reduce(0) { max($0, abs($1)) }
  return zip(a, b).reduce(0) { largest, pair in
    let error = pair.0 == pair.1 ? 0 : abs(pair.0 - pair.1) / scale
    return error.isNaN ? .infinity : max(largest, error)
  }
}

/// Input that must be refused, and how.
struct BadInput: Sendable, CustomTestStringConvertible {
  let name: String
  let expected: NoisyQuadraticError
  let attempt: @Sendable () throws -> Void

  init(_ name: String, _ expected: NoisyQuadraticError, _ attempt: @escaping @Sendable () throws -> Void) {
    self.name = name
    self.expected = expected
    self.attempt = attempt
  }

  var testDescription: String { name }

  /// Expects the error with its whole payload.
  func check() {
    do {
      try attempt()
      Issue.record("\(name) was accepted, expected: \(expected)")
    } catch let error as NoisyQuadraticError {
      // The text carries the whole payload, and is equal to itself also when the value is not a number.
      #expect("\(error)" == "\(expected)")
      let hasNaN = expected != expected
      #expect(hasNaN || error == expected)
      #expect(!"\(error)".contains("\n"))
    } catch {
      Issue.record("\(name) threw \(error)")
    }
  }
}

/// Expects work to be refused because it would not fit into memory, whatever machine this is: absurd amounts only.
func expectExceedsMemory(
  _ field: String, _ value: Int, atLeast bytes: Double = 0, _ attempt: () throws -> Void
) {
  do {
    try attempt()
    Issue.record("\(field) \(value) was accepted")
  } catch let NoisyQuadraticError.exceedsMemory(actualField, actualValue, required, available) {
    #expect(actualField == field)
    #expect(actualValue == value)
    #expect(required > available && required >= bytes)
    #expect(available > 0)
  } catch {
    Issue.record("\(field) \(value) threw \(error)")
  }
}

extension StepQuadratic {
  /// A quadratic with the given coefficients: the library makes them from kernels only.
  static func of(
    aa: Double = 0, am: Double = 0, mm: Double = 0, ba: Double = 0, bm: Double = 0
  ) throws -> StepQuadratic {
    let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [0], initialSecondMoment: [0])
    let dynamics = UpdateRule.heavyBall.dynamics(of: NormalizedProblem(anyNoise: model))
    let bank = dynamics.makeColumns(columns: 5)
    var quadratic = dynamics.quadratic(moments: bank, at: 0, costate: bank, at: 0)
    (quadratic.aa, quadratic.am, quadratic.mm) = (aa, am, mm)
    (quadratic.ba, quadratic.bm) = (ba, bm)
    return quadratic
  }
}
