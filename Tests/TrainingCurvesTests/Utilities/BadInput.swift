import NoisyQuadratic
import Testing

/// Input that must be refused, and how.
struct BadInput: Sendable, CustomTestStringConvertible {
  let expected: NoisyQuadraticError
  let attempt: @Sendable () throws -> Void

  init(_ expected: NoisyQuadraticError, _ attempt: @escaping @Sendable () throws -> Void) {
    (self.expected, self.attempt) = (expected, attempt)
  }

  var testDescription: String { "\(expected)" }

  /// Expects the error with its whole payload.
  func check() {
    do {
      try attempt()
      Issue.record("accepted, expected: \(expected)")
    } catch let error as NoisyQuadraticError {
      // The text carries the payload, and is equal to itself also when the value is not a number.
      #expect("\(error)" == "\(expected)")
    } catch {
      Issue.record("threw \(error)")
    }
  }
}
