import Foundation

/// Shell commands in a directory of a test, with the programs of this package in `$PROGRAMS`.
package struct Shell {
  /// Where commands run.
  package let scratch: Scratch
  /// What the programs start with; far from the environment of whoever runs the tests.
  package var environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent"]

  /// A shell in a directory.
  package init(scratch: Scratch) { self.scratch = scratch }

  /// Runs a command.
  package func run(_ command: String) throws -> ProgramRun {
    let variables = environment.merging(["PROGRAMS": Scratch.products.path]) { $1 }
    return try scratch.run(URL(fileURLWithPath: "/bin/sh"), ["-c", command], environment: variables)
  }

  /// Puts a shell script in the place of gnuplot.
  package mutating func replaceGnuplot(by script: String) throws {
    let directory = scratch.url.appendingPathComponent("fake")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let path = directory.appendingPathComponent("gnuplot").path
    try "#!/bin/sh\n\(script)\n".write(toFile: path, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    environment["PATH"] = "\(directory.path):/usr/local/bin:/usr/bin:/bin"
  }
}
