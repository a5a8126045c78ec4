/// A table in plain text. Columns have a usual width, and are as wide as their widest cell needs, so that there are
/// two blanks between neighbours at the least.
package struct AlignedTable {
  /// A column: its head and usual width, which for numbers includes the blanks before them.
  package struct Column {
    let head: String
    let width: Int
    let isText: Bool

    /// Numbers, to the right.
    package static func numbers(_ head: String, _ width: Int) -> Column {
      Column(head: head, width: width, isText: false)
    }

    /// Words, to the left.
    package static func text(_ head: String, _ width: Int) -> Column {
      Column(head: head, width: width, isText: true)
    }
  }

  /// What stands above some neighbouring columns.
  package struct Group {
    let head: String
    let columns: Int
    let isCentered: Bool

    /// A head of some columns.
    package init(_ head: String = "", columns: Int, isCentered: Bool = false) {
      self.head = head
      self.columns = columns
      self.isCentered = isCentered
    }
  }

  private let columns: [Column]
  private let groups: [Group]
  private var rows: [(cells: [String], note: String)] = []

  /// A table of some columns, and groups of them, if any, in the same order.
  package init(_ columns: [Column], groups: [Group] = []) {
    self.columns = columns
    self.groups = groups
  }

  /// Adds a row of as many cells as there are columns, and what is said of it behind them.
  package mutating func add(_ cells: [String], note: String = "") { rows.append((cells, note)) }

  /// The table, with a last line break.
  package var text: String {
    let widths = columns.enumerated().map { i, column in
      let longest = ([column.head] + rows.map { $0.cells[i] }).map(\.count).max() ?? 0
      // A column of words begins the line.
      return max(column.width, column.isText ? longest : longest + (i == 0 ? 0 : 2))
    }
    func line(_ cells: [String]) -> String {
      cells.enumerated().map { i, cell in
        // Nothing follows the last column that would have to line up.
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
