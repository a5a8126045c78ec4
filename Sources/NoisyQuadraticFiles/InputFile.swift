import Foundation

/// Opens files for reading, with the reason when that is not possible.
package enum InputFile {
  /// A file open at its beginning.
  package static func open(_ path: String) throws(FileError) -> FileHandle {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw .unreadable(path: path, reason: "no such file")
    }
    if isDirectory.boolValue { throw .unreadable(path: path, reason: "it is a directory") }
    guard let handle = FileHandle(forReadingAtPath: path) else { throw notReadable(path) }
    return handle
  }

  /// The file is there, but reading it fails.
  package static func notReadable(_ path: String) -> FileError {
    .unreadable(path: path, reason: "no permission or not readable")
  }

  /// The file's name without its extension.
  static func stem(_ path: String) -> String {
    URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
  }
}
