import Foundation
import NoisyQuadraticFiles

/// The folder `units` in the output directory of a long program, with a file for every unit that was begun.
public struct UnitFolder: Sendable {
  /// The name of the folder.
  public static let name = "units"

  /// The folder itself.
  public let directory: OutputDirectory

  /// The folder in an output directory. It is created with its first file.
  public init(in output: OutputDirectory) { directory = output.uncheckedDirectory(Self.name) }

  /// A folder to read from: `path/units`, or `path` itself if there is no such folder in it.
  ///
  /// - Throws: `FileError` if neither exists.
  public init(reading path: String) throws(FileError) {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw .unreadable(path: path, reason: "it does not exist, expected a directory with units")
    }
    guard isDirectory.boolValue else {
      throw .unreadable(path: path, reason: "it is a file, expected a directory with units")
    }
    let inside = path + (path.hasSuffix("/") ? "" : "/") + Self.name
    let exists =
      FileManager.default.fileExists(atPath: inside, isDirectory: &isDirectory) && isDirectory.boolValue
    directory = OutputDirectory(reading: exists ? inside : path)
  }

  /// The path of the folder.
  public var path: String { directory.path }

  /// The path without symbolic links, to tell whether two folders are the same.
  var resolvedPath: String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }

  /// Removes the files of units, and the folder if nothing else is in it. Other units stay.
  public func discard(_ units: [WorkUnit]) {
    remove(Set(units.map { UnitFile.fileName($0.name) }))
    UnitLocks.remove(from: directory)
  }

  /// Removes files, and whatever a process that was killed while it wrote them has left behind.
  private func remove(_ files: Set<String>) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
      let isTemporary = name.hasPrefix(".") && name.hasSuffix(".tmp")
      guard files.contains(name) || isTemporary && files.contains(where: { name.hasPrefix(".\($0).") }) else {
        continue
      }
      try? FileManager.default.removeItem(atPath: directory.file(name))
    }
  }
}
