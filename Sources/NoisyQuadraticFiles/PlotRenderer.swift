import Foundation

/// Runs gnuplot, when it is installed, on the scripts in a directory.
public struct PlotRenderer: Sendable {
  private let executable: URL

  /// `nil` when there is no gnuplot on the path.
  public init?() {
    // Looked up first: starting it through another program would fail by a signal if it is missing.
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    let candidates = path.split(separator: ":").map { "\($0)/gnuplot" }
    guard let found = candidates.first(where: FileManager.default.isExecutableFile(atPath:)) else {
      return nil
    }
    executable = URL(fileURLWithPath: found)
  }

  /// Draws every script's pictures, in a directory of their own, and moves them into `directory` when all
  /// are there.
  ///
  /// - Throws: ``FileError/writeFailed(path:reason:)`` with gnuplot's last words.
  public func draw(_ scripts: [PlotScript], in directory: OutputDirectory) throws(FileError) {
    let workshop = try OutputDirectory(directory.temporaryName("plots"))
    defer { try? FileManager.default.removeItem(atPath: workshop.path) }
    try workshop.write(scripts.map { script in (script.fileName, { $0.append(script.text) }) })
    for script in scripts {
      try run(script, in: workshop)
      try entitle(workshop.file(script.name + ".svg"), script.title)
    }
    try directory.take(scripts.flatMap { [$0.name + ".svg", $0.name + ".png"] }, from: workshop)
  }

  private func run(_ script: PlotScript, in directory: OutputDirectory) throws(FileError) {
    let process = Process()
    let output = Pipe()
    process.executableURL = executable
    process.arguments = [script.fileName]
    process.currentDirectoryURL = URL(fileURLWithPath: directory.path)
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      throw .writeFailed(path: directory.file(script.name + ".svg"), reason: "gnuplot cannot be started")
    }
    let words = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let last = words.split(whereSeparator: \.isNewline).last.map(String.init) ?? "no message"
      throw .writeFailed(path: directory.file(script.name + ".svg"), reason: "gnuplot: \(last)")
    }
  }

  /// Gives an SVG the title that screen readers and browsers show; gnuplot allows only an identifier.
  private func entitle(_ path: String, _ title: String) throws(FileError) {
    let escaped = title.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    do {
      let svg = try String(contentsOfFile: path, encoding: .utf8)
      let titled = svg.replacing(
        /<title>[^<]*<\/title>/, with: "<title>\(escaped)</title>", maxReplacements: 1)
      try titled.write(toFile: path, atomically: true, encoding: .utf8)
    } catch {
      throw .writeFailed(path: path, reason: "the picture cannot be read back and given its title")
    }
  }
}
