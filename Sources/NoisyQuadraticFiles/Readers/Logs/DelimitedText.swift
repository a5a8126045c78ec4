/// A strict reader of rows of values separated by commas, semicolons or tabs (RFC 4180), block by block.
///
/// The first row is the header. It decides the separator, and every row has as many values as it has. Values
/// may be in quotation marks, and then hold separators, line breaks and doubled quotation marks. Lines end in
/// LF or CRLF. The last line may lack its line break. Blank lines are allowed at the end only.
struct DelimitedText {
  /// An error that states why reading stopped, in one line with the number of the line.
  struct Failure: Error {
    let problem: String
  }

  /// One row.
  struct Row {
    /// The number of its first line, from 1 on.
    let line: Int
    /// Whether a line break ends it. Only the last row of a file may lack one.
    let isTerminated: Bool
    fileprivate var bytes: [UInt8] = []
    fileprivate var ends: [Int] = []

    /// The number of values.
    var count: Int { ends.count }

    /// A value, without its quotation marks. Blanks around a value are no part of it.
    subscript(i: Int) -> String {
      String(decoding: bytes[(i == 0 ? 0 : ends[i - 1])..<ends[i]], as: UTF8.self)
    }
  }

  /// What a message adds about the last row if no line break ends it.
  static let cutOff = "; it has no line break, the file may be cut off"

  private static let longestRow = 1 << 20
  private static let mostBlankLines = 1000

  private var buffer: [UInt8] = []
  /// The start of the current row, and the place of the next byte.
  private var (start, position) = (0, 0)
  private var isQuoted = false
  private var hasEnded = false
  /// The number of line breaks before `position`, and the number of the current row's first line.
  private var (lineBreaks, line) = (0, 1)
  /// The number of blank lines since the last row.
  private var blankLines = 0
  private var separator: UInt8?
  private var columns: Int?

  /// Appends the next bytes of the file.
  mutating func append(_ bytes: some Collection<UInt8>) {
    buffer.removeFirst(start)
    position -= start
    start = 0
    buffer += bytes
  }

  /// Says that no more bytes follow.
  mutating func end() { hasEnded = true }

  /// Returns the next row, or `nil` if more bytes are needed or all have been read.
  mutating func next() throws(Failure) -> Row? {
    while position < buffer.count {
      let byte = buffer[position]
      position += 1
      if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
      } else if byte == UInt8(ascii: "\n") {
        lineBreaks += 1
        if !isQuoted, let row = try takeRow(..<(position - 1), isTerminated: true) { return row }
      }
      guard position - start <= Self.longestRow else {
        let reason = isQuoted ? ", perhaps by a quotation mark without a second one" : ""
        throw failure("begins a row of more than \(Self.longestRow) bytes\(reason), expected a shorter one")
      }
    }
    guard hasEnded, start < buffer.count else { return nil }
    return try takeRow(..<position, isTerminated: false)
  }

  /// Returns the row before a place, or `nil` if it is blank.
  private mutating func takeRow(
    _ end: PartialRangeUpTo<Int>, isTerminated: Bool
  ) throws(Failure) -> Row? {
    var bytes = buffer[start..<end.upperBound]
    defer { (start, line) = (position, lineBreaks + 1) }
    if line == 1, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    guard !isBlank(bytes) else {
      blankLines += 1
      guard blankLines <= Self.mostBlankLines else {
        throw failure("is blank like the \(Self.mostBlankLines) before it, expected the end of the file")
      }
      return nil
    }
    if columns == nil, separator == nil { separator = Self.separator(of: bytes) }
    do throws(Failure) {
      let row = try row(bytes, isTerminated: isTerminated)
      guard blankLines == 0 else {
        // Blank lines are allowed only at the end, and this is not the end.
        line -= blankLines
        throw failure("is blank, expected \(columns.map { "\($0) values" } ?? "a header")")
      }
      let expected = columns ?? row.count
      guard row.count == expected else {
        let hint =
          row.count > expected && separator == UInt8(ascii: ",") ? " (numbers have a decimal point)" : ""
        throw failure("has \(row.count) value\(row.count == 1 ? "" : "s"), expected \(expected)\(hint)")
      }
      columns = expected
      return row
    } catch {
      throw isTerminated ? error : Failure(problem: error.problem + Self.cutOff)
    }
  }

  private func isBlank(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") && separator != $0 }
  }

  /// Returns the separator that a header has most of; a comma if it has none.
  private static func separator(of header: ArraySlice<UInt8>) -> UInt8 {
    var isQuoted = false
    var counts = [0, 0, 0]
    let separators = [",", "\t", ";"].map { (character: Unicode.Scalar) in UInt8(ascii: character) }
    for byte in header {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if !isQuoted, let i = separators.firstIndex(of: byte) { counts[i] += 1 }
    }
    let most = counts.max() ?? 0
    return separators[counts.firstIndex(of: most) ?? 0]
  }

  /// Splits a row into its values.
  private func row(_ bytes: ArraySlice<UInt8>, isTerminated: Bool) throws(Failure) -> Row {
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw failure("is not UTF-8, expected text")
    }
    var row = Row(line: line, isTerminated: isTerminated)
    row.bytes.reserveCapacity(bytes.count)
    var rest = bytes
    while true {
      rest = rest.drop(while: isPadding)
      if rest.first == UInt8(ascii: "\"") {
        try takeQuoted(from: &rest, to: &row)
      } else {
        let value = rest.prefix { $0 != separator }
        rest = rest[value.endIndex...]
        guard !value.contains(UInt8(ascii: "\"")) else {
          throw failure("has a quotation mark inside a value, expected one at both of its ends")
        }
        guard !value.contains(UInt8(ascii: "\r")) else {
          throw failure("has a carriage return without line feed, expected lines that end in LF or CRLF")
        }
        row.bytes += value[..<(value.lastIndex { !isPadding($0) }.map { $0 + 1 } ?? value.startIndex)]
      }
      row.ends.append(row.bytes.count)
      if rest.popFirst() == nil { return row }
    }
  }

  private func isPadding(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") && separator != byte
  }

  private func takeQuoted(from rest: inout ArraySlice<UInt8>, to row: inout Row) throws(Failure) {
    let quote = UInt8(ascii: "\"")
    rest.removeFirst()
    while true {
      guard let end = rest.firstIndex(of: quote) else {
        throw failure("has a quotation mark without a second one, expected both around a value")
      }
      row.bytes += rest[..<end]
      rest = rest[(end + 1)...]
      guard rest.first == quote else { break }
      row.bytes.append(quote)
      rest.removeFirst()
    }
    rest = rest.drop(while: isPadding)
    guard rest.isEmpty || rest.first == separator else {
      throw failure("has text behind a quotation mark, expected the end of the value")
    }
  }

  private func failure(_ problem: String) -> Failure { Failure(problem: "line \(line) \(problem)") }
}
