import Foundation

/// A directory of its own for one test, removed at the end.
package final class Scratch {
  package let url: URL
  package var path: String { url.path }

  package init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "noisy-quadratic-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file and returns its path.
  package func write(_ text: String, to name: String = "problem.json") throws -> String {
    let file = url.appendingPathComponent(name)
    try text.write(to: file, atomically: false, encoding: .utf8)
    return file.path
  }

  package func read(_ name: String) throws -> String {
    try String(contentsOf: url.appendingPathComponent(name), encoding: .utf8)
  }

  /// Names of all files below, hidden ones included, sorted.
  package func names(in directory: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: url.appendingPathComponent(directory).path).sorted()
  }

  /// Runs `compare-horizons` in this directory.
  package func compareHorizons(
    _ arguments: [String], path: String? = nil
  ) throws -> ProgramRun {
    try run("compare-horizons", arguments, path: path)
  }

  /// Runs a program of this package in this directory.
  package func run(
    _ program: String, _ arguments: [String], path: String? = nil
  ) throws -> ProgramRun {
    let executable = Self.products.appendingPathComponent(program)
    guard FileManager.default.isExecutableFile(atPath: executable.path) else {
      throw Failure(description: "\(executable.path) has not been built")
    }
    return try run(executable, arguments, environment: path.map { ["PATH": $0] })
  }

  /// Runs any program in this directory.
  ///
  /// What it says goes to two files, which it can fill without anybody who reads them. A program that has not ended
  /// after `limit` seconds, many times what any test takes, is killed, and the test fails.
  package func run(
    _ executable: URL, _ arguments: [String], environment: [String: String]? = nil, limit: Double = 300
  ) throws -> ProgramRun {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = url
    if let environment { process.environment = environment }
    // Beside this directory, whose files tests count.
    let files = ["output", "errors"].map { url.appendingPathExtension($0) }
    defer { for file in files { try? FileManager.default.removeItem(at: file) } }
    let handles = try files.map { file in
      try Data().write(to: file)
      return try FileHandle(forWritingTo: file)
    }
    (process.standardOutput, process.standardError) = (handles[0], handles[1])
    process.standardInput = FileHandle.nullDevice
    let end = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in end.signal() }
    try process.run()
    if end.wait(timeout: .now() + limit) == .timedOut {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      throw Failure(
        description: "\(executable.path) \(arguments.joined(separator: " ")) has not ended in \(limit) s")
    }
    let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    return ProgramRun(status: process.terminationStatus, output: texts[0], errors: texts[1])
  }

  /// Why there is no result of a program.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// Where the programs are built: beside the tests, which are a bundle or a program themselves.
  package static var products: URL {
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
    return bundle?.deletingLastPathComponent() ?? Bundle.main.bundleURL
  }
}
