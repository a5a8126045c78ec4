import NoisyQuadratic

/// A schedule as stored in a text file: a header, followed by one line for every step.
///
/// The format is described in Docs/ScheduleFormat.md.
public struct ScheduleFile: Sendable, Equatable {
  /// The file's name without its extension.
  public let name: String
  /// The schedule, which has at least one step.
  public let schedule: Schedule

  /// Reads a schedule file.
  ///
  /// - Throws: ``FileError`` with one line that names the file, the line, the field, its value and the
  ///   expected value.
  public init(contentsOf path: String) throws(FileError) {
    let file = try InputFile(path, .regularOrPipe)
    var reader = ScheduleReader()
    var isFirst = true
    while true {
      // The file is read in blocks, so that an endless file stops at its first invalid line.
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

  /// Writes a schedule in a form that reads back as the same schedule.
  public static func write(_ schedule: Schedule, to sink: TextSink) {
    let csv = CSVWriter(to: sink, header: ScheduleReader.columns)
    for (t, step) in schedule.enumerated() {
      csv.addRow { line in
        line.add(t)
        line.add(step.learningRate)
        line.add(step.momentum)
      }
    }
  }
}
