import NoisyQuadratic

/// A list of numbers ≥ 0 from a file: one column of a table, a JSON array, or a NumPy array of one dimension.
public struct NumberListFile: Sendable, Equatable {
  /// What the numbers are.
  public enum Content: Sendable {
    /// Variances of one example's gradient.
    case gradientNoise
    /// Second moments before the first step.
    case initialSecondMoment
  }

  /// The numbers.
  public let values: [Double]

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - content: what the numbers are. Columns of tables are recognized by it.
  ///   - column: the name of the column in a table; if absent, the only column or the one whose name fits.
  /// - Throws: ``FileError`` with one line that names the file, the place, the value and what was expected.
  public init(
    contentsOf path: String, _ content: Content, column: String? = nil
  ) throws(FileError) {
    try self.init(NumberSource(contentsOf: path), path: path, content, column: column)
  }

  init(_ source: NumberSource, path: String, _ content: Content, column: String? = nil) throws(FileError) {
    let role: NumberTable.Role = content == .gradientNoise ? .noise : .moment
    switch source {
    case .table(let table):
      values = try table.numbers(table.requiredColumn(role, named: column), role)
    case .lists(let value, _):
      guard let numbers = value.asNumbers, !numbers.isEmpty else {
        throw .invalid(path: path, problem: "it is no list of numbers, expected one number per eigenvalue")
      }
      if let i = numbers.firstIndex(where: { !role.isAllowed($0) }) {
        throw .invalid(
          path: path, problem: "\(role.name)[\(i)] is \(numbers[i]), expected \(role.expected)")
      }
      values = numbers
    }
  }
}
