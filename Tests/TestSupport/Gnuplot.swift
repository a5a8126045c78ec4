import Foundation
import NoisyQuadraticFiles

/// Draws scripts as their readers would, by hand.
package enum Gnuplot {
  package static let executable = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { "\($0)/gnuplot" }.first(where: FileManager.default.isExecutableFile)

  /// What gnuplot says about a script, in a directory where it leaves the pictures; empty if all is well.
  package static func draw(_ script: PlotScript, in scratch: Scratch) throws -> String {
    let file = try scratch.write(script.text, to: script.fileName)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable ?? "/usr/bin/gnuplot")
    process.arguments = [file]
    process.currentDirectoryURL = scratch.url
    let words = Pipe()
    process.standardOutput = words
    process.standardError = words
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: words.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return process.terminationStatus == 0 ? "" : "status \(process.terminationStatus): \(text)"
  }
}
