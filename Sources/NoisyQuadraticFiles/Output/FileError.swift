/// An error in reading or writing a file. `description` is one line that names the file.
public enum FileError: Error, Sendable, Equatable {
  /// The file is missing or cannot be read.
  case unreadable(path: String, reason: String)
  /// The file is not JSON, or it contains a key twice.
  case notJSON(path: String, line: Int, column: Int, problem: String)
  /// The file is JSON but has the wrong content. `problem` names the field, its value and the expected value.
  case invalid(path: String, problem: String)
  /// The file can be read in several ways, and `parameter` of ``TrainingLog/Options`` decides between them.
  /// `expected` follows its name.
  case undecided(path: String, problem: String, parameter: String, expected: String)
  /// A directory or file cannot be created.
  case cannotCreate(path: String, reason: String)
  /// A write failed part of the way; no partial file is left behind.
  case writeFailed(path: String, reason: String)
}

extension FileError: CustomStringConvertible {
  /// One line that names the file and the problem.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): return "cannot read \(Self.shown(path)): \(reason)"
    case .notJSON(let path, let line, let column, let problem):
      return "\(Self.shown(path)) is not valid JSON: line \(line), column \(column): \(problem)"
    case .invalid(let path, let problem): return "\(Self.shown(path)): \(problem)"
    case .undecided(let path, let problem, let parameter, let expected):
      return "\(Self.shown(path)): \(problem), expected \(parameter) \(expected)"
    case .cannotCreate(let path, let reason): return "cannot create \(Self.shown(path)): \(reason)"
    case .writeFailed(let path, let reason): return "cannot write \(Self.shown(path)): \(reason)"
    }
  }

  /// The same error with the name of its parameter replaced.
  package func renamed(_ name: (String) -> String) -> FileError {
    guard case .undecided(let path, let problem, let parameter, let expected) = self else { return self }
    return .undecided(path: path, problem: problem, parameter: name(parameter), expected: expected)
  }

  /// Shortens a very long path to its two ends and states its length. The end is kept because it is the
  /// file's name.
  private static func shown(_ path: String) -> String {
    let scalars = path.unicodeScalars
    guard scalars.count > 255 else { return path }
    return "\(String(scalars.prefix(40)))…\(String(scalars.suffix(40))) (\(scalars.count) characters)"
  }
}
