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
  }

  /// The exit statuses, for the help text of a program.
  package static let statuses = """
    Exit status: 0 done; 64 wrong usage; 65 wrong data in a file; 66 file unreadable; 69 results written, but every \
    picture failed; 70 internal error; 73 output cannot be created; 74 writing failed.
    """

  package let status: Status
  package let message: String
  /// The underlying error of the library, which names fields of the library.
  private var error: NoisyQuadraticError?

  package static func usage(_ message: String) -> Failure { Failure(status: .usage, message: message) }

  /// Creates the failure for a library error: an internal error if LAPACK failed, otherwise wrong usage.
  ///
  /// - Parameters:
  ///   - error: the error.
  ///   - source: what the error is about, if the options are not.
  package init(_ error: NoisyQuadraticError, in source: String? = nil) {
    if case .lapack = error { status = .internal } else { status = .usage }
    message = source.map { "\($0.cutForMessage): \(error)" } ?? error.description
    self.error = source == nil ? error : nil
  }

  package init(status: Status, message: String) {
    self.status = status
    self.message = message
  }

  /// Returns the same failure in the terms of a command, with options as typed in place of library fields.
  func named(by command: any ParsableArguments.Type) -> Failure {
    guard let error else { return self }
    let names = OptionNames(command)
    return Failure(status: status, message: error.renamed(names.option).description)
  }

  package init(_ error: FileError) {
    message = error.description
    switch error {
    case .unreadable: status = .noInput
    case .notJSON, .invalid: status = .badData
    case .cannotCreate: status = .cannotCreate
    case .writeFailed: status = .writeFailed
    }
  }
}
