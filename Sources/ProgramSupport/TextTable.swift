/// A table in Markdown whose columns are also aligned on a terminal, with numbers to the right.
package struct TextTable {
  private var rows: [[String]]

  /// Creates a table with the given column heads.
  package init(_ heads: [String]) { rows = [heads] }

  /// Adds a row with one cell per column head.
  package mutating func add(_ cells: [String]) { rows.append(cells) }

  /// The table as text that ends with a line break.
  package var text: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines = rows.map { row in
      "| " + zip(row, widths).map { $0.right($1) }.joined(separator: " | ") + " |"
    }
    lines.insert("|" + widths.map { String(repeating: "-", count: $0 + 1) + ":|" }.joined(), at: 1)
    return lines.joined(separator: "\n") + "\n"
  }
}
