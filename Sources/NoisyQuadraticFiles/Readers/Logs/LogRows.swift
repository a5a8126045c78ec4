import NoisyQuadratic

/// Checks the rows of a log in order and collects their values.
struct LogRows {
  let rowName: TrainingLog.RowName
  private(set) var learningRate: TrainingLog.Series?
  private(set) var momentum: TrainingLog.Series?
  private(set) var batchSize: TrainingLog.Series?
  private(set) var loss: TrainingLog.Series?
  private(set) var momentumConvention: MomentumConvention?
  /// The number of rows, and of those without a learning rate and without a loss.
  private(set) var (count, withoutRate, withoutLoss) = (0, 0, 0)

  /// The first row that has a learning rate but no momentum, though there is a column for it.
  private var rowWithoutMomentum: Int?
  private let names: [LogColumn: String]
  private let path: String
  /// The memory limit in rows. A solver needs at least twelve numbers per step.
  private let mostRows = MemoryRequirement.available / 96

  init(_ names: [LogColumn: String], rowName: TrainingLog.RowName, path: String) {
    self.names = names
    self.rowName = rowName
    self.path = path
    if names[.learningRate] != nil { learningRate = .init() }
    if names[.momentum] != nil, learningRate != nil { momentum = .init() }
    if names[.batchSize] != nil, learningRate != nil { batchSize = .init() }
    if names[.loss] != nil { loss = .init() }
  }

  /// Adds a row.
  ///
  /// - Parameters:
  ///   - row: its number.
  ///   - cell: its value in a column; `nil` if the row does not have this column.
  /// - Throws: ``FileError`` for a value outside its domain, and for a step that is missing or not larger.
  mutating func add(_ row: Int, _ cell: (LogColumn) -> LogCell?) throws(FileError) {
    func value(_ column: LogColumn) -> LogCell? { cell(column).flatMap { $0.isEmpty ? nil : $0 } }
    count += 1
    guard Double(count) <= mostRows else {
      throw failure(row, "is one row more than the memory of this machine can hold a run of")
    }
    let rate = learningRate == nil ? nil : value(.learningRate)
    let loss = self.loss == nil ? nil : value(.loss)
    if rate == nil { withoutRate += 1 }
    if loss == nil { withoutLoss += 1 }
    guard rate != nil || loss != nil else { return }
    guard let stepCell = value(.step) else {
      let others = [rate == nil ? nil : names[.learningRate], loss == nil ? nil : names[.loss]]
      throw failure(
        row,
        "has no \(shown(.step)) beside \(others.compactMap { $0?.cutForMessage }.joined(separator: " and "))")
    }
    guard let step = stepCell.count else {
      throw failure(row, .step, stepCell, expected: "an integer ≥ 0")
    }
    if let rate {
      let number = try number(row, step, rate, .learningRate, learningRate, "a finite number ≥ 0") { $0 >= 0 }
      learningRate?.append(step, number, row)
      let convention = value(.momentumConvention)
      if momentum != nil { try add(row, step, momentum: value(.momentum), isStated: convention != nil) }
      if let convention { try take(row, convention: convention) }
      if batchSize != nil {
        guard let cell = value(.batchSize) else {
          throw failure(row, "has no \(shown(.batchSize)) beside \(shown(.learningRate))")
        }
        let size = try self.number(row, step, cell, .batchSize, batchSize, "a finite number > 0") { $0 > 0 }
        batchSize?.append(step, size, row)
      }
    }
    if let loss {
      let number = try number(row, step, loss, .loss, self.loss, "a finite number") { _ in true }
      self.loss?.append(step, number, row)
    }
  }

  /// Returns whether there is a value for a quantity; `nil` if there is no column for it.
  func has(_ quantity: TrainingLog.Quantity) -> Bool? {
    let series =
      switch quantity {
      case .learningRate: learningRate
      case .momentum: momentum
      case .loss: loss
      case .batchSize: batchSize
      }
    return series.map { !$0.values.isEmpty }
  }

  /// Momenta stand in all rows with a learning rate or in none of them.
  ///
  /// Converted schedules may have a momentum of 1 or more, and state their convention. In a log it is a mistake.
  private mutating func add(_ row: Int, _ step: Int, momentum cell: LogCell?, isStated: Bool)
    throws(FileError)
  {
    if cell == nil, rowWithoutMomentum == nil { rowWithoutMomentum = row }
    guard let cell else {
      guard has(.momentum) == true else { return }
      throw failure(row, "has no \(shown(.momentum)) beside \(shown(.learningRate))")
    }
    if let rowWithoutMomentum {
      throw failure(rowWithoutMomentum, "has no \(shown(.momentum)) beside \(shown(.learningRate))")
    }
    let number = try number(
      row, step, cell, .momentum, momentum, "a finite number ≥ 0" + (isStated ? "" : " and < 1")
    ) { $0 >= 0 && (isStated || $0 < 1) }
    momentum?.append(step, number, row)
  }

  /// Returns the number of a cell that follows the values of a series.
  private func number(
    _ row: Int, _ step: Int, _ cell: LogCell, _ column: LogColumn, _ series: TrainingLog.Series?,
    _ expected: String, where isValid: (Double) -> Bool
  ) throws(FileError) -> Double {
    guard let value = cell.number, value.isFinite, isValid(value) else {
      let hint = cell.text?.contains(",") == true ? " with a decimal point" : ""
      throw failure(row, column, cell, expected: expected + hint)
    }
    if let last = series?.steps.last, step <= last {
      let place = series?.rows.last.map { rowName($0) } ?? ""
      throw failure(
        row,
        ": \(shown(.step)) is \(step) after \(last) in \(place), expected increasing steps (a resumed run "
          + "logs steps again: keep one row for each)")
    }
    return value
  }

  private mutating func take(_ row: Int, convention cell: LogCell) throws(FileError) {
    guard let convention = cell.text.flatMap(MomentumConvention.init(rawValue:)) else {
      let names = MomentumConvention.allCases.map(\.rawValue).joined(separator: ", ")
      throw failure(row, .momentumConvention, cell, expected: "one of \(names)")
    }
    guard momentumConvention == nil || momentumConvention == convention else {
      throw failure(
        row, .momentumConvention, cell,
        expected: "\(momentumConvention?.rawValue ?? "") as in the rows before")
    }
    momentumConvention = convention
  }

  private func shown(_ column: LogColumn) -> String { (names[column] ?? column.name).cutForMessage }

  private func failure(
    _ row: Int, _ column: LogColumn, _ cell: LogCell, expected: String
  ) -> FileError {
    failure(row, ": \(shown(column)) is \(cell.shown), expected \(expected)")
  }

  private func failure(_ row: Int, _ problem: String) -> FileError {
    .invalid(path: path, problem: rowName(row) + (problem.hasPrefix(":") ? "" : " ") + problem)
  }
}
