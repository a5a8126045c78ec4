/// Writes a JSON object into a file, member by member, so that no series has to be in memory as text.
///
/// The writer alone sets braces, brackets, quotes, commas and line breaks. An object or array ends with the
/// function that fills it. A member or element on a line of its own is indented by one blank for every object
/// and array around it.
package struct JSONObjectWriter: ~Copyable {
  private let sink: TextSink
  private let depth: Int
  private let isOnLines: Bool
  private var isEmpty = true
  private var followsSeries = false

  init(_ sink: TextSink, depth: Int, isOnLines: Bool) {
    (self.sink, self.depth, self.isOnLines) = (sink, depth, isOnLines)
  }

  /// Writes an object as the whole content of a file; with `onLines`, each member stands on a line of its own.
  package static func write(to sink: TextSink, onLines: Bool = false, _ fill: (inout Self) -> Void) {
    sink.appendObject(depth: 1, isOnLines: onLines, fill)
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

  /// Adds an array of numbers that belong to steps. It begins a line after three blanks, and so does the member
  /// after it.
  package mutating func addSeries(_ key: String, _ numbers: some Sequence<Double>) {
    begin(key, isSeries: true)
    sink.appendArray(numbers)
  }

  /// Adds an object, on one line.
  package mutating func addObject(_ key: String, _ fill: (inout JSONObjectWriter) -> Void) {
    begin(key)
    sink.appendObject(depth: depth + 1, isOnLines: false, fill)
  }

  /// Adds an array; with `onLines`, each element stands on a line of its own.
  package mutating func addArray(
    _ key: String, onLines: Bool = false, _ fill: (inout JSONArrayWriter) -> Void
  ) {
    begin(key)
    sink.append("[")
    var array = JSONArrayWriter(sink, depth: depth + 1, isOnLines: onLines)
    fill(&array)
    if onLines, depth == 1 { sink.appendLineBreak(depth) }
    sink.append("]")
  }

  private mutating func begin(_ key: String, isSeries: Bool = false) {
    if isEmpty {
      // The first member follows the brace.
    } else if isOnLines || isSeries || followsSeries {
      sink.append(",")
      sink.appendLineBreak(isOnLines ? depth : 3)
    } else {
      sink.append(", ")
    }
    (isEmpty, followsSeries) = (false, isSeries)
    sink.append(JSONValue.string(key).text + ": ")
  }
}

extension TextSink {
  /// Begins a new line with blanks.
  func appendLineBreak(_ indent: Int) { append("\n" + String(repeating: " ", count: indent)) }

  /// Appends an object.
  func appendObject(depth: Int, isOnLines: Bool, _ fill: (inout JSONObjectWriter) -> Void) {
    append("{")
    var object = JSONObjectWriter(self, depth: depth, isOnLines: isOnLines)
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
