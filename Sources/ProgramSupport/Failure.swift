import ArgumentParser
import NoisyQuadratic
import NoisyQuadraticFiles

/// An error as shown to the user: one line, with an exit status of sysexits.h.
package struct Failure: Error {
  package enum Status: Int32 {
    case usage = 64
    case badData = 65
    case noInput = 66
    case noPictures = 69
    case `internal` = 70
    case cannotCreate = 73
    case writeFailed = 74
    case tryLater = 75
  }

  /// The exit statuses, for the help text of a program.
  package static let statuses = """
    Exit status: 0 done; 64 wrong usage; 65 wrong data in a file; 66 file unreadable; 69 results written, but every \
    picture failed; 70 internal error; 73 output cannot be created; 74 writing failed.
    """

  /// The same for programs whose work consists of units.
  package static let statusesWithUnits =
    statuses.dropLast() + "; 75 units are missing, or another process does them."

  package let status: Status
  package let message: String
  /// The message with the fields of the library under other names; `nil` if it has none.
  private var renamed: (@Sendable (_ name: (String) -> String) -> String)?

  package static func usage(_ message: String) -> Failure { Failure(status: .usage, message: message) }

  /// Creates the failure for a library error: an internal error if LAPACK failed, otherwise wrong usage.
  ///
  /// - Parameters:
  ///   - error: the error.
  ///   - source: what the error is about, if the options are not.
  package init(_ error: NoisyQuadraticError, in source: String? = nil) {
    if case .lapack = error { status = .internal } else { status = .usage }
    message = source.map { "\($0.cutForMessage): \(error)" } ?? error.description
    if source == nil { renamed = { name in error.renamed(name).description } }
  }

  /// Creates the failure for a library error whose cause is in files: wrong data, unless LAPACK failed or no file
  /// was read.
  ///
  /// - Parameters:
  ///   - error: the error.
  ///   - files: the paths of the files that do not go together or are wrong; `nil` for what is no file.
  package init(_ error: NoisyQuadraticError, inFiles files: String?...) {
    let names = files.compactMap { $0?.cutForMessage }
    guard !names.isEmpty, case let failure = Failure(error), failure.status != .internal else {
      self.init(error)
      return
    }
    self.init(status: .badData, message: "\(names.joined(separator: " with ")): \(error)")
  }

  /// Creates the failure for a library error in work on a problem: wrong data of the problem's file if its noise is
  /// the cause, and otherwise that of ``init(_:in:)``.
  ///
  /// - Parameters:
  ///   - error: the error.
  ///   - problem: the path of the problem file; `nil` without one.
  package init(_ error: NoisyQuadraticError, problem: String?) {
    if case .stateDependentNoise = error {
      self.init(error, inFiles: problem)
    } else {
      self.init(error)
    }
  }

  package init(status: Status, message: String) {
    self.status = status
    self.message = message
  }

  /// Returns the same failure in the terms of a command, with options as typed in place of library fields.
  func named(by command: any ParsableArguments.Type) -> Failure {
    guard let renamed else { return self }
    return Failure(status: status, message: renamed(OptionNames(command).option))
  }

  package init(_ error: FileError) {
    message = error.description
    renamed = { name in error.renamed(name).description }
    switch error {
    case .unreadable: status = .noInput
    case .notJSON, .invalid, .undecided: status = .badData
    case .cannotCreate: status = .cannotCreate
    case .writeFailed: status = .writeFailed
    }
  }
}
