import NoisyQuadratic

/// A strict reader of JSON (RFC 8259). It refuses trailing commas, duplicate keys, and numbers beyond the
/// range of Double.
struct JSONReader {
  /// The place where reading stopped, and the reason.
  struct Failure: Error {
    let line: Int
    let column: Int
    let problem: String
  }

  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0
  private var count = 0
  /// The memory limit in values. Each value may take 96 bytes: its place in a growing array, in an array of
  /// numbers and in a model.
  private let mostValues = MemoryRequirement.available / 96

  /// Whether `NaN`, `Infinity` and `-Infinity` are numbers, as Python writes them.
  private let allowsNonFinite: Bool

  static func read(_ bytes: [UInt8], allowsNonFinite: Bool = false) throws(Failure) -> JSONValue {
    var reader = JSONReader(bytes: bytes, allowsNonFinite: allowsNonFinite)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
    let value = try reader.value()
    reader.skipSpace()
    guard reader.position == bytes.count else { throw reader.failure("text after the value") }
    return value
  }

  private init(bytes: [UInt8], allowsNonFinite: Bool) {
    self.bytes = bytes
    self.allowsNonFinite = allowsNonFinite
  }

  private func failure(_ problem: String) -> Failure {
    let before = bytes.prefix(position)
    let line = before.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return Failure(line: line, column: position - start + 1, problem: problem)
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard current == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func value() throws(Failure) -> JSONValue {
    skipSpace()
    count += 1
    guard Double(count) <= mostValues else {
      throw failure("one value more than the memory of this machine can hold")
    }
    guard let byte = current else { throw failure("the text ends where a value is expected") }
    switch byte {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    default:
      for (word, value) in [("true", JSONValue.bool(true)), ("false", .bool(false)), ("null", .null)]
      where bytes[position...].starts(with: word.utf8) {
        position += word.utf8.count
        return value
      }
      if let number = try namedNumber(from: position) { return .number(number) }
      throw failure("a value is expected")
    }
  }

  private mutating func nested<T>(_ body: (inout JSONReader) throws(Failure) -> T) throws(Failure) -> T {
    depth += 1
    guard depth <= 64 else { throw failure("nested more than 64 levels deep") }
    let result = try body(&self)
    depth -= 1
    return result
  }

  private mutating func array() throws(Failure) -> JSONValue {
    try nested { (reader: inout JSONReader) throws(Failure) -> JSONValue in
      reader.position += 1
      var values: [JSONValue] = []
      if reader.take("]") { return .array(values) }
      while true {
        values.append(try reader.value())
        if reader.take("]") { return .array(values) }
        guard reader.take(",") else { throw reader.failure("a comma or ] is expected") }
      }
    }
  }

  private mutating func object() throws(Failure) -> JSONValue {
    try nested { (reader: inout JSONReader) throws(Failure) -> JSONValue in
      reader.position += 1
      var members: [JSONValue.Member] = []
      var keys: Set<String> = []
      if reader.take("}") { return .object(members) }
      while true {
        reader.skipSpace()
        guard reader.current == UInt8(ascii: "\"") else {
          throw reader.failure("a key in quotes is expected")
        }
        let start = reader.position
        let key = try reader.string()
        guard keys.insert(key).inserted else {
          reader.position = start
          throw reader.failure("the key \(key.quotedForMessage) stands twice, expected once")
        }
        guard reader.take(":") else { throw reader.failure("a colon is expected") }
        members.append(.init(key, try reader.value()))
        if reader.take("}") { return .object(members) }
        guard reader.take(",") else { throw reader.failure("a comma or } is expected") }
      }
    }
  }

  private mutating func number() throws(Failure) -> Double {
    let start = position
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }
    func skipDigits(_ reader: inout JSONReader) -> Bool {
      let first = reader.position
      while isDigit(reader.current) { reader.position += 1 }
      return reader.position > first
    }
    if current == UInt8(ascii: "-") { position += 1 }
    if current == UInt8(ascii: "0") {
      position += 1
    } else if !skipDigits(&self) {
      if let number = try namedNumber(from: start) { return number }
      throw failure("a digit is expected")
    }
    if current == UInt8(ascii: ".") {
      position += 1
      guard skipDigits(&self) else { throw failure("a digit is expected") }
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      guard skipDigits(&self) else { throw failure("a digit is expected") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let value = Double(text), value.isFinite else {
      position = start
      throw failure("the number \(text.cutForMessage) is beyond the range of double precision")
    }
    return value
  }

  /// Reads a non-finite number that a program has written by its name. Where such numbers are not allowed, the
  /// error is a specific one.
  private mutating func namedNumber(from start: Int) throws(Failure) -> Double? {
    let text = String(decoding: bytes[start...].prefix(10), as: UTF8.self)
    let sign = text.prefix { $0 == "-" || $0 == "+" }
    let name = text.dropFirst(sign.count).prefix { $0.isLetter }
    guard sign.count <= 1, ["nan", "inf", "infinity"].contains(name.lowercased()) else { return nil }
    position = start
    if allowsNonFinite, let number = Self.nonFinite["\(sign)\(name)"] {
      position += sign.utf8.count + name.utf8.count
      return number
    }
    throw failure("\(sign)\(name) is not a number in JSON, expected a finite number")
  }

  private static let nonFinite = ["NaN": Double.nan, "Infinity": .infinity, "-Infinity": -.infinity]

  private mutating func string() throws(Failure) -> String {
    position += 1
    var utf8: [UInt8] = []
    while let byte = current {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: utf8, as: UTF8.self) else {
          throw failure("the string is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"):
        utf8 += Array(String(try escape()).utf8)
      case 0..<0x20:
        position -= 1
        throw failure("a control character in a string")
      default: utf8.append(byte)
      }
    }
    throw failure("the text ends inside a string")
  }

  private mutating func escape() throws(Failure) -> Unicode.Scalar {
    guard let byte = current else { throw failure("the text ends inside a string") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if (0xD800...0xDBFF).contains(code), bytes[position...].starts(with: "\\u".utf8) {
        position += 2
        let low = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(low) else { throw failure("half a surrogate pair") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw failure("half a surrogate pair") }
      return scalar
    default:
      throw failure("an unknown escape in a string")
    }
  }

  private mutating func hexadecimal() throws(Failure) -> UInt32 {
    guard position + 4 <= bytes.count else { throw failure("four hexadecimal digits are expected") }
    let text = bytes[position..<position + 4]
    guard text.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let code = UInt32(String(decoding: text, as: UTF8.self), radix: 16)
    else { throw failure("four hexadecimal digits are expected") }
    position += 4
    return code
  }
}
