import Foundation

/// Writes files so that each is there whole or not at all: first under temporary names, then renamed in the
/// order given.
public struct OutputDirectory: Sendable {
  /// The directory's path.
  public let path: String

  /// Creates the directory if need be, and checks that files can be created in it.
  ///
  /// - Throws: ``FileError/cannotCreate(path:reason:)``.
  public init(_ path: String) throws(FileError) {
    self.path = path
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      var isDirectory: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
      throw .cannotCreate(
        path: path,
        reason: exists && !isDirectory.boolValue
          ? "a file of that name is in the way" : "no permission or no such parent directory")
    }
    guard isDirectory(path) else {
      throw .cannotCreate(path: path, reason: "a file of that name is in the way")
    }
    let probe = temporaryName("probe")
    guard FileManager.default.createFile(atPath: probe, contents: nil) else {
      throw .cannotCreate(path: path, reason: "files cannot be written to it")
    }
    try? FileManager.default.removeItem(atPath: probe)
  }

  /// The path of a file in the directory.
  public func file(_ name: String) -> String {
    path.hasSuffix("/") ? path + name : path + "/" + name
  }

  /// Writes files by name, each by a function that fills a ``TextSink``; renames them in order, last the
  /// last.
  ///
  /// - Throws: ``FileError/writeFailed(path:reason:)``; files written until then are removed again, those
  ///   of earlier runs are left as they were.
  public func write(_ files: [(name: String, content: (inout TextSink) -> Void)]) throws(FileError) {
    var written: [(temporary: String, name: String)] = []
    func fail(_ name: String, _ reason: String) -> FileError {
      for file in written { try? FileManager.default.removeItem(atPath: file.temporary) }
      return .writeFailed(path: file(name), reason: reason)
    }
    for (name, content) in files {
      let temporary = temporaryName(name)
      guard FileManager.default.createFile(atPath: temporary, contents: nil),
        let handle = FileHandle(forWritingAtPath: temporary)
      else { throw fail(name, "cannot create it") }
      written.append((temporary, name))
      var sink = TextSink(handle)
      content(&sink)
      sink.flush()
      guard !sink.failed, (try? handle.synchronize()) != nil, (try? handle.close()) != nil else {
        throw fail(name, "the disk is full or failed")
      }
    }
    // Before the first is renamed: a directory in the place of a file would stop half-way.
    for (_, name) in written where isDirectory(file(name)) {
      throw fail(name, "a directory of that name is in the way")
    }
    for (temporary, name) in written where rename(temporary, file(name)) != 0 {
      throw fail(name, "cannot rename the temporary file: \(String(cString: strerror(errno)))")
    }
  }

  /// Moves files of another directory on the same disk to this one.
  func take(_ names: [String], from other: OutputDirectory) throws(FileError) {
    for name in names where rename(other.file(name), file(name)) != 0 {
      throw .writeFailed(path: file(name), reason: String(cString: strerror(errno)))
    }
  }

  /// Removes files that an earlier run left and this one does not write.
  func remove(_ names: [String]) {
    for name in names where !isDirectory(file(name)) {
      try? FileManager.default.removeItem(atPath: file(name))
    }
  }

  private func isDirectory(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
  }

  func temporaryName(_ name: String) -> String {
    file(".\(name).\(ProcessInfo.processInfo.processIdentifier).tmp")
  }
}
