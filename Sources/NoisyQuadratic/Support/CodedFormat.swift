/// The name and version that a coded value begins with, in a file or in its `Codable` form.
///
/// A version is raised only by a change that would break a reader, such as a key that is renamed or a changed
/// unit.
package enum CodedFormat: String {
  case schedule = "noisy-quadratic/schedule"
  case problem = "noisy-quadratic/problem"
  case limits = "noisy-quadratic/limits"
  case objective = "noisy-quadratic/objective"
  case solution = "noisy-quadratic/solution"

  /// The version that this package writes and reads.
  package static let version = 1

  private enum CodingKeys: CodingKey { case format, version }

  /// Adds the keys `format` and `version`.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rawValue, forKey: .format)
    try container.encode(Self.version, forKey: .version)
  }

  /// Throws an error unless the keys have the values that this version writes.
  ///
  /// - Parameters:
  ///   - decoder: the value's decoder.
  ///   - isOptional: whether both keys may be absent.
  /// - Throws: `DecodingError` with the key and what is wrong with it.
  func check(_ decoder: any Decoder, isOptional: Bool = false) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if isOptional, !container.contains(.format), !container.contains(.version) { return }
    let format = try container.decode(String.self, forKey: .format)
    guard format == rawValue else {
      throw DecodingError.dataCorruptedError(
        forKey: .format, in: container, debugDescription: "format is \(format), expected \(rawValue)")
    }
    let version = try container.decode(Int.self, forKey: .version)
    if let problem = Self.problem(ofVersion: version) {
      throw DecodingError.dataCorruptedError(forKey: .version, in: container, debugDescription: problem)
    }
  }

  /// What is wrong with a version; `nil` if this package reads it.
  package static func problem(ofVersion version: Int) -> String? {
    guard version != Self.version else { return nil }
    let origin = version > Self.version ? "; a newer version of this package wrote it" : ""
    return "version is \(version), expected \(Self.version)\(origin)"
  }
}

extension Decoder {
  /// The value of an initializer that checks decoded numbers. Its error becomes a `DecodingError` at the field.
  func checked<Value>(_ make: () throws(NoisyQuadraticError) -> Value) throws -> Value {
    do throws(NoisyQuadraticError) {
      return try make()
    } catch {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: codingPath + (error.field.map { [FieldKey(stringValue: $0)] } ?? []),
          debugDescription: error.description, underlyingError: error))
    }
  }
}

extension KeyedEncodingContainer {
  /// Encodes a number, and null if it is absent or not finite, as JSON has no such numbers.
  mutating func encodeNumber(_ number: Double?, forKey key: Key) throws {
    try encode(number.flatMap { $0.isFinite ? $0 : nil }, forKey: key)
  }
}

extension KeyedDecodingContainer {
  /// Decodes a number that ``KeyedEncodingContainer/encodeNumber(_:forKey:)`` encoded. Null is infinity.
  func decodeNumber(forKey key: Key) throws -> Double {
    try decode(Double?.self, forKey: key) ?? .infinity
  }
}

/// The name of a field in the path of a `DecodingError`.
private struct FieldKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension NoisyQuadraticError {
  /// The field that the error is about.
  fileprivate var field: String? {
    switch self {
    case .invalidValue(let field, _, _, _), .invalidCount(let field, _, _), .lengthMismatch(let field, _, _),
      .notSymmetric(let field, _, _, _, _), .notPositiveSemidefinite(let field, _),
      .notPositiveDefinite(let field, _),
      .exceedsMemory(let field, _, _, _), .differentConventions(let field, _, _, _):
      field
    case .asymmetricOperator, .notConvertible, .stateDependentNoise, .lapack: nil
    }
  }
}
