import NoisyQuadratic

/// Writes a table of comma-separated values (RFC 4180) into a file, row by row.
package struct CSVWriter {
  /// Writes the cells of one row.
  package struct Row {
    private let sink: TextSink
    fileprivate private(set) var count = 0

    fileprivate init(_ sink: TextSink) { self.sink = sink }

    /// Adds a number. The cell is empty if the number is absent or not finite.
    package mutating func add(_ number: Double?) {
      append(number.map { $0.isFinite ? $0.jsonText : "" } ?? "")
    }

    /// Adds a whole number.
    package mutating func add(_ count: Int) { append(String(count)) }

    /// Adds a text, in quotes if it would end the cell.
    package mutating func add(_ text: String) {
      // By scalars: a combining mark after a quote would hide it.
      let isPlain = !text.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
      append(
        isPlain
          ? text : "\"" + text.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\"")
    }

    /// Adds the rate and momentum of a step, and the loss before it. After the last step there is only a loss.
    mutating func add(_ schedule: Schedule, _ losses: ExpectedLossCurve, at t: Int) {
      let step = t < schedule.count ? schedule[t] : nil
      for number in [step?.learningRate, step?.momentum, losses.values[t]] { add(number) }
    }

    private mutating func append(_ cell: String) {
      sink.append(count > 0 ? "," + cell : cell)
      count += 1
    }
  }

  private let sink: TextSink
  private let columns: Int

  /// Creates a table and writes its header.
  package init(to sink: TextSink, header: [String]) {
    self.sink = sink
    columns = header.count
    addRow { row in for name in header { row.add(name) } }
  }

  /// Adds a row.
  ///
  /// - Precondition: `fill` adds one cell per column.
  package func addRow(_ fill: (inout Row) -> Void) {
    var row = Row(sink)
    fill(&row)
    precondition(row.count == columns, "one cell per column")
    sink.append("\n")
  }
}
