import NoisyQuadratic

/// A schedule as it stands in a text file: a header, then one line for every step.
///
/// The format is described in Docs/ScheduleFormat.md.
public struct ScheduleFile: Sendable, Equatable {
  /// The file's name without its extension.
  public let name: String
  /// The schedule, of at least one step.
  public let schedule: Schedule

  /// Reads a schedule file.
  ///
  /// - Throws: ``FileError`` with one line that names the file, the line, the field, the value and what was
  ///   expected.
  public init(contentsOf path: String) throws(FileError) {
    let file = try InputFile(path, .regularOrPipe)
    var reader = ScheduleReader()
    var isFirst = true
    while true {
      // Block by block, so that a file without end stops at its first wrong line.
      let block = try file.nextBlock()
      if isFirst { try InputFile.refuseWebPage(block, path, expected: "a schedule") }
      isFirst = false
      if block.isEmpty { break }
      try Self.valid(path) { () throws(ScheduleReader.Failure) in try reader.append(block) }
    }
    schedule = try Self.valid(path) { () throws(ScheduleReader.Failure) in try reader.finish() }
    name = InputFile.stem(path)
  }

  private static func valid<T>(
    _ path: String, _ read: () throws(ScheduleReader.Failure) -> T
  ) throws(FileError) -> T {
    do throws(ScheduleReader.Failure) {
      return try read()
    } catch {
      throw .invalid(path: path, problem: error.problem)
    }
  }

  /// Writes a schedule so that it reads back as the same.
  public static func write(_ schedule: Schedule, to sink: inout TextSink) {
    sink.append(ScheduleReader.header + "\n")
    for (t, step) in schedule.enumerated() {
      sink.append("\(t),\(step.learningRate.jsonText),\(step.momentum.jsonText)\n")
    }
  }
}
