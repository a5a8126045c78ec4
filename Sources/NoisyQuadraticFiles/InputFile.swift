import Foundation

/// A file that is read block by block from its beginning, with the reason when that is not possible.
///
/// Regular files are read, and pipes where the reader takes them; directories, devices and sockets never.
/// Opening does not wait.
package final class InputFile {
  /// Files of which a reader must take all into memory are read up to this size.
  package static let largest = 1 << 30

  /// What a reader takes.
  package enum Kind: Sendable {
    /// A regular file.
    case regular
    /// A regular file or a pipe, such as a shell makes for `<(command)`.
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
  ///   - kind: what is taken.
  ///   - patience: for how many milliseconds a pipe may be without a program that writes to it.
  /// - Throws: ``FileError/unreadable(path:reason:)``.
  package init(_ path: String, _ kind: Kind, patience: Int32 = 5000) throws(FileError) {
    try Self.checkName(path)
    // Before it is opened, which may make a device act.
    var status = stat()
    guard stat(path, &status) == 0 else { throw Self.failure(path, errno) }
    try Self.check(status, path, kind)
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw Self.failure(path, errno) }
    do throws(FileError) {
      guard fstat(descriptor, &status) == 0 else { throw Self.failure(path, errno) }
      // Again: another file may have taken its place.
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

  /// The next bytes, some 64 KiB and fewer only at the end, where there are none.
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

  /// All bytes that are left.
  ///
  /// - Parameter limit: more bytes are refused.
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

  /// Reads what the pipe has first, and makes later reads wait for what its writer writes.
  ///
  /// - Returns: how many bytes that are.
  /// - Throws: ``FileError/unreadable(path:reason:)`` if no program opens the pipe for writing.
  private func startPipe(_ bytes: inout [UInt8]) throws(FileError) -> Int {
    var events = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let isSilent = poll(&events, 1, patience) == 0
    let length = Self.read(descriptor, &bytes, from: 0)
    // A pipe that no program has opened reads as if it had ended; one with an idle writer would block.
    if length == 0, isSilent {
      throw .unreadable(path: path, reason: "it is a pipe that no program writes to")
    }
    if length < 0, errno != EAGAIN { throw Self.failure(path, errno) }
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
    // An ended pipe stays ended, and the next read says so.
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
  /// Refuses names under which another file might be found.
  ///
  /// A program gets a name that is not UTF-8 with U+FFFD in place of what does not fit, and the system ends a name at
  /// a null character.
  package static func checkName(_ path: String) throws(FileError) {
    if path.unicodeScalars.contains("\u{FFFD}") {
      throw .unreadable(
        path: path, reason: "its name is not UTF-8 or has the character U+FFFD, expected another name")
    }
    if path.utf8.contains(0) {
      throw .unreadable(path: path, reason: "its name has a null character, expected another name")
    }
  }

  /// Refuses a web page, which a failed download leaves under the name of what was asked for.
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
