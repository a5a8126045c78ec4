extension Schedule {
  /// Schedules one after another.
  ///
  /// From step `boundaries[j−1]` on, the result follows schedule j from its own step 0, until step
  /// `boundaries[j]`. The last schedule is used whole. These are the steps of `optax.join_schedules`. Without
  /// boundaries, every schedule is used whole.
  ///
  /// - Parameters:
  ///   - schedules: at least one schedule, all in the same convention, and all or none with batch
  ///     sizes of their own.
  ///   - boundaries: strictly increasing steps ≥ 1, one fewer than there are schedules. No schedule may end
  ///     before its boundary.
  /// - Returns: a schedule in the convention of the parts.
  /// - Throws: ``NoisyQuadraticError`` for no schedule, for boundaries that do not fit, and for conventions
  ///   that differ, and for batch sizes that are missing.
  /// - Complexity: O(T).
  public static func join(
    _ schedules: [Schedule], boundaries: [Int]? = nil
  ) throws(NoisyQuadraticError) -> Schedule {
    guard let first = schedules.first else {
      throw .invalidCount(field: "schedules.count", value: 0, expected: "at least 1")
    }
    if let boundaries, boundaries.count != schedules.count - 1 {
      throw .lengthMismatch(field: "boundaries", expected: schedules.count - 1, actual: boundaries.count)
    }
    var (rates, momenta, batchSizes): ([Double], [Double], [Double]) = ([], [], [])
    let haveBatchSizes = schedules.contains { $0.batchSizes != nil }
    for (j, schedule) in schedules.enumerated() {
      guard schedule.convention == first.convention else {
        throw .differentConventions(
          field: "schedules", index: j, expected: first.convention.rawValue,
          actual: schedule.convention.rawValue)
      }
      if haveBatchSizes, schedule.batchSizes == nil, !schedule.isEmpty {
        throw .lengthMismatch(field: "schedules[\(j)].batchSize", expected: schedule.count, actual: 0)
      }
      var count = schedule.count
      if let boundaries, j < boundaries.count {
        let start = rates.count
        guard boundaries[j] > start, boundaries[j] - start <= count else {
          throw .invalidCount(
            field: "boundaries", value: boundaries[j],
            expected: "above \(start) and at most \(start + count), where schedule \(j) ends")
        }
        count = boundaries[j] - start
      }
      rates += schedule.learningRates.prefix(count)
      momenta += schedule.momenta.prefix(count)
      batchSizes += schedule.batchSizes?.prefix(count) ?? []
    }
    return Schedule(
      validRates: rates, momenta: momenta, convention: first.convention,
      batchSizes: haveBatchSizes ? batchSizes : nil)
  }

  /// This schedule, followed by another one in the same convention.
  ///
  /// - Parameter next: the schedule that follows.
  /// - Returns: a schedule with the steps of both.
  /// - Throws: ``NoisyQuadraticError`` if the conventions differ.
  /// - Complexity: O(T).
  public func appending(_ next: Schedule) throws(NoisyQuadraticError) -> Schedule {
    try .join([self, next])
  }

  /// This schedule after a linear warmup of w steps to its first learning rate.
  ///
  /// The warmup comes before the schedule, which keeps all its steps: step t of the result is step t − w of
  /// this schedule for t ≥ w. ``WarmupStart`` has the rates of the steps before. The momentum and the batch
  /// size of the warmup are those of this schedule's first step. The warmups of Hugging Face and optax count their steps within the
  /// run, so `get_cosine_schedule_with_warmup` for T steps is a cosine of T − w steps after a warmup of w.
  ///
  /// To replace the first w steps of a schedule by a rise to the rate of step w, write
  /// `schedule.cut(from: w).warmedUp(steps: w)`.
  ///
  /// - Parameters:
  ///   - steps: w ≥ 0.
  ///   - start: the rate at which the warmup starts.
  /// - Returns: a schedule of w steps more, in the same convention.
  /// - Throws: ``NoisyQuadraticError`` for a negative number of steps, for a start outside its domain, and for
  ///   an empty schedule, which has no rate to rise to.
  /// - Complexity: O(T + w).
  public func warmedUp(
    steps: Int, from start: WarmupStart = .zero
  ) throws(NoisyQuadraticError) -> Schedule {
    try Self.requireSteps(steps)
    guard let first else {
      throw .invalidCount(field: "steps of the schedule", value: 0, expected: "at least 1, to warm up to")
    }
    let target = first.learningRate
    var (initial, offset) = (0.0, 0.0)
    switch start {
    case .zero: break
    case .oneOverSteps: offset = 1
    case .rate(let rate):
      guard rate >= 0, rate.isFinite else {
        throw .invalidValue(field: "from", value: rate, expected: "a finite number ≥ 0")
      }
      initial = rate
    }
    let warmup = (0..<steps).map { t in
      DecayType.linear.value(from: initial, to: target, at: (Double(t) + offset) / Double(steps))
    }
    return Schedule(
      validRates: warmup + learningRates,
      momenta: Array(repeating: first.momentum, count: steps) + momenta, convention: convention,
      batchSizes: batchSizes.map { Array(repeating: $0[0], count: steps) + $0 })
  }

  /// This schedule several times in a row, each time from its step 0 on. The velocity is not reset.
  ///
  /// - Parameter count: the number of times, ≥ 0.
  /// - Returns: a schedule of `count` times as many steps, in the same convention.
  /// - Throws: ``NoisyQuadraticError`` for a negative number, and for one that does not fit into memory.
  /// - Complexity: O(count · T).
  public func repeated(_ count: Int) throws(NoisyQuadraticError) -> Schedule {
    guard count >= 0 else {
      throw .invalidCount(field: "count", value: count, expected: "at least 0")
    }
    try MemoryRequirement.check("count", count, doubles: 4 * Double(count) * Double(self.count))
    let times = isEmpty ? 0 : count
    return Schedule(
      validRates: Array(repeatElement(learningRates, count: times).joined()),
      momenta: Array(repeatElement(momenta, count: times).joined()), convention: convention,
      batchSizes: batchSizes.map { Array(repeatElement($0, count: times).joined()) })
  }

  /// This schedule with all learning rates multiplied by a factor. Momenta and batch sizes stay.
  ///
  /// - Parameter factor: a finite number ≥ 0.
  /// - Returns: a schedule of as many steps, in the same convention.
  /// - Throws: ``NoisyQuadraticError`` for a factor outside its domain, and for a rate that would not be
  ///   finite.
  /// - Complexity: O(T).
  public func scaled(by factor: Double) throws(NoisyQuadraticError) -> Schedule {
    guard factor >= 0, factor.isFinite else {
      throw .invalidValue(field: "factor", value: factor, expected: "a finite number ≥ 0")
    }
    return try Schedule(
      learningRates: learningRates.map { factor * $0 }, momenta: momenta, convention: convention,
      batchSizes: batchSizes)
  }

  /// The steps from one index up to, but not including, another one.
  ///
  /// - Parameters:
  ///   - start: the first step that is kept, from 0 to the number of steps.
  ///   - end: the step after the last one that is kept; the number of steps if absent.
  /// - Returns: a schedule of `end − start` steps, in the same convention. Its step 0 is step `start`.
  /// - Throws: ``NoisyQuadraticError`` for an index outside the schedule, and for an end before the start.
  /// - Complexity: O(T).
  public func cut(from start: Int = 0, to end: Int? = nil) throws(NoisyQuadraticError) -> Schedule {
    guard (0...count).contains(start) else {
      throw .invalidCount(field: "from", value: start, expected: "0 to \(count)")
    }
    let end = end ?? count
    guard (start...count).contains(end) else {
      throw .invalidCount(field: "to", value: end, expected: "\(start) to \(count)")
    }
    return Schedule(
      validRates: Array(learningRates[start..<end]), momenta: Array(momenta[start..<end]),
      convention: convention, batchSizes: batchSizes.map { Array($0[start..<end]) })
  }
}
