import Foundation

/// A picture that gnuplot draws from a script next to it.
enum Picture {
  /// Writes the script beside `path`, and the picture if gnuplot is there.
  ///
  /// - Parameters:
  ///   - path: the SVG to draw.
  ///   - text: the gnuplot script of a picture with the given file name.
  /// - Returns: the files written.
  /// - Throws: ``Failure`` if the script cannot be written or gnuplot fails.
  static func write(
    _ path: String, script text: (_ picture: String) -> String
  ) throws(Failure) -> [String] {
    let picture = URL(fileURLWithPath: path)
    let script = picture.deletingPathExtension().appendingPathExtension("gp")
    do {
      try text(picture.lastPathComponent).write(to: script, atomically: true, encoding: .utf8)
    } catch {
      throw Failure(
        .writeFailed, "--plot: cannot write \(script.relativePath): \(error.localizedDescription)")
    }
    guard let gnuplot else { return [script.relativePath] }
    let process = Process()
    let words = Pipe()
    process.executableURL = gnuplot
    process.arguments = [script.lastPathComponent]
    process.currentDirectoryURL = script.deletingLastPathComponent()
    process.standardError = words
    do {
      try process.run()
    } catch {
      throw Failure(.internal, "gnuplot cannot be started: \(error.localizedDescription)")
    }
    let message = String(decoding: words.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(.writeFailed, "gnuplot: \(message)") }
    return [script.relativePath, picture.relativePath]
  }

  /// Looked for on the path first: a program that is not there would end this one by a signal.
  private static var gnuplot: URL? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { "\($0)/gnuplot" }.first { FileManager.default.isExecutableFile(atPath: $0) }
      .map { URL(fileURLWithPath: $0) }
  }
}
