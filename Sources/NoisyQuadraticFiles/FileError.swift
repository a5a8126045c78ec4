/// Why a file could not be read or written. `description` is one line that names the file.
public enum FileError: Error, Sendable, Equatable {
  /// The file is missing or cannot be read.
  case unreadable(path: String, reason: String)
  /// The file is not JSON, or holds a key twice.
  case notJSON(path: String, line: Int, column: Int, problem: String)
  /// The file is JSON, but not what it should be; `problem` names the field, the value and what was expected.
  case invalid(path: String, problem: String)
  /// A directory or file cannot be created.
  case cannotCreate(path: String, reason: String)
  /// Writing failed half-way; nothing was left behind.
  case writeFailed(path: String, reason: String)
}

extension FileError: CustomStringConvertible {
  /// One line that names the file and the trouble.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): return "cannot read \(Self.shown(path)): \(reason)"
    case .notJSON(let path, let line, let column, let problem):
      return "\(Self.shown(path)) is not valid JSON: line \(line), column \(column): \(problem)"
    case .invalid(let path, let problem): return "\(Self.shown(path)): \(problem)"
    case .cannotCreate(let path, let reason): return "cannot create \(Self.shown(path)): \(reason)"
    case .writeFailed(let path, let reason): return "cannot write \(Self.shown(path)): \(reason)"
    }
  }

  /// A path; of a very long one both ends, since it ends in the file's name, and its length.
  private static func shown(_ path: String) -> String {
    let scalars = path.unicodeScalars
    guard scalars.count > 255 else { return path }
    return "\(String(scalars.prefix(40)))…\(String(scalars.suffix(40))) (\(scalars.count) characters)"
  }
}
