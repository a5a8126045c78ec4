import NoisyQuadraticFiles

/// The bytes of a file from its beginning. A gzip file is inflated, and never more bytes are produced than
/// requested.
final class ByteSource {
  let path: String

  private let next: () throws(FileError) -> [UInt8]
  private let inflater: GzipInflater?
  /// The bytes of the file that were read but not yet used.
  private var pending: ArraySlice<UInt8>

  /// Opens a regular file. A gzip file is recognized by its first two bytes.
  convenience init(_ path: String) throws(FileError) {
    let file = try InputFile(path, .regular)
    try self.init(path) { () throws(FileError) in try file.nextBlock() }
  }

  /// Creates a source from blocks of bytes. Only the last block may be empty. The first block determines the
  /// kind of file.
  ///
  /// - Parameters:
  ///   - path: the name of the source in messages.
  ///   - next: returns the next block.
  /// - Throws: ``FileError`` for a web page, and the errors of `next`.
  init(_ path: String, next: @escaping () throws(FileError) -> [UInt8]) throws(FileError) {
    self.path = path
    self.next = next
    pending = ArraySlice(try next())
    guard pending.starts(with: [0x1F, 0x8B]) else {
      try InputFile.refuseWebPage(pending, path, expected: "images or labels")
      inflater = nil
      return
    }
    do throws(GzipInflater.Failure) {
      inflater = try GzipInflater()
    } catch {
      throw .unreadable(path: path, reason: error.reason)
    }
  }

  /// Returns the next bytes; there are fewer than `count` only at the end.
  ///
  /// - Throws: ``FileError`` if the file cannot be read, or if its gzip stream is damaged, cut off, or
  ///   followed by other data.
  func read(_ count: Int) throws(FileError) -> [UInt8] {
    // No more memory is reserved than will certainly be used, because the count may come from a damaged
    // header.
    var bytes: [UInt8] = []
    while bytes.count < count {
      if let inflater, inflater.isFinished {
        try checkNothingFollows()
        break
      }
      if pending.isEmpty { pending = ArraySlice(try next()) }
      if let inflater {
        guard !pending.isEmpty else {
          throw .invalid(
            path: path, problem: "the gzip stream breaks off, expected its end: the file may be cut off")
        }
        try inflate(with: inflater, to: &bytes, limit: count - bytes.count)
      } else {
        guard !pending.isEmpty else { break }
        let piece = pending.prefix(count - bytes.count)
        bytes.append(contentsOf: piece)
        pending = pending.dropFirst(piece.count)
      }
    }
    return bytes
  }

  private func inflate(
    with inflater: GzipInflater, to bytes: inout [UInt8], limit: Int
  ) throws(FileError) {
    do throws(GzipInflater.Failure) {
      pending = pending.dropFirst(try inflater.inflate(pending, to: &bytes, limit: limit))
    } catch {
      throw .invalid(path: path, problem: "the gzip stream is damaged: \(error.reason)")
    }
  }

  private func checkNothingFollows() throws(FileError) {
    if pending.isEmpty { pending = ArraySlice(try next()) }
    guard pending.isEmpty else {
      throw .invalid(path: path, problem: "bytes follow the gzip stream, expected the end of the file")
    }
  }
}
