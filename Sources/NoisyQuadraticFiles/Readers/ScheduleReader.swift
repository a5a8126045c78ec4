import NoisyQuadratic

/// A strict reader of schedule files, line by line.
struct ScheduleReader {
  /// An error that states why reading stopped.
  struct Failure: Error {
    /// The reason in one line.
    let problem: String
  }

  /// The columns. A file may leave out the last one.
  static let columns = ["step", "learningRate", "momentum"]
  private static let longestLine = 200
  private static let mostBlankLines = 1000

  /// The memory limit in steps. A solver needs at least twelve numbers per step.
  private let mostSteps = MemoryRequirement.available / 96
  private var lineNumber = 0
  /// The number of blank lines since the last line with text.
  private var blankLines = 0
  private var pending: [UInt8] = []
  private var columns = 0
  private var rates: [Double] = []
  private var momenta: [Double] = []

  /// Appends the next bytes of the file.
  mutating func append(_ bytes: some Sequence<UInt8>) throws(Failure) {
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        try takeLine()
      } else if pending.count < Self.longestLine {
        pending.append(byte)
      } else {
        lineNumber += 1
        throw failure("is longer than \(Self.longestLine) bytes, expected a line of a schedule")
      }
    }
  }

  /// Returns the schedule after the last bytes.
  mutating func finish() throws(Failure) -> Schedule {
    if !pending.isEmpty {
      do throws(Failure) {
        try takeLine()
      } catch {
        throw Failure(problem: error.problem + "; it has no line break, the file may be cut off")
      }
    }
    guard columns > 0 else { throw Failure(problem: "the file is empty, expected \(expectedHeader)") }
    guard !rates.isEmpty else { throw Failure(problem: "there is no step, expected at least one") }
    // Every number was checked when its line was read.
    return Schedule(validRates: rates, momenta: momenta)
  }

  private static let headers = [columns, columns.dropLast()]

  private var expectedHeader: String {
    "the header " + Self.headers.map { $0.joined(separator: ",") }.joined(separator: " or ")
  }

  private mutating func takeLine() throws(Failure) {
    lineNumber += 1
    if lineNumber == 1, pending.starts(with: [0xEF, 0xBB, 0xBF]) { pending.removeFirst(3) }
    if pending.last == UInt8(ascii: "\r") { pending.removeLast() }
    guard let line = String(validating: pending, as: UTF8.self) else {
      throw failure("is not UTF-8, expected text")
    }
    pending.removeAll(keepingCapacity: true)
    guard !line.utf8.contains(UInt8(ascii: "\r")) else {
      throw failure("has a carriage return without line feed, expected lines that end in LF or CRLF")
    }
    if columns > 0, line.utf8.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) {
      blankLines += 1
      guard blankLines <= Self.mostBlankLines else {
        throw failure("is blank like the \(Self.mostBlankLines) before it, expected the end of the file")
      }
      return
    }
    // Blank lines are allowed only at the end, and this is not the end.
    guard blankLines == 0 else {
      lineNumber -= blankLines
      throw failure("has 0 values, expected \(columns)")
    }
    let cells = try cells(line)
    guard columns > 0 else { return try takeHeader(line, cells) }
    guard cells.count == columns else {
      throw failure("has \(cells.count) values, expected \(columns)")
    }
    guard cells[0] == String(rates.count) else {
      throw failure("step is \(cells[0].quotedForMessage), expected \(rates.count)", in: true)
    }
    rates.append(try number(cells[1], "learningRate", "≥ 0") { $0 >= 0 })
    momenta.append(columns == 3 ? try number(cells[2], "momentum", "≥ 0 and < 1") { $0 >= 0 && $0 < 1 } : 0)
    guard Double(rates.count) <= mostSteps else {
      throw failure("is one step more than the memory of this machine can hold a run of")
    }
  }

  private mutating func takeHeader(_ line: String, _ cells: [Substring]) throws(Failure) {
    guard Self.headers.contains(where: { $0.elementsEqual(cells, by: ==) }) else {
      throw failure("is \(line.quotedForMessage), expected \(expectedHeader)")
    }
    columns = cells.count
  }

  /// Returns the values of a line without their optional quotation marks.
  private func cells(_ line: String) throws(Failure) -> [Substring] {
    guard line.utf8.contains(UInt8(ascii: "\"")) else {
      return line.split(separator: ",", omittingEmptySubsequences: false)
    }
    var cells: [Substring] = []
    var rest = line[...]
    while true {
      if rest.first == "\"" {
        let inside = rest.dropFirst()
        guard let end = inside.firstIndex(of: "\"") else {
          throw failure("has a quotation mark without a second one, expected both around a value")
        }
        cells.append(inside[..<end])
        rest = inside[inside.index(after: end)...]
        guard rest.isEmpty || rest.first == "," else {
          throw failure("has text behind a quotation mark, expected a comma")
        }
      } else {
        let end = rest.firstIndex(of: ",") ?? rest.endIndex
        cells.append(rest[..<end])
        rest = rest[end...]
      }
      if rest.isEmpty { return cells }
      rest.removeFirst()
    }
  }

  private func number(
    _ text: Substring, _ field: String, _ range: String, where isValid: (Double) -> Bool
  ) throws(Failure) -> Double {
    guard let value = Double(plain: text), isValid(value) else {
      throw failure("\(field) is \(text.quotedForMessage), expected a finite number \(range)", in: true)
    }
    return value
  }

  private func failure(_ problem: String, in line: Bool = false) -> Failure {
    Failure(problem: "line \(lineNumber)\(line ? ":" : "") \(problem)")
  }
}
