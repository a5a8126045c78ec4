import Foundation

/// A file that is read in blocks from its beginning. If it cannot be read, the error states the reason.
///
/// Regular files are accepted, and pipes if the reader accepts them. Directories, devices and sockets are
/// never accepted. Opening does not block.
package final class InputFile {
  /// The largest size of a file that must be read into memory as a whole.
  package static let largest = 1 << 30

  /// The kinds of file that a reader accepts.
  package enum Kind: Sendable {
    /// A regular file.
    case regular
    /// A regular file or a pipe, such as the one a shell creates for `<(command)`.
    case regularOrPipe
  }

  /// The file's path.
  package let path: String

  private static let block = 1 << 16
  private let patience: Int32
  private let descriptor: Int32
  private let isPipe: Bool
  private var isStarted = false

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: the file's path.
  ///   - kind: the accepted kinds of file.
  ///   - patience: how many milliseconds to wait for a program that writes to a pipe.
  /// - Throws: ``FileError/unreadable(path:reason:)``.
  package init(_ path: String, _ kind: Kind, patience: Int32 = 5000) throws(FileError) {
    try Self.checkName(path)
    // The check comes before opening, because opening a device may trigger an action.
    var status = stat()
    guard stat(path, &status) == 0 else { throw Self.failure(path, errno) }
    try Self.check(status, path, kind)
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw Self.failure(path, errno) }
    do throws(FileError) {
      guard fstat(descriptor, &status) == 0 else { throw Self.failure(path, errno) }
      // The check is repeated, because another file may have taken the place of the first.
      try Self.check(status, path, kind)
    } catch {
      close(descriptor)
      throw error
    }
    self.path = path
    self.patience = patience
    self.descriptor = descriptor
    isPipe = status.st_mode & S_IFMT == S_IFIFO
  }

  deinit { close(descriptor) }

  /// Returns the next bytes, about 64 KiB; fewer come only at the end of the file, and none after it.
  ///
  /// - Throws: ``FileError/unreadable(path:reason:)``.
  package func nextBlock() throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.block)
    var count = isPipe && !isStarted ? try startPipe(&bytes) : 0
    isStarted = true
    while count < bytes.count {
      let length = Self.read(descriptor, &bytes, from: count)
      if length < 0 { throw Self.failure(path, errno) }
      if length == 0 { break }
      count += length
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }

  /// Returns all remaining bytes.
  ///
  /// - Parameter limit: the largest number of bytes; a longer file is refused.
  /// - Returns: the bytes.
  /// - Throws: ``FileError``.
  package func readToEnd(limit: Int = largest) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let block = try nextBlock()
      if block.isEmpty { return bytes }
      bytes += block
      guard bytes.count <= limit else {
        throw .invalid(path: path, problem: "the file is too long, expected at most \(limit) bytes")
      }
    }
  }

  /// Reads the first bytes of the pipe and makes later reads wait for the writer.
  ///
  /// - Returns: the number of bytes read.
  /// - Throws: ``FileError/unreadable(path:reason:)`` if no program opens the pipe for writing.
  private func startPipe(_ bytes: inout [UInt8]) throws(FileError) -> Int {
    var events = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let isSilent = poll(&events, 1, patience) == 0
    let length = Self.read(descriptor, &bytes, from: 0)
    // A pipe that no program has opened reads as ended; a pipe with an idle writer would block.
    if length == 0, isSilent {
      throw .unreadable(path: path, reason: "it is a pipe that no program writes to")
    }
    if length < 0, errno != EAGAIN { throw Self.failure(path, errno) }
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
    // An ended pipe stays ended, and the next read reports it.
    return max(length, 0)
  }

  private static func read(_ descriptor: Int32, _ bytes: inout [UInt8], from start: Int) -> Int {
    bytes.withUnsafeMutableBytes { bytes in
      let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
      while true {
        let length = Foundation.read(descriptor, rest.baseAddress, rest.count)
        if length >= 0 || errno != EINTR { return length }
      }
    }
  }

  private static func check(_ status: stat, _ path: String, _ kind: Kind) throws(FileError) {
    func refuse(_ what: String) -> FileError {
      let expected = kind == .regular ? "a regular file" : "a file or a pipe"
      return .unreadable(path: path, reason: "it is \(what), expected \(expected)")
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFIFO: if kind == .regular { throw refuse("a pipe") }
    case S_IFDIR: throw .unreadable(path: path, reason: "it is a directory")
    case S_IFSOCK: throw refuse("a socket")
    default: throw refuse("a device")
    }
  }

  private static func failure(_ path: String, _ code: Int32) -> FileError {
    let reason: String
    switch code {
    case ENOENT:
      var status = stat()
      reason = lstat(path, &status) == 0 ? "it is a link to a file that is not there" : "no such file"
    case ENOTDIR: reason = "no such file: a part of its path is not a directory"
    default: reason = SystemReason.text(code)
    }
    return .unreadable(path: path, reason: reason)
  }
}

extension InputFile {
  /// Refuses names that might lead to a different file.
  ///
  /// If a name is not UTF-8, the program receives it with U+FFFD in place of the invalid bytes. The system
  /// also ends a name at a null character.
  package static func checkName(_ path: String) throws(FileError) {
    if path.unicodeScalars.contains("\u{FFFD}") {
      throw .unreadable(
        path: path, reason: "its name is not UTF-8 or has the character U+FFFD, expected another name")
    }
    if path.utf8.contains(0) {
      throw .unreadable(path: path, reason: "its name has a null character, expected another name")
    }
  }

  /// Refuses a web page. A failed download may leave one under the name of the requested file.
  ///
  /// - Parameters:
  ///   - start: the first bytes of a file.
  ///   - path: the file's path.
  ///   - expected: what the file should be.
  /// - Throws: ``FileError/invalid(path:problem:)``.
  package static func refuseWebPage(
    _ start: some Collection<UInt8>, _ path: String, expected: String
  ) throws(FileError) {
    let start = String(decoding: start.prefix(1000), as: UTF8.self)
      .drop(while: { $0.isWhitespace || $0 == "\u{FEFF}" }).prefix(9).lowercased()
    guard start == "<!doctype" || start.hasPrefix("<html") else { return }
    throw .invalid(
      path: path, problem: "it is a web page (HTML), as a failed download leaves, expected \(expected)")
  }

  /// The file's name without its extension.
  static func stem(_ path: String) -> String {
    URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
  }
}
