import Foundation

/// Writes files so that all of them are there whole or none is: first under temporary names, then renamed in
/// the order given.
///
/// The directory is created when the first file is written. A path is taken as it is, but for one that begins
/// with `~`, which is refused: only a shell expands it.
public struct OutputDirectory: Sendable {
  /// The directory's path.
  public let path: String
  /// Undoes what is half done when the program is stopped.
  let cleanup: Cleanup

  /// Checks that files can be created in the directory. Leaves nothing behind, not even the directory.
  ///
  /// - Parameters:
  ///   - path: an existing directory, or one that can be created, with the directories above it.
  ///   - cleanup: undoes what is half done when the program is stopped.
  /// - Throws: ``FileError/cannotCreate(path:reason:)``.
  public init(_ path: String, cleanup: Cleanup = Cleanup()) throws(FileError) {
    self.path = path
    self.cleanup = cleanup
    guard !path.isEmpty else { throw .cannotCreate(path: path, reason: "the path is empty") }
    guard !path.hasPrefix("~") else {
      throw .cannotCreate(
        path: path, reason: "the shell did not expand ~, expected the whole path, or ./\(path)")
    }
    let ancestor = try existingAncestor()
    // Not the directory itself: another program may be about to use it, and would miss it when it goes again.
    let probe = ancestor + "/" + Self.temporaryName("probe")
    let code = cleanup.finish([]) { () -> Int32? in
      let descriptor = SystemFile.create(probe)
      guard descriptor >= 0 else { return errno }
      unlink(probe)
      close(descriptor)
      return nil
    }
    if let code { throw .cannotCreate(path: path, reason: SystemReason.text(code)) }
  }

  /// A directory that is only read from.
  package init(reading path: String) { self.init(unchecked: path, Cleanup()) }

  private init(unchecked path: String, _ cleanup: Cleanup) { (self.path, self.cleanup) = (path, cleanup) }

  /// The directory itself, or the closest one above it that exists.
  private func existingAncestor() throws(FileError) -> String {
    var ancestor = path.hasPrefix("/") ? "/" : "."
    for directory in directories {
      var status = stat()
      if stat(directory, &status) == 0 {
        guard status.st_mode & S_IFMT == S_IFDIR else { throw inTheWay(directory) }
        ancestor = directory
      } else if case let code = errno, code != ENOENT || SystemFile.exists(directory) {
        throw code == ENOENT
          ? inTheWay(directory) : .cannotCreate(path: path, reason: SystemReason.text(code))
      } else {
        break
      }
    }
    // The names below do not exist, so that nothing else would tell.
    let longest = pathconf(ancestor, Int32(_PC_NAME_MAX))
    let names = path.utf8.split(separator: UInt8(ascii: "/"))
    // Negative: no limit is known.
    guard path.utf8.count < Int(PATH_MAX), longest < 0 || names.allSatisfy({ $0.count <= longest }) else {
      throw .cannotCreate(path: path, reason: SystemReason.text(ENAMETOOLONG))
    }
    return ancestor
  }

  /// The paths of the directory and of those above it, the uppermost first.
  private var directories: [String] {
    // By bytes: a combining mark after a slash would hide it.
    let ends =
      path.utf8.indices.filter { path.utf8[$0] == UInt8(ascii: "/") && $0 > path.startIndex }
      + [path.endIndex]
    return ends.map { String(path[..<$0]) }
  }

  private func inTheWay(_ directory: String) -> FileError {
    let subject = directory == path ? "" : "\(directory): "
    let thing =
      SystemFile.isLink(directory)
      ? "a symbolic link to something that does not exist" : "a file of that name"
    return .cannotCreate(path: path, reason: "\(subject)\(thing) is in the way")
  }

  /// The path of a file in the directory.
  public func file(_ name: String) -> String {
    path.hasSuffix("/") ? path + name : path + "/" + name
  }

  /// A directory in this one.
  ///
  /// - Throws: ``FileError/cannotCreate(path:reason:)`` if no file can be created there.
  package func directory(_ name: String) throws(FileError) -> OutputDirectory {
    try OutputDirectory(file(name), cleanup: cleanup)
  }

  /// A directory in this one, of which nothing is checked until something is written.
  package func uncheckedDirectory(_ name: String) -> OutputDirectory {
    OutputDirectory(unchecked: file(name), cleanup)
  }

  /// Creates the directory, and those above it, where they do not exist.
  ///
  /// - Returns: the paths of the directories that were created, the uppermost first.
  /// - Throws: ``FileError/cannotCreate(path:reason:)``; nothing is left behind.
  @discardableResult
  package func create() throws(FileError) -> [String] {
    var created: [String] = []
    for directory in directories {
      if mkdir(directory, 0o777) == 0 {
        created.append(directory)
      } else if case let code = errno, !SystemFile.isDirectory(directory) {
        Self.remove(directories: created)
        throw code == EEXIST
          ? inTheWay(directory) : .cannotCreate(path: path, reason: SystemReason.text(code))
      }
    }
    return created
  }

  /// Removes directories that this object created, as long as they are empty.
  static func remove(directories: [String]) {
    for directory in directories.reversed() { rmdir(directory) }
  }

  /// A text file to be written: its name, and a function that fills a sink.
  public typealias File = (name: String, content: (TextSink) -> Void)

  /// Writes files by name, each by a function that fills a ``TextSink``, and renames them in order, the last
  /// one last.
  ///
  /// - Parameters:
  ///   - files: the files.
  ///   - obsolete: names of files that an earlier run left and that go when the new ones come.
  /// - Throws: ``FileError``; files written until then are removed again, those of earlier runs are left as
  ///   they were.
  public func write(_ files: [File], removing obsolete: [String] = []) throws(FileError) {
    var (undoing, written): ([Cleanup.ID], [String]) = ([], [])
    do throws(FileError) {
      undoing.append(
        try cleanup.add(undoing: Self.remove(directories:)) { () throws(FileError) in try create() }.id)
      for file in files {
        let temporary = temporary(file.name)
        let (id, descriptor) = try cleanup.add(undoing: { _ in unlink(temporary) }) { () throws(FileError) in
          let descriptor = SystemFile.create(temporary)
          guard descriptor >= 0 else { throw failure(file, errno) }
          return descriptor
        }
        undoing.append(id)
        written.append(temporary)
        try fill(file, descriptor)
      }
      try cleanup.finish(undoing) { () throws(FileError) in
        try rename(written, to: files.map { self.file($0.name) })
        remove(obsolete.filter { name in !files.contains { $0.name == name } })
      }
    } catch {
      cleanup.undo(undoing)
      throw error
    }
  }

  private func failure(_ file: File, _ code: Int32) -> FileError {
    .writeFailed(path: self.file(file.name), reason: SystemReason.text(code))
  }

  private func fill(_ file: File, _ descriptor: Int32) throws(FileError) {
    let sink = TextSink(descriptor)
    file.content(sink)
    sink.flush()
    var code = sink.failure
    if fsync(descriptor) != 0 { code = code ?? errno }
    if close(descriptor) != 0 { code = code ?? errno }
    if let code { throw failure(file, code) }
  }

  /// Moves temporary files to their places. If one cannot be moved, the files that were there before are put
  /// back, as far as the disk can give a file two names.
  private func rename(_ temporaries: [String], to places: [String]) throws(FileError) {
    // Before the first is renamed: a directory in the place of a file would stop half-way.
    for place in places where SystemFile.isDirectory(place) {
      throw .writeFailed(path: place, reason: SystemReason.text(EISDIR))
    }
    var replaced: [(place: String, earlier: String?)] = []
    defer { for earlier in replaced.compactMap(\.earlier) { unlink(earlier) } }
    for (temporary, place) in zip(temporaries, places) {
      let earlier = link(place, temporary + ".old") == 0 ? temporary + ".old" : nil
      replaced.append((place, earlier))
      guard Foundation.rename(temporary, place) == 0 else {
        let code = errno
        for (place, earlier) in replaced.dropLast() {
          if let earlier { _ = Foundation.rename(earlier, place) } else { unlink(place) }
        }
        throw .writeFailed(path: place, reason: SystemReason.text(code))
      }
    }
  }

  /// Moves files of another directory on the same disk to this one, all of them in one piece.
  func take(_ names: [String], from other: OutputDirectory) throws(FileError) {
    try cleanup.finish([]) { () throws(FileError) in
      try rename(names.map(other.file), to: names.map(file))
    }
  }

  /// Removes files of this directory, where they exist.
  func remove(_ names: [String]) {
    for name in names { unlink(file(name)) }
  }

  /// The path of a temporary file or directory of this process.
  func temporary(_ name: String) -> String { file(Self.temporaryName(name)) }

  private static func temporaryName(_ name: String) -> String {
    // Another process, or this number's earlier owner, may have left one.
    let number = String(UInt32.random(in: 0 ... .max), radix: 36)
    return ".\(name).\(ProcessInfo.processInfo.processIdentifier).\(number).tmp"
  }
}
