import NoisyQuadratic

/// The values of a family's parameters by name: those that were given, and the defaults of the others.
///
/// To ask for a parameter that the family lacks, or that is of another kind, is a programming error.
struct FamilyValues: Sendable {
  private let values: [String: FamilyValue]

  init(_ values: [String: FamilyValue]) { self.values = values }

  func number(_ name: String) -> Double {
    guard let value = optionalNumber(name) else { preconditionFailure("\(name) has no value") }
    return value
  }

  /// The number, or `nil` if it was left out and the library computes it.
  func optionalNumber(_ name: String) -> Double? {
    guard let value = values[name] else { return nil }
    guard case .number(let number) = value else { preconditionFailure("\(name) is no number") }
    return number
  }

  func count(_ name: String) -> Int {
    guard let value = optionalCount(name) else { preconditionFailure("\(name) has no value") }
    return value
  }

  /// The count, or `nil` if it was left out and the library computes it.
  func optionalCount(_ name: String) -> Int? {
    guard let value = values[name] else { return nil }
    guard case .count(let count) = value else { preconditionFailure("\(name) is no count") }
    return count
  }

  func numbers(_ name: String) -> [Double] {
    guard case .numbers(let numbers) = values[name] else { preconditionFailure("\(name) is no list") }
    return numbers
  }

  func counts(_ name: String) -> [Int] {
    guard case .counts(let counts) = values[name] else { preconditionFailure("\(name) is no list") }
    return counts
  }

  /// The form of a decay that the word of a parameter names, with the power that another parameter gives.
  ///
  /// - Throws: ``NoisyQuadraticError`` for a power that the form does not use.
  func decayType(_ name: String, power: String? = nil) throws(NoisyQuadraticError) -> DecayType {
    guard case .word(let word) = values[name] else { preconditionFailure("\(name) is no word") }
    let given = power.flatMap { optionalNumber($0) }
    if let power, let given, word != "power" {
      throw .invalidValue(field: power, value: given, expected: "no such parameter unless \(name) is power")
    }
    switch word {
    case "1-sqrt": return .oneMinusSquareRoot
    case "cosine": return .cosine
    case "exponential": return .exponential
    case "power": return .power(given ?? 1)
    default: return .linear
    }
  }

  /// The start of a warmup: a rate, or 1/steps of the rate that follows.
  func warmupStart(_ name: String) -> WarmupStart {
    if case .number(let rate) = values[name] { .rate(rate) } else { .oneOverSteps }
  }
}
