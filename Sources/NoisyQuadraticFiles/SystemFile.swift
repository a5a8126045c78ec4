import Foundation

/// Calls of the system on files. Unlike Foundation's they take a path as it is, never expand `~`, never trap,
/// and say why they failed.
package enum SystemFile {
  /// Writes all bytes.
  ///
  /// - Returns: `nil`, or `errno` of the write that failed.
  package static func write(_ bytes: some Collection<UInt8>, to descriptor: Int32) -> Int32? {
    let code = bytes.withContiguousStorageIfAvailable {
      write(all: UnsafeRawBufferPointer($0), to: descriptor)
    }
    return code ?? Array(bytes).withUnsafeBytes { write(all: $0, to: descriptor) }
  }

  private static func write(all bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
    var rest = bytes
    while !rest.isEmpty {
      let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
      if count < 0 {
        if errno == EINTR { continue }
        if errno == EAGAIN {
          // Another program has made the file one that does not wait.
          var file = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&file, 1, -1)
          continue
        }
        return errno
      }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
    }
    return nil
  }

  /// Whether there is a directory, or a link to one, at the path.
  static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether there is anything at the path, be it a link to nothing.
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// Whether there is a symbolic link at the path.
  static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// Creates a file, which must not exist, open for writing.
  ///
  /// - Returns: its descriptor; -1 with `errno` set if it cannot be created.
  static func create(_ path: String) -> Int32 {
    open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
  }
}
