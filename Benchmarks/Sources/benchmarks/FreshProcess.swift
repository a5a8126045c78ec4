import Foundation

/// This program, started anew for one measurement.
enum FreshProcess {
  /// Solves a figure once, as the first thing that a process does.
  static func solve(_ figure: Figure) throws(Failure) -> SolveReport {
    let output = try run([SolveCommand.name, "--figure", figure.name])
    guard let report = try? JSONDecoder().decode(SolveReport.self, from: output) else {
      let words = String(decoding: output, as: UTF8.self)
      throw Failure(
        .internal, "the process that solves \(figure.name) reports nothing that can be read: \(words)")
    }
    return report
  }

  private static func run(_ arguments: [String]) throws(Failure) -> Data {
    guard let path = Bundle.main.executablePath else {
      throw Failure(.internal, "the path of this program is unknown")
    }
    let process = Process()
    // One pipe for both: of two, one could fill up and stop the process while the other is read.
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    do {
      try process.run()
    } catch {
      throw Failure(.internal, "\(path) cannot be started: \(error.localizedDescription)")
    }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let words = String(decoding: data, as: UTF8.self)
      throw Failure(
        .internal, "\(arguments.joined(separator: " ")): \(words.isEmpty ? "ended by a signal" : words)")
    }
    return data
  }
}
