import Foundation

/// A directory of its own for one test, removed at the end.
final class Scratch {
  let url: URL
  var path: String { url.path }

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "noisy-quadratic-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file and returns its path.
  func write(_ text: String, to name: String = "problem.json") throws -> String {
    let file = url.appendingPathComponent(name)
    try text.write(to: file, atomically: false, encoding: .utf8)
    return file.path
  }

  func read(_ name: String) throws -> String {
    try String(contentsOf: url.appendingPathComponent(name), encoding: .utf8)
  }

  /// Names of all files below, hidden ones included, sorted.
  func names(in directory: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: url.appendingPathComponent(directory).path).sorted()
  }

  /// Runs `compare-horizons` in this directory.
  func compareHorizons(
    _ arguments: [String], path: String? = nil
  ) throws -> ProgramRun {
    try run("compare-horizons", arguments, path: path)
  }

  /// Runs a program of this package in this directory.
  func run(
    _ program: String, _ arguments: [String], path: String? = nil
  ) throws -> ProgramRun {
    let process = Process()
    process.executableURL = Bundle.main.bundleURL.appendingPathComponent(program)
    process.arguments = arguments
    process.currentDirectoryURL = url
    if let path { process.environment = ["PATH": path] }
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return ProgramRun(status: process.terminationStatus, output: text, errors: complaint)
  }
}

/// What a program said and how it ended.
struct ProgramRun {
  let status: Int32
  let output, errors: String

  /// Standard error without the progress that runs of more than two seconds show, as on a busy machine.
  var complaints: String {
    errors.split(separator: "\n").filter { !$0.hasSuffix(" s") }.joined(separator: "\n")
  }
}
