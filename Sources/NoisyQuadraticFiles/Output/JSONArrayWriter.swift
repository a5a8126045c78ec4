/// Writes the elements of a JSON array; see ``JSONObjectWriter``.
package struct JSONArrayWriter {
  private let indent: Int?
  private let sink: TextSink
  private var isEmpty = true

  init(_ sink: TextSink, indent: Int?) {
    self.sink = sink
    self.indent = indent
  }

  /// Adds an object.
  ///
  /// - Parameters:
  ///   - indent: the blanks before each member on a line of its own; `nil` for one line.
  ///   - fill: adds the members.
  package mutating func addObject(indent: Int? = nil, _ fill: (inout JSONObjectWriter) -> Void) {
    begin()
    sink.appendObject(indent, fill)
  }

  /// Adds an array of numbers, which are `null` if they are not finite.
  package mutating func add(numbers: some Sequence<Double>) {
    begin()
    sink.appendArray(numbers)
  }

  private mutating func begin() {
    if !isEmpty { sink.append(indent == nil ? ", " : ",") }
    isEmpty = false
    if let indent { sink.appendLineBreak(indent) }
  }
}
