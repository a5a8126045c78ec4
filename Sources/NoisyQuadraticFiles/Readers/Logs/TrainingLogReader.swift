import NoisyQuadratic

/// A reader of logs, block by block.
struct TrainingLogReader {
  private enum Form {
    case undecided
    case delimited(DelimitedText)
    /// One object a line.
    case lines
    /// JSON in one piece.
    case whole
  }

  private static let longestLine = 1 << 20

  private let path: String
  private let options: TrainingLog.Options
  private let required: [LogColumn]
  private let wanted: [LogColumn]
  private var form = Form.undecided
  /// Bytes that no line break or no end has completed.
  private var pending: [UInt8] = []
  private var lineNumber = 0
  private var header: LogHeader?
  private var places: [LogColumn: Int] = [:]
  private var rows: LogRows?
  private var records: LogRecords

  init(
    path: String, options: TrainingLog.Options = .init(), required: Set<TrainingLog.Quantity> = [],
    optional: Set<TrainingLog.Quantity> = Set(TrainingLog.Quantity.allCases)
  ) {
    self.path = path
    self.options = options
    let columns = TrainingLog.Quantity.allCases.filter(required.union(optional).contains).map(\.column)
    wanted = [.step] + columns + (columns.contains(.learningRate) ? [.momentumConvention] : [])
    self.required = [.step] + TrainingLog.Quantity.allCases.filter(required.contains).map(\.column)
    records = LogRecords(wanted: wanted, options: options)
  }

  /// Appends the next bytes of the file.
  mutating func append(_ bytes: some Collection<UInt8>) throws(FileError) {
    switch form {
    case .delimited(var text):
      // Taken out, so that there is one copy.
      form = .undecided
      text.append(bytes)
      try take(&text)
    case .lines:
      pending += bytes
      try takeLines()
    case .whole:
      pending += bytes
      guard pending.count <= InputFile.largest else {
        throw invalid("the file is too long, expected at most \(InputFile.largest) bytes of JSON")
      }
    case .undecided:
      pending += bytes
      try decide(isEnd: false)
    }
  }

  /// Returns the log after the last bytes.
  mutating func finish() throws(FileError) -> TrainingLog {
    if case .undecided = form { try decide(isEnd: true) }
    switch form {
    case .delimited(var text):
      form = .undecided
      text.end()
      try take(&text)
      guard rows != nil else { throw invalid("the file is empty, expected a header and rows") }
    case .lines:
      if !pending.isEmpty {
        lineNumber += 1
        do throws(FileError) {
          try takeLine(pending[...])
        } catch {
          throw Self.cutOff(error)
        }
      }
      try takeRecords(.line)
    case .whole, .undecided: try takeWhole(Self.json(pending, path, line: 1))
    }
    return try log()
  }

  /// Recognizes the form by the first character that is no blank, and for JSON by the first line.
  private mutating func decide(isEnd: Bool) throws(FileError) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    guard isEnd || !mark.starts(with: pending) || pending == mark else { return }
    let start = pending.starts(with: mark) ? mark.count : 0
    let first = pending[start...].first { !" \t\r\n".utf8.contains($0) }
    guard first != nil || isEnd || pending.count > Self.longestLine else { return }
    guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
      var text = DelimitedText()
      text.append(pending)
      pending = []
      return try take(&text)
    }
    let begin = pending[start...].firstIndex { $0 == first } ?? start
    guard let end = pending[begin...].firstIndex(of: UInt8(ascii: "\n")) else {
      // A longer line is no line of a log.
      if isEnd || pending.count > Self.longestLine { form = .whole }
      return
    }
    form = .whole
    if first == UInt8(ascii: "{"),
      let value = try? JSONReader.read(Array(pending[begin..<end]), allowsNonFinite: true),
      value.member("format") == nil, value.member("log_history") == nil
    {
      form = .lines
      pending.removeFirst(start)
      try takeLines()
    }
  }

  // MARK: Rows of text

  private mutating func take(_ text: inout DelimitedText) throws(FileError) {
    func next() throws(FileError) -> DelimitedText.Row? {
      do throws(DelimitedText.Failure) {
        return try text.next()
      } catch {
        throw invalid(error.problem)
      }
    }
    while let row = try next() {
      do throws(FileError) {
        try take(row)
      } catch {
        throw row.isTerminated ? error : Self.cutOff(error)
      }
    }
    form = .delimited(text)
  }

  private mutating func take(_ row: DelimitedText.Row) throws(FileError) {
    guard header != nil else {
      let names = (0..<row.count).map { row[$0] }
      guard names.contains(where: { Double(plain: $0) == nil }) else {
        throw invalid(
          "line \(row.line) is \(names.joined(separator: ",").quotedForMessage), expected a header with the names "
            + "of the columns, such as step,learningRate")
      }
      let header = try LogHeader(names, wanted: wanted, required: required, options: options, path: path)
      self.header = header
      places = header.names.compactMapValues { names.firstIndex(of: $0) }
      rows = LogRows(header.names, rowName: .line, path: path)
      return
    }
    // A cut within the last value cannot be told from an empty one.
    guard row.isTerminated || !row[row.count - 1].isEmpty || !places.values.contains(row.count - 1) else {
      throw invalid("line \(row.line) ends in an empty value")
    }
    try rows?.add(row.line) { [places] column in places[column].map { .text(row[$0]) } }
  }

  // MARK: JSON

  private mutating func takeLines() throws(FileError) {
    var start = 0
    while let end = pending[start...].firstIndex(of: UInt8(ascii: "\n")) {
      lineNumber += 1
      try takeLine(pending[start..<end])
      start = end + 1
    }
    pending.removeFirst(start)
    guard pending.count <= Self.longestLine else {
      throw invalid(
        "line \(lineNumber + 1) is longer than \(Self.longestLine) bytes, expected an object of a log")
    }
  }

  private mutating func takeLine(_ bytes: ArraySlice<UInt8>) throws(FileError) {
    guard !bytes.allSatisfy({ " \t\r".utf8.contains($0) }) else { return }
    try add(Self.json(Array(bytes), path, line: lineNumber), lineNumber, .line)
  }

  private mutating func takeWhole(_ value: JSONValue) throws(FileError) {
    if value.member("format") != nil { return try takeSchedule(value) }
    var (entries, rowName, known) = ([value], TrainingLog.RowName.line, [LogColumn: String]())
    if case .array(let values) = value {
      (entries, rowName) = (values, .entry(of: "array"))
    } else if let history = value.member("log_history") {
      guard case .array(let values) = history else {
        throw invalid("log_history is \(history.text.cutForMessage), expected an array of objects")
      }
      (entries, rowName) = (values, .entry(of: "log_history"))
      known = [.step: "step", .learningRate: "learning_rate", .loss: "loss"]
    }
    for (i, entry) in entries.enumerated() { try add(entry, rowName == .line ? 1 : i, rowName) }
    try takeRecords(rowName, known: known)
  }

  private mutating func add(
    _ value: JSONValue, _ row: Int, _ rowName: TrainingLog.RowName
  ) throws(FileError) {
    guard case .object(let members) = value else {
      throw invalid("\(rowName(row)) is \(value.text.cutForMessage), expected an object")
    }
    guard records.add(members, row) else {
      throw invalid("\(rowName(row)) is one more than the memory of this machine can hold")
    }
  }

  /// Chooses the columns among the keys of all records, and reads these.
  private mutating func takeRecords(
    _ rowName: TrainingLog.RowName, known: [LogColumn: String] = [:]
  ) throws(FileError) {
    guard !records.records.isEmpty else { throw invalid("there is no row, expected at least one") }
    let header = try LogHeader(
      records.keys, wanted: wanted, required: required, options: options, known: known, path: path)
    var rows = LogRows(header.names, rowName: rowName, path: path)
    for record in records.records {
      try rows.add(record.row) { column in
        header.names[column].flatMap { name in record.members.first { $0.key == name } }.map {
          .json($0.value)
        }
      }
    }
    (self.header, self.rows) = (header, rows)
  }

  /// Reads a schedule in the JSON form of this package.
  private mutating func takeSchedule(_ value: JSONValue) throws(FileError) {
    func check(_ key: String, _ expected: JSONValue, isRequired: Bool = true) throws(FileError) {
      let found = value.member(key) ?? (isRequired ? .null : expected)
      guard found != expected else { return }
      throw invalid("\(key) is \(found.text.cutForMessage), expected \(expected.text)")
    }
    try check("format", .string("noisy-quadratic/schedule"))
    try check("version", .number(1))
    try check("stepIndexBase", .number(0), isRequired: false)
    func array(_ key: String) throws(FileError) -> [JSONValue]? {
      guard let found = value.member(key), found != .null else { return nil }
      guard case .array(let values) = found else {
        throw invalid("\(key) is \(found.text.cutForMessage), expected an array of numbers")
      }
      return values
    }
    guard let rates = try array("learningRate") else {
      throw invalid("learningRate is missing, expected an array of numbers")
    }
    let momenta = try array("momentum")
    let batchSizes = try array("batchSize")
    for (key, values) in [("momentum", momenta), ("batchSize", batchSizes)] {
      guard let values, values.count != rates.count else { continue }
      throw invalid("\(key) has \(values.count) elements, expected \(rates.count) as in learningRate")
    }
    let convention = value.member("momentumConvention")
    let columns =
      ["step", "learningRate"] + (momenta == nil ? [] : ["momentum"])
      + (convention == nil ? [] : ["momentumConvention"]) + (batchSizes == nil ? [] : ["batchSize"])
    let header = try LogHeader(columns, wanted: wanted, required: required, options: options, path: path)
    var rows = LogRows(header.names, rowName: .step, path: path)
    for (t, rate) in rates.enumerated() {
      // Nothing may be missing in between.
      for (key, number) in [("learningRate", rate), ("momentum", momenta?[t]), ("batchSize", batchSizes?[t])]
      where number == .null { throw invalid("\(key)[\(t)] is null, expected a number") }
      try rows.add(t) { column in
        switch header.names[column] {
        case "step": .json(.number(Double(t)))
        case "learningRate": .json(rate)
        case "momentum": momenta.map { .json($0[t]) }
        case "momentumConvention": convention.map { .json($0) }
        case "batchSize": batchSizes.map { .json($0[t]) }
        default: nil
        }
      }
    }
    (self.header, self.rows) = (header, rows)
  }

  // MARK: Result

  private func log() throws(FileError) -> TrainingLog {
    guard let rows, let header else { throw invalid("there is no row, expected at least one") }
    guard rows.count > 0 else { throw invalid("there is no row, expected at least one") }
    // Who does not ask for momenta does not take the schedule for one of SGD.
    let asksForMomenta = wanted.contains(.momentum)
    var notes = [header.note(path), asksForMomenta ? header.noteOnAdam(path) : nil].compactMap { $0 }
    for quantity in TrainingLog.Quantity.allCases where required.contains(quantity.column) {
      guard rows.has(quantity) == true else {
        throw invalid(
          "no row has a value of \((header.names[quantity.column] ?? "").quotedForMessage), expected at least one"
        )
      }
      let skipped = quantity == .loss ? rows.withoutLoss : rows.withoutRate
      if skipped > 0 {
        notes.append(
          LogNote(path, "rows without a \(quantity.column.words) are left out, \(skipped) of \(rows.count)"))
      }
    }
    return TrainingLog(rows, notes: notes, path: path)
  }

  private func invalid(_ problem: String) -> FileError { .invalid(path: path, problem: problem) }

  /// The same error with a reason that lies near if it is about the last line.
  private static func cutOff(_ error: FileError) -> FileError {
    switch error {
    case .invalid(let path, let problem): .invalid(path: path, problem: problem + DelimitedText.cutOff)
    case .notJSON(let path, let line, let column, let problem):
      .notJSON(path: path, line: line, column: column, problem: problem + DelimitedText.cutOff)
    default: error
    }
  }

  private static func json(_ bytes: [UInt8], _ path: String, line: Int) throws(FileError) -> JSONValue {
    do throws(JSONReader.Failure) {
      return try JSONReader.read(bytes, allowsNonFinite: true)
    } catch {
      throw .notJSON(path: path, line: line + error.line - 1, column: error.column, problem: error.problem)
    }
  }
}

extension JSONValue {
  /// The value of a key; `nil` if there is none or if this is no object.
  fileprivate func member(_ key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }
}

extension TrainingLog.Quantity {
  var column: LogColumn {
    switch self {
    case .learningRate: .learningRate
    case .momentum: .momentum
    case .loss: .loss
    case .batchSize: .batchSize
    }
  }
}
