import NoisyQuadraticFiles

/// An error as the user sees it: one line, and an exit status of sysexits.h.
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

  package let status: Status
  package let message: String

  package static func usage(_ message: String) -> Failure { Failure(status: .usage, message: message) }

  package init(status: Status, message: String) {
    self.status = status
    self.message = message
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
