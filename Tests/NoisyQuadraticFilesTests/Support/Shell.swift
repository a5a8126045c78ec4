import Foundation

/// Shell commands in a directory of a test, with the programs of this package in `$PROGRAMS`.
struct Shell {
  /// Where commands run.
  let scratch: Scratch
  /// What the programs start with; far from the environment of whoever runs the tests.
  var environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent"]

  /// Runs a command, with outputs that go to files and so never block.
  func run(_ command: String) throws -> ProgramRun {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    process.currentDirectoryURL = scratch.url
    var environment = environment
    environment["PROGRAMS"] = Bundle.main.bundleURL.path
    process.environment = environment
    let names = ["output", "errors"].map { ".\($0).\(UUID().uuidString)" }
    let files = names.map { scratch.url.appendingPathComponent($0) }
    defer { for file in files { try? FileManager.default.removeItem(at: file) } }
    for file in files { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let texts = try files.map { try String(contentsOf: $0, encoding: .utf8) }
    return ProgramRun(status: process.terminationStatus, output: texts[0], errors: texts[1])
  }

  /// Puts a shell script in the place of gnuplot.
  mutating func replaceGnuplot(by script: String) throws {
    let directory = scratch.url.appendingPathComponent("fake")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let path = directory.appendingPathComponent("gnuplot").path
    try "#!/bin/sh\n\(script)\n".write(toFile: path, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    environment["PATH"] = "\(directory.path):/usr/local/bin:/usr/bin:/bin"
  }
}
