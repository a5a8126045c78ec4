import Foundation

/// System calls on files. Unlike Foundation's functions, they use a path as given, never expand `~`, never
/// trap, and state why they failed.
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

  /// Whether the path is a directory or a link to one.
  static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether anything exists at the path, even a link without a target.
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// Whether nothing is at the path. A path that cannot be looked at may have something.
  package static func isAbsent(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) != 0 && errno == ENOENT
  }

  /// Whether the path is a symbolic link.
  static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// Creates a file and opens it for writing. The file must not exist.
  ///
  /// - Returns: the descriptor; -1 with `errno` set if the file cannot be created.
  static func create(_ path: String) -> Int32 {
    open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
  }
}
