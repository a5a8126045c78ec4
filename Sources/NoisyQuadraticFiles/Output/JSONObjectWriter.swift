/// Writes a JSON object into a file, member by member, so that no series has to be in memory as text.
///
/// The writer alone sets braces, brackets, quotes, commas and line breaks. An object or array ends with the
/// function that fills it.
package struct JSONObjectWriter {
  /// If this is a number, every further member stands on a line of its own after so many blanks. Otherwise it
  /// stands on the same line.
  package var indent: Int?
  private let sink: TextSink
  private var isEmpty = true

  init(_ sink: TextSink, indent: Int?) {
    self.sink = sink
    self.indent = indent
  }

  /// Writes an object as the whole content of a file.
  package static func write(to sink: TextSink, indent: Int? = nil, _ fill: (inout Self) -> Void) {
    sink.appendObject(indent, fill)
    sink.append("\n")
  }

  /// Adds a value.
  package mutating func add(_ key: String, _ value: JSONValue) {
    begin(key)
    sink.append(value.text)
  }

  /// Adds a number, which is `null` if it is absent or not finite.
  package mutating func add(_ key: String, _ number: Double?) { add(key, .optional(number)) }

  /// Adds a whole number, which is `null` if it is absent.
  package mutating func add(_ key: String, _ count: Int?) { add(key, count.map(Double.init)) }

  /// Adds a string, which is `null` if it is absent.
  package mutating func add(_ key: String, _ text: String?) { add(key, text.map(JSONValue.string) ?? .null) }

  /// Adds `true` or `false`.
  package mutating func add(_ key: String, _ flag: Bool) { add(key, .bool(flag)) }

  /// Adds an array of numbers, which are `null` if they are not finite.
  package mutating func add(_ key: String, numbers: some Sequence<Double>) {
    begin(key)
    sink.appendArray(numbers)
  }

  /// Adds an array of whole numbers.
  package mutating func add(_ key: String, counts: some Sequence<Int>) {
    add(key, numbers: counts.lazy.map(Double.init))
  }

  /// Adds an object of the given members.
  package mutating func add(_ key: String, _ members: [JSONValue.Member]) { add(key, .object(members)) }

  /// Adds an object.
  package mutating func addObject(_ key: String, _ fill: (inout JSONObjectWriter) -> Void) {
    begin(key)
    sink.appendObject(nil, fill)
  }

  /// Adds an array.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - indent: the blanks before each element on a line of its own; `nil` for one line.
  ///   - end: the blanks before the closing bracket on a line of its own; `nil` if it follows the last element.
  ///   - fill: adds the elements.
  package mutating func addArray(
    _ key: String, indent: Int? = nil, end: Int? = nil, _ fill: (inout JSONArrayWriter) -> Void
  ) {
    begin(key)
    sink.append("[")
    var array = JSONArrayWriter(sink, indent: indent)
    fill(&array)
    if let end { sink.appendLineBreak(end) }
    sink.append("]")
  }

  private mutating func begin(_ key: String) {
    // The first member follows the brace.
    if !isEmpty { sink.append(indent == nil ? ", " : ",") }
    if let indent, !isEmpty { sink.appendLineBreak(indent) }
    isEmpty = false
    sink.append(JSONValue.string(key).text + ": ")
  }
}

extension TextSink {
  /// Begins a new line with blanks.
  func appendLineBreak(_ indent: Int) { append("\n" + String(repeating: " ", count: indent)) }

  /// Appends an object.
  func appendObject(_ indent: Int?, _ fill: (inout JSONObjectWriter) -> Void) {
    append("{")
    var object = JSONObjectWriter(self, indent: indent)
    fill(&object)
    append("}")
  }

  /// Appends an array of numbers.
  func appendArray(_ numbers: some Sequence<Double>) {
    append("[")
    append(numbers: numbers)
    append("]")
  }
}
