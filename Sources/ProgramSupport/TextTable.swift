/// A table in plain text or in Markdown.
package struct TextTable {
  /// A column: its head and its usual width. The width of a column of numbers includes the blanks before
  /// them.
  package struct Column {
    let head: String
    let width: Int
    let isText: Bool

    /// A column of numbers, aligned right.
    package static func numbers(_ head: String, _ width: Int = 0) -> Column {
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

  /// Creates a table whose columns are all aligned right.
  package init(_ heads: [String]) { self.init(heads.map { .numbers($0) }) }

  /// Adds a row with one cell per column, followed by a note on the row.
  package mutating func add(_ cells: [String], note: String = "") { rows.append((cells, note)) }

  /// The table in plain text, which ends with a line break. A column has its usual width, or more if its
  /// widest cell needs more. At least two blanks separate neighbouring columns.
  package var text: String {
    let widths = zip(columns.indices, longest).map { i, longest in
      // A column of words is the first of a line.
      max(columns[i].width, columns[i].isText || i == 0 ? longest : longest + 2)
    }
    func line(_ cells: [String]) -> String {
      cells.indices.map { i in
        guard columns[i].isText else { return Self.right(cells[i], widths[i]) }
        // The last column needs no padding, because nothing after it has to be aligned.
        return i == cells.count - 1 ? cells[i] : cells[i] + Self.blanks(widths[i] - cells[i].count)
      }.joined()
    }
    var lines: [String] = []
    if !groups.isEmpty {
      var (head, first) = ("", 0)
      for group in groups {
        let width = widths[first..<first + group.columns].reduce(0, +)
        let after = group.isCentered ? max(0, width - group.head.count) / 2 : 0
        head += Self.right(group.head, width - after) + Self.blanks(after)
        first += group.columns
      }
      lines.append(head)
    }
    lines.append(line(columns.map(\.head)))
    lines += rows.map { line($0.cells) + ($0.note.isEmpty ? "" : "  " + $0.note) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The table in Markdown, which ends with a line break. Its columns are aligned right on a terminal, too.
  package var markdown: String {
    let widths = longest
    var lines = ([columns.map(\.head)] + rows.map(\.cells)).map { cells in
      "| " + zip(cells, widths).map(Self.right).joined(separator: " | ") + " |"
    }
    lines.insert("|" + widths.map { String(repeating: "-", count: $0 + 1) + ":|" }.joined(), at: 1)
    return lines.joined(separator: "\n") + "\n"
  }

  /// The length of the longest cell of each column, including its head.
  private var longest: [Int] {
    columns.indices.map { i in rows.map { $0.cells[i].count }.reduce(columns[i].head.count, max) }
  }

  private static func right(_ cell: String, _ width: Int) -> String { blanks(width - cell.count) + cell }

  private static func blanks(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
}
