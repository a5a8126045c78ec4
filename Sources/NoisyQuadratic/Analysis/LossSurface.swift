/// An objective over two parameters of a schedule family, on a grid.
public struct LossSurface: Sendable, Equatable {
  /// One of the two parameters and its values.
  public struct Axis: Sendable, Equatable {
    /// The index of the parameter in the family's ``ScheduleFamily/parameters``.
    public let parameter: Int
    /// The values, at least one.
    public let values: [Double]

    /// Creates an axis through given values.
    public init(parameter: Int, values: [Double]) {
      self.parameter = parameter
      self.values = values
    }

    /// Creates an axis of evenly spaced values.
    ///
    /// - Parameters:
    ///   - parameter: index into the family's parameters.
    ///   - range: from the first to the last value.
    ///   - count: ≥ 1; a single value is the range's lower bound.
    ///   - scale: whether the values or their logarithms are evenly spaced; logarithms need positive bounds.
    /// - Throws: ``NoisyQuadraticError`` for a count below 1 or one that does not fit into memory, and for
    ///   bounds that are not finite or, on a logarithmic axis, not positive.
    public init(
      parameter: Int, range: ClosedRange<Double>, count: Int, scale: ScheduleParameter.Scale = .logarithmic
    ) throws(NoisyQuadraticError) {
      guard count >= 1 else { throw .invalidCount(field: "count", value: count, expected: "at least 1") }
      try MemoryRequirement.check("count", count, doubles: Double(count))
      let isLogarithmic = scale == .logarithmic
      for bound in [range.lowerBound, range.upperBound] {
        guard bound.isFinite, bound > 0 || !isLogarithmic else {
          throw .invalidValue(
            field: "range", value: bound, expected: isLogarithmic ? "a finite number > 0" : "a finite number")
        }
      }
      let (low, high) = (range.lowerBound, range.upperBound)
      self.parameter = parameter
      values = (0..<count).map { i in
        if i == 0 { return low }
        if i == count - 1 { return high }
        let x = Double(i) / Double(count - 1)
        return isLogarithmic
          ? Elementary.exp((1 - x) * Elementary.log(low) + x * Elementary.log(high))
          : (1 - x) * low + x * high
      }
    }
  }

  /// The parameter that varies along a row.
  public let columns: Axis
  /// The parameter that varies from row to row.
  public let rows: Axis
  /// T, the number of steps.
  public let horizon: Int
  /// The objective that was evaluated.
  public let objective: Objective
  /// The objective for every row and, within a row, for every column; infinite if the run overflowed.
  public let values: [[Double]]

  /// The row and column of the lowest value, the first of equal ones; `nil` if no value is finite.
  public var minimum: (row: Int, column: Int)? {
    var best: (row: Int, column: Int)?
    for (r, row) in values.enumerated() {
      for (c, value) in row.enumerated() where value.isFinite {
        if let (row, column) = best, values[row][column] <= value { continue }
        best = (r, c)
      }
    }
    return best
  }

  /// Evaluates the grid. Rows run in parallel on as many threads as there are cores.
  ///
  /// Every point is computed on its own by the same operations, so the values do not depend on the number of
  /// cores.
  ///
  /// - Parameters:
  ///   - model: the noisy quadratic, started at rest.
  ///   - family: the family whose schedules are evaluated.
  ///   - columns: the parameter that varies along a row.
  ///   - rows: the parameter that varies from row to row, a different one.
  ///   - base: values of all parameters, used for those that no axis varies; not needed if the axes vary all
  ///     of them.
  ///   - horizon: T ≥ 1.
  ///   - objective: the objective to evaluate.
  /// - Throws: ``NoisyQuadraticError`` for an axis whose parameter the family lacks or the other axis has,
  ///   and for a base of the wrong length. Errors that the family or the objective throws are passed on.
  /// - Complexity: O(d T) for every point.
  public init(
    _ model: NoisyQuadraticModel, family: any ScheduleFamily, columns: Axis, rows: Axis,
    base: [Double]? = nil, horizon: Int, objective: Objective = .finalLoss
  ) async throws(NoisyQuadraticError) {
    let count = family.parameters.count
    for (field, axis) in [("columns", columns), ("rows", rows)] {
      guard (0..<count).contains(axis.parameter) else {
        throw .invalidCount(
          field: "\(field).parameter", value: axis.parameter, expected: "0 to \(count - 1)")
      }
      guard !axis.values.isEmpty else {
        throw .lengthMismatch(field: "\(field).values", expected: 1, actual: 0)
      }
    }
    guard rows.parameter != columns.parameter else {
      throw .invalidCount(
        field: "rows.parameter", value: rows.parameter, expected: "another parameter than that of the columns"
      )
    }
    guard base.map({ $0.count == count }) ?? (count == 2) else {
      throw .lengthMismatch(field: "base", expected: count, actual: base?.count ?? 0)
    }
    let start = base ?? [0, 0]
    try MemoryRequirement.check("horizon", horizon, doubles: 12 * Double(horizon))
    _ = try objective.weights(horizon: horizon)
    values = try await Parallel.map(rows.values) { rowValue throws(NoisyQuadraticError) in
      var point = start
      point[rows.parameter] = rowValue
      var row: [Double] = []
      for value in columns.values {
        point[columns.parameter] = value
        let result = try model.value(of: objective, under: family.schedule(point, steps: horizon))
        row.append(result.isNaN ? .infinity : result)
      }
      return row
    }
    self.columns = columns
    self.rows = rows
    self.horizon = horizon
    self.objective = objective
  }
}
