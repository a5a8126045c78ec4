/// Writes the elements of a JSON array; see ``JSONObjectWriter``.
package struct JSONArrayWriter: ~Copyable {
  private let sink: TextSink
  private let depth: Int
  private let isOnLines: Bool
  private var isEmpty = true

  init(_ sink: TextSink, depth: Int, isOnLines: Bool) {
    (self.sink, self.depth, self.isOnLines) = (sink, depth, isOnLines)
  }

  /// Adds an object; with `onLines`, each member stands on a line of its own.
  package mutating func addObject(onLines: Bool = false, _ fill: (inout JSONObjectWriter) -> Void) {
    begin()
    sink.appendObject(depth: depth + 1, isOnLines: onLines, fill)
  }

  /// Adds an array of numbers, which are `null` if they are not finite.
  package mutating func add(numbers: some Sequence<Double>) {
    begin()
    sink.appendArray(numbers)
  }

  private mutating func begin() {
    if !isEmpty { sink.append(isOnLines ? "," : ", ") }
    isEmpty = false
    if isOnLines { sink.appendLineBreak(depth) }
  }
}
