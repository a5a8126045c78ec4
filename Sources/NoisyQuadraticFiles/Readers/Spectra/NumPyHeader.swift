/// The header of a NumPy array: a dictionary in Python's notation with the keys `descr`, `fortran_order` and
/// `shape`.
struct NumPyHeader {
  /// The type of the numbers, such as `<f8`.
  let description: String
  /// Whether the first index runs fastest.
  let isFortranOrder: Bool
  let shape: [Int]

  private enum Value {
    case text(String)
    case flag(Bool)
    case sizes([Int])
  }

  init(_ text: String) throws(NumPyFile.Failure) {
    var parser = Parser(rest: text[...].utf8)
    var values: [String: Value] = [:]
    try parser.take("{")
    while !parser.takes("}") {
      let key = try parser.string()
      try parser.take(":")
      guard values.updateValue(try parser.value(of: key), forKey: key) == nil else {
        throw Self.failure("has the key \(key.quotedForMessage) twice, expected it once")
      }
      if !parser.takes(",") {
        try parser.take("}")
        break
      }
    }
    guard parser.isAtEnd else { throw Self.failure("has text behind its dictionary, expected blanks") }
    guard case .text(let description) = values["descr"], case .flag(let order) = values["fortran_order"],
      case .sizes(let shape) = values["shape"], values.count == 3
    else {
      throw Self.failure(
        "is \(text.quotedForMessage), expected the keys descr (a string), fortran_order (True or False) and "
          + "shape (a tuple of integers)")
    }
    (self.description, isFortranOrder, self.shape) = (description, order, shape)
  }

  private static func failure(_ problem: String) -> NumPyFile.Failure {
    NumPyFile.Failure(problem: "its header " + problem)
  }

  private struct Parser {
    var rest: Substring.UTF8View

    var isAtEnd: Bool {
      mutating get {
        skipBlanks()
        return rest.isEmpty
      }
    }

    mutating func skipBlanks() { rest = rest.drop { $0 == 0x20 || $0 == 0x0A }[...] }

    mutating func takes(_ character: Unicode.Scalar) -> Bool {
      skipBlanks()
      guard rest.first == UInt8(ascii: character) else { return false }
      rest.removeFirst()
      return true
    }

    mutating func take(_ character: Unicode.Scalar) throws(NumPyFile.Failure) {
      guard takes(character) else { throw unexpected("the character \(character)") }
    }

    mutating func string() throws(NumPyFile.Failure) -> String {
      for quote in ["'", "\""] as [Unicode.Scalar] where takes(quote) {
        let text = rest.prefix { $0 != UInt8(ascii: quote) }
        rest = rest[text.endIndex...]
        try take(quote)
        return String(Substring(text))
      }
      throw unexpected("a string in quotation marks")
    }

    mutating func value(of key: String) throws(NumPyFile.Failure) -> Value {
      skipBlanks()
      switch rest.first {
      case UInt8(ascii: "("): return .sizes(try sizes())
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        throw NumPyFile.Failure(
          problem: "its numbers are records of several fields, expected float32 or float64")
      case UInt8(ascii: "T"), UInt8(ascii: "F"):
        for (word, flag) in [("True", true), ("False", false)] where rest.starts(with: word.utf8) {
          rest = rest.dropFirst(word.utf8.count)
          return .flag(flag)
        }
        throw unexpected("True or False")
      default: return .text(try string())
      }
    }

    /// A tuple of integers. Python 2 ended some of them in an L.
    private mutating func sizes() throws(NumPyFile.Failure) -> [Int] {
      try take("(")
      var sizes: [Int] = []
      while !takes(")") {
        skipBlanks()
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let size = Int(Substring(digits)) else { throw unexpected("an integer from 0 to \(Int.max)") }
        rest = rest[digits.endIndex...]
        _ = takes("L")
        sizes.append(size)
        guard sizes.count <= 64 else { throw unexpected("at most 64 dimensions") }
        if !takes(",") {
          try take(")")
          break
        }
      }
      return sizes
    }

    private func unexpected(_ expected: String) -> NumPyFile.Failure {
      let shown = rest.isEmpty ? "ends" : "has \(String(Substring(rest.prefix(20))).quotedForMessage)"
      return failure("\(shown) where \(expected) is expected")
    }
  }
}
