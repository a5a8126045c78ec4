/// The columns of a log: which are there, which hold what, and how they were found.
struct LogHeader {
  /// The name of each column that was found.
  let names: [LogColumn: String]
  /// The columns that were recognized by names other than those of this package.
  let guesses: [LogColumn]

  /// Finds the columns of a log.
  ///
  /// - Parameters:
  ///   - columns: the names of all columns in order.
  ///   - wanted: what is looked for. The step is always among it and always required.
  ///   - required: what must be there.
  ///   - options: the names that a caller gives.
  ///   - known: names that a format fixes. They take precedence over guesses.
  ///   - path: the file's path.
  /// - Throws: ``FileError`` if a column is missing or if several fit.
  init(
    _ columns: [String], wanted: [LogColumn], required: [LogColumn], options: TrainingLog.Options,
    known: [LogColumn: String] = [:], path: String
  ) throws(FileError) {
    var names: [LogColumn: String] = [:]
    var guesses: [LogColumn] = []
    for column in wanted {
      if let name = options.column(column) {
        switch columns.count(where: { $0 == name }) {
        case 0: throw Self.missing(name, among: columns, path)
        case 1: names[column] = name
        default:
          throw .invalid(path: path, problem: "several columns are \(name.quotedForMessage), expected one")
        }
      } else if let name = known[column], columns.contains(name) {
        names[column] = name
      } else if let name = try Self.guess(column, columns, options.taken(by: column), path) {
        names[column] = name
        if name != column.name { guesses.append(column) }
      } else if required.contains(column) {
        throw .undecided(
          path: path,
          problem: "no column is known as the \(column.words) among \(Self.list(columns))",
          parameter: column.parameter ?? column.name, expected: "with one of them")
      }
    }
    (self.names, self.guesses) = (names, guesses)
  }

  /// The note about the guesses, if there are any.
  func note(_ path: String) -> LogNote? {
    guard !guesses.isEmpty else { return nil }
    let texts = guesses.map { "the \($0.words) is read from \((names[$0] ?? "").quotedForMessage)" }
    return LogNote(path, texts.joined(separator: ", "), parameters: guesses.compactMap(\.parameter))
  }

  /// The note that the columns are those of Adam, whose steps are not linear in the gradient.
  func noteOnAdam(_ path: String) -> LogNote? {
    let columns = [names[.learningRate], names[.momentum]].compactMap { $0?.lowercased() }
    guard columns.contains(where: { $0.contains("adam") || $0.hasSuffix("beta1") }) else { return nil }
    return LogNote(
      path, "the columns are those of Adam, and the schedule is read as one of SGD with momentum")
  }

  private static func guess(
    _ column: LogColumn, _ columns: [String], _ taken: [String], _ path: String
  ) throws(FileError) -> String? {
    let ranked = columns.compactMap { name in
      taken.contains(name) ? nil : column.rank(name).map { (rank: $0, name: name) }
    }
    guard let best = ranked.map(\.rank).min() else { return nil }
    let fitting = ranked.filter { $0.rank == best }.map(\.name)
    guard fitting.count > 1 else { return fitting.first }
    throw .undecided(
      path: path, problem: "several columns may be the \(column.words), \(list(fitting))",
      parameter: column.parameter ?? column.name, expected: "with one of them")
  }

  private static func missing(_ name: String, among columns: [String], _ path: String) -> FileError {
    .invalid(
      path: path, problem: "there is no column \(name.quotedForMessage), expected one of \(list(columns))")
  }

  /// Names in quotation marks, cut after some hundred characters.
  static func list(_ names: [String]) -> String {
    var text = ""
    for (i, name) in names.enumerated() {
      if text.count > 300 { return text + " and \(names.count - i) more" }
      text += (i == 0 ? "" : ", ") + name.quotedForMessage
    }
    return text.isEmpty ? "none" : text
  }
}
