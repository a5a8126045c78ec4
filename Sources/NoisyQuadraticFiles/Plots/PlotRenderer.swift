import Foundation

/// Runs gnuplot, when it is installed, on plot scripts.
///
/// A picture does not depend on the user's settings: gnuplot reads no start-up file, no variable of its own
/// but for where its fonts and drivers are, and no locale.
public struct PlotRenderer: Sendable {
  /// Seconds that gnuplot may take for a script.
  public var timeLimit = 60.0

  private let executable: String

  /// `nil` when there is no gnuplot on the path.
  public init?() {
    // Looked up here, since a missing program is no failure of a picture.
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    let candidates = path.split(separator: ":").map { "\($0)/gnuplot" }
    let found = candidates.first {
      FileManager.default.isExecutableFile(atPath: $0) && !SystemFile.isDirectory($0)
    }
    guard let found else { return nil }
    executable = URL(fileURLWithPath: found).path
  }

  /// Draws a script's pictures, `NAME.svg` and `NAME.png`, and moves them into `directory` when both are there
  /// and whole.
  ///
  /// - Throws: ``FileError/writeFailed(path:reason:)`` with the system's reason or gnuplot's last words. Nothing is left behind then.
  public func draw(_ script: PlotScript, in directory: OutputDirectory) throws(FileError) {
    let path = directory.temporary("plots")
    let undoing = directory.cleanup.add { try? FileManager.default.removeItem(atPath: path) }
    defer {
      try? FileManager.default.removeItem(atPath: path)
      directory.cleanup.remove([undoing])
    }
    do throws(FileError) {
      let workshop = try OutputDirectory(path, cleanup: directory.cleanup)
      try workshop.write([(script.fileName, { $0.append(script.text) })])
      try run(script, in: workshop)
      try Self.check(workshop.file(script.name + ".png"), endsWith: Self.lastChunk)
      try Self.check(workshop.file(script.name + ".svg"), endsWith: Array("</svg>".utf8))
      try entitle(workshop.file(script.name + ".svg"), script.title)
      try directory.take([script.name + ".svg", script.name + ".png"], from: workshop)
    } catch {
      switch error {
      case .writeFailed(_, let reason), .cannotCreate(_, let reason):
        // The user knows nothing of the workshop.
        throw .writeFailed(path: directory.file(script.name + ".svg"), reason: reason)
      default: throw error
      }
    }
  }

  private func run(_ script: PlotScript, in directory: OutputDirectory) throws(FileError) {
    func fail(_ reason: String) -> FileError {
      .writeFailed(path: directory.file(script.name + ".svg"), reason: reason)
    }
    // A file holds any amount of words; a pipe would have to be emptied.
    let words = directory.file("words")
    let gnuplot = ChildProcess(
      // -d: no start-up file, neither the user's nor the system's.
      executable: executable, arguments: ["-d", script.fileName], environment: Self.environment,
      directory: directory.path, output: words)
    switch gnuplot.run(timeLimit: timeLimit, cleanup: directory.cleanup) {
    case .exited(0): return
    case .timedOut: throw fail("gnuplot took more than \(timeLimit.significant(3)) seconds")
    case .notStarted(let code): throw fail("gnuplot cannot be started: \(SystemReason.text(code))")
    case .exited, .signalled:
      let text = FileManager.default.contents(atPath: words).map { String(decoding: $0, as: UTF8.self) } ?? ""
      let last = text.split(whereSeparator: \.isNewline).last { $0.contains { !$0.isWhitespace } }
      throw fail("gnuplot: \(last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "no message")")
    }
  }

  /// The variables that gnuplot gets.
  private static var environment: [String: String] {
    let kept = ["GNUPLOT_DRIVER_DIR", "GNUPLOT_FONTPATH", "GNUPLOT_DEFAULT_GDFONT"]
    var variables = ProcessInfo.processInfo.environment.filter { name, _ in
      kept.contains(name)
        || !(name.hasPrefix("GNU") || name.hasPrefix("FIT_") || name.hasPrefix("LC_") || name == "LANGUAGE")
    }
    variables["LC_ALL"] = "C"
    return variables
  }

  /// What every PNG file ends with.
  private static let lastChunk = Array("IEND".utf8) + [0xAE, 0x42, 0x60, 0x82]

  /// Whether a picture is whole; gnuplot does not notice a full disk.
  private static func check(_ path: String, endsWith end: [UInt8]) throws(FileError) {
    var bytes = FileManager.default.contents(atPath: path) ?? Data()
    while bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    guard bytes.suffix(end.count).elementsEqual(end) else {
      throw .writeFailed(path: path, reason: "gnuplot left the picture incomplete: the disk may be full")
    }
  }

  /// Gives an SVG the title that screen readers and browsers show; gnuplot allows only an identifier.
  private func entitle(_ path: String, _ title: String) throws(FileError) {
    let escaped = PlotText.xml(title)
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
