import NoisyQuadratic

/// A strict reader of schedule files, line by line.
struct ScheduleReader {
  /// Why reading stopped.
  struct Failure: Error {
    /// One line.
    let problem: String
  }

  static let header = "step,learningRate,momentum"
  static let shortHeader = "step,learningRate"
  private static let longestLine = 200

  private var lineNumber = 0
  private var pending: [UInt8] = []
  private var columns = 0
  private var rates: [Double] = []
  private var momenta: [Double] = []

  /// Takes the next bytes of the file.
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

  /// The schedule, after the last bytes.
  func finish() throws(Failure) -> Schedule {
    guard pending.isEmpty else {
      throw Failure(
        problem: "line \(lineNumber + 1) does not end in a line break, expected one: the file may be cut off")
    }
    guard lineNumber > 0 else { throw Failure(problem: "the file is empty, expected \(expectedHeader)") }
    guard !rates.isEmpty else { throw Failure(problem: "there is no step, expected at least one") }
    // Every number was checked with its line.
    return Schedule(validRates: rates, momenta: momenta)
  }

  private var expectedHeader: String { "the header \(Self.header) or \(Self.shortHeader)" }

  private mutating func takeLine() throws(Failure) {
    lineNumber += 1
    if lineNumber == 1, pending.starts(with: [0xEF, 0xBB, 0xBF]) { pending.removeFirst(3) }
    if pending.last == UInt8(ascii: "\r") { pending.removeLast() }
    guard let line = String(validating: pending, as: UTF8.self) else {
      throw failure("is not UTF-8, expected text")
    }
    pending.removeAll(keepingCapacity: true)
    if lineNumber == 1 {
      guard line == Self.header || line == Self.shortHeader else {
        throw failure("is \(quoted(line)), expected \(expectedHeader)")
      }
      columns = line == Self.header ? 3 : 2
      return
    }
    let cells = line.split(separator: ",", omittingEmptySubsequences: false)
    guard cells.count == columns else {
      throw failure("has \(line.isEmpty ? 0 : cells.count) values, expected \(columns)")
    }
    guard cells[0] == String(rates.count) else {
      throw failure("step is \(quoted(cells[0])), expected \(rates.count)", in: true)
    }
    rates.append(try number(cells[1], "learningRate"))
    momenta.append(columns == 3 ? try number(cells[2], "momentum") : 0)
    // Twelve numbers per step are what a solver needs at the least.
    guard 96 * Double(rates.count) <= MemoryRequirement.available else {
      throw failure("is one step more than the memory of this machine can hold a run of")
    }
  }

  private func number(_ text: Substring, _ field: String) throws(Failure) -> Double {
    guard let value = Double(plain: text), value >= 0 else {
      throw failure("\(field) is \(quoted(text)), expected a finite number ≥ 0", in: true)
    }
    return value
  }

  private func failure(_ problem: String, in line: Bool = false) -> Failure {
    Failure(problem: "line \(lineNumber)\(line ? ":" : "") \(problem)")
  }

  private func quoted(_ text: some StringProtocol) -> String {
    "\"\(String(text.prefix(40)).onOneLine)\(text.count > 40 ? "…" : "")\""
  }
}
