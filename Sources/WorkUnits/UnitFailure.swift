import NoisyQuadratic
import NoisyQuadraticFiles

/// A reason why units of work end early or cannot be merged. `description` is one line.
public enum UnitFailure: Error, Sendable, Equatable {
  /// The file of a unit cannot be read or written, or is of another unit.
  case file(FileError)
  /// The work itself is impossible.
  case problem(NoisyQuadraticError)
  /// A request to stop ended the run. All units are saved.
  case stopped
  /// Another process works on the unit.
  case busy(WorkUnit, path: String)
  /// The unit needs others that are not finished.
  case needs(WorkUnit, numbers: [Int], path: String)
  /// Some of `count` units to merge are not finished.
  case unfinished([Int], count: Int)
  /// The unit is finished in two places.
  case twice(WorkUnit, paths: [String])
}

extension UnitFailure: CustomStringConvertible {
  /// One line that names the unit and what was expected.
  public var description: String {
    switch self {
    case .file(let error): return error.description
    case .problem(let error): return error.description
    case .stopped: return "stopped; what was done is saved"
    case .busy(let unit, let path):
      return "\(unit.name) is being done by another process that writes to \(path), expected one at a time"
    case .needs(let unit, let numbers, let path):
      return
        "\(unit.name) needs unit\(numbers.count == 1 ? "" : "s") \(UnitSelection(numbers).shortText), which "
        + "\(numbers.count == 1 ? "is" : "are") not finished in \(path)"
    case .unfinished(let numbers, let count):
      return
        "\(numbers.count) of \(count) units \(numbers.count == 1 ? "is" : "are") missing or not finished: "
        + UnitSelection(numbers).shortText
    case .twice(let unit, let paths):
      return "\(unit.name) is finished in \(paths.joined(separator: " and in ")), expected once"
    }
  }
}
