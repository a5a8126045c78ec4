import Foundation

/// This program, started anew for one measurement.
enum FreshProcess {
  /// Solves a figure once, as the first thing that a process does.
  static func solve(_ figure: Figure) throws(Failure) -> SolveReport {
    let output = try run([SolveCommand.name, "--figure", figure.name])
    guard let report = try? JSONDecoder().decode(SolveReport.self, from: output) else {
      throw Failure(.internal, "the process that solves \(figure.name) reports nothing that can be read")
    }
    return report
  }

  private static func run(_ arguments: [String]) throws(Failure) -> Data {
    guard let path = Bundle.main.executablePath else {
      throw Failure(.internal, "the path of this program is unknown")
    }
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    do {
      try process.run()
    } catch {
      throw Failure(.internal, "\(path) cannot be started: \(error.localizedDescription)")
    }
    // Both are short: neither pipe can fill up while the other is read.
    let data = output.fileHandleForReading.readDataToEndOfFile()
    let words = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(
        .internal, "\(arguments.joined(separator: " ")): \(words.isEmpty ? "ended by a signal" : words)")
    }
    return data
  }
}
