/// A table in plain text. A column has its usual width, or more if its widest cell needs more. At least two
/// blanks separate neighbouring columns.
package struct AlignedTable {
  /// A column: its head and its usual width. The width of a column of numbers includes the blanks before
  /// them.
  package struct Column {
    let head: String
    let width: Int
    let isText: Bool

    /// A column of numbers, aligned right.
    package static func numbers(_ head: String, _ width: Int) -> Column {
      Column(head: head, width: width, isText: false)
    }

    /// A column of words, aligned left.
    package static func text(_ head: String, _ width: Int) -> Column {
      Column(head: head, width: width, isText: true)
    }
  }

  /// A common head above several neighbouring columns.
  package struct Group {
    let head: String
    let columns: Int
    let isCentered: Bool

    /// Creates a head above some columns.
    package init(_ head: String = "", columns: Int, isCentered: Bool = false) {
      self.head = head
      self.columns = columns
      self.isCentered = isCentered
    }
  }

  private let columns: [Column]
  private let groups: [Group]
  private var rows: [(cells: [String], note: String)] = []

  /// Creates a table of columns. Groups, if any, are in the same order as the columns.
  package init(_ columns: [Column], groups: [Group] = []) {
    self.columns = columns
    self.groups = groups
  }

  /// Adds a row with one cell per column, followed by a note on the row.
  package mutating func add(_ cells: [String], note: String = "") { rows.append((cells, note)) }

  /// The table as text that ends with a line break.
  package var text: String {
    let widths = columns.enumerated().map { i, column in
      let longest = ([column.head] + rows.map { $0.cells[i] }).map(\.count).max() ?? 0
      // A column of words is the first of a line.
      return max(column.width, column.isText ? longest : longest + (i == 0 ? 0 : 2))
    }
    func line(_ cells: [String]) -> String {
      cells.enumerated().map { i, cell in
        // The last column needs no padding, because nothing after it has to be aligned.
        columns[i].isText ? (i == cells.count - 1 ? cell : cell.left(widths[i])) : cell.right(widths[i])
      }.joined()
    }
    var lines: [String] = []
    if !groups.isEmpty {
      var (head, first) = ("", 0)
      for group in groups {
        let width = widths[first..<first + group.columns].reduce(0, +)
        head += group.isCentered ? group.head.center(width) : group.head.right(width)
        first += group.columns
      }
      lines.append(head)
    }
    lines.append(line(columns.map(\.head)))
    lines += rows.map { line($0.cells) + ($0.note.isEmpty ? "" : "  " + $0.note) }
    return lines.joined(separator: "\n") + "\n"
  }
}
