import NoisyQuadratic

/// A table of numbers in text: comma-separated values and their relatives, with or without a header.
struct NumberTable {
  /// What a column holds, and the names by which it is recognized.
  struct Role {
    /// The name in messages and in files of this package.
    let name: String
    /// Other names, in lower case without blanks, hyphens and underscores.
    let otherNames: [String]
    /// The parameter of a reader that names the column.
    let parameter: String
    /// The values that are allowed.
    let expected: String
    let isAllowed: @Sendable (Double) -> Bool

    /// The names that are the given one or, without one, fit. A name of this package goes before all others.
    func fitting(_ names: [String], given: String?) -> [Int] {
      if let given { return names.indices.filter { names[$0] == given } }
      let exact = names.indices.filter { names[$0] == name }
      return exact.isEmpty ? names.indices.filter { fits(names[$0]) } : exact
    }

    private func fits(_ name: String) -> Bool {
      let plain = name.lowercased().filter { !" -_".contains($0) }
      return plain == self.name.lowercased() || otherNames.contains(plain)
    }
  }

  /// The names of the columns; `nil` if the first row is numbers.
  let names: [String]?
  private let columns: Int
  private let rows: [DelimitedText.Row]
  private let path: String

  init(_ bytes: [UInt8], path: String) throws(FileError) {
    var rows: [DelimitedText.Row] = []
    do throws(DelimitedText.Failure) {
      var text = DelimitedText()
      text.append(bytes)
      text.end()
      while let row = try text.next() { rows.append(row) }
    } catch {
      throw .invalid(path: path, problem: error.problem)
    }
    guard let first = rows.first else { throw .invalid(path: path, problem: "the file is empty") }
    let cells = (0..<first.count).map { first[$0] }
    let isNumbers = cells.allSatisfy { Double(plain: $0) != nil }
    names = isNumbers ? nil : cells
    columns = cells.count
    self.rows = isNumbers ? rows : Array(rows.dropFirst())
    self.path = path
    guard !self.rows.isEmpty else {
      throw .invalid(path: path, problem: "there is no row of numbers, expected at least one")
    }
  }

  /// The column with a role: the one of a given name, or else the only one whose name fits.
  ///
  /// - Returns: the column; `nil` if no name was given and none fits.
  func column(_ role: Role, named given: String?) throws(FileError) -> Int? {
    guard let names else {
      guard given == nil else {
        throw .invalid(
          path: path,
          problem: "the first row is numbers, expected a header with \((given ?? "").quotedForMessage)")
      }
      return nil
    }
    let fitting = role.fitting(names, given: given)
    if fitting.count > 1 {
      guard given == nil else {
        throw .invalid(
          path: path, problem: "several columns are \((given ?? "").quotedForMessage), expected one")
      }
      throw .undecided(
        path: path,
        problem: "several columns may be the \(role.name), \(LogHeader.list(fitting.map { names[$0] }))",
        parameter: role.parameter, expected: "with one of them")
    }
    if let given, fitting.isEmpty {
      throw .invalid(
        path: path,
        problem: "there is no column \(given.quotedForMessage), expected one of \(LogHeader.list(names))")
    }
    return fitting.first
  }

  /// The column with a role if it must be there: also the only column of all, and without a header the one at
  /// a place.
  func requiredColumn(_ role: Role, named given: String?) throws(FileError) -> Int {
    if let column = try column(role, named: given) { return column }
    if columns == 1 { return 0 }
    guard let names else {
      throw .invalid(
        path: path, problem: "the first row is \(columns) numbers, expected a header that names the columns")
    }
    throw .undecided(
      path: path, problem: "no column is known as the \(role.name) among \(LogHeader.list(names))",
      parameter: role.parameter, expected: "with one of them")
  }

  /// The number of columns.
  var count: Int { columns }

  /// The numbers of a column.
  func numbers(_ column: Int, _ role: Role) throws(FileError) -> [Double] {
    var numbers: [Double] = []
    numbers.reserveCapacity(rows.count)
    for row in rows {
      let text = row[column]
      guard let value = Double(plain: text), role.isAllowed(value) else {
        throw .invalid(
          path: path,
          problem: "line \(row.line): \(role.name) is \(text.quotedForMessage), expected \(role.expected)"
            + (row.isTerminated ? "" : DelimitedText.cutOff))
      }
      numbers.append(value)
    }
    return numbers
  }
}

extension NumberTable.Role {
  static let eigenvalue = Self(
    name: "eigenvalue",
    otherNames: [
      "eigenvalues", "eigval", "eigvals", "eig", "eigs", "eigenlist", "eigenlistfull", "lambda", "lambdas",
      "curvature", "curvatures", "ritzvalue", "ritzvalues",
    ], parameter: "eigenvalueColumn", expected: "a finite number"
  ) { _ in true }

  static let weight = Self(
    name: "weight",
    otherNames: [
      "weights", "w", "weightlist", "weightlistfull", "multiplicity", "multiplicities", "count", "counts",
    ], parameter: "weightColumn", expected: "a finite number ≥ 0"
  ) { $0 >= 0 }

  static let noise = Self(
    name: "gradientNoise", otherNames: ["noise", "c", "variance", "gradientvariance", "value", "values"],
    parameter: "noiseColumn", expected: "a finite number ≥ 0"
  ) { $0 >= 0 }

  static let moment = Self(
    name: "initialSecondMoment", otherNames: ["secondmoment", "moment", "m", "value", "values"],
    parameter: "momentColumn", expected: "a finite number ≥ 0"
  ) { $0 >= 0 }
}
