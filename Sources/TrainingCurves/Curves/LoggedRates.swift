import NoisyQuadratic

/// The learning rate of every step, from a log of the rate at some steps.
///
/// Between two logged rates the rate is linear. Where they differ by more than a tenth of the larger one, and
/// more than twice as fast as the rates of either neighbouring pair of rows, the rate jumps instead: a row with a
/// new rate is the first step at which it acts. A rise from the first row is a warmup, and linear. A log that
/// begins after step 0 leaves out a warmup: the rate is taken to rise from 0 in a straight line.
public struct LoggedRates: Sendable, Equatable {
  /// The rate of every step from 0 to the last logged one.
  public let learningRates: [Double]
  /// The number of steps before the first row, whose rates are taken to rise from 0.
  public let assumedWarmup: Int
  /// The steps of the rows at which the rate jumps.
  public let jumps: [Int]

  /// - Parameters:
  ///   - steps: the logged steps, increasing, ≥ 0.
  ///   - rates: the rates at these steps, finite and ≥ 0.
  ///   - jump: the least change between two rows, relative to the larger rate, that is a jump.
  /// - Throws: `NoisyQuadraticError` with the field, the index and the value that is wrong.
  public init(steps: [Int], rates: [Double], jump: Double = 0.1) throws(NoisyQuadraticError) {
    guard steps.count == rates.count else {
      throw .lengthMismatch(field: "learningRate", expected: steps.count, actual: rates.count)
    }
    guard let first = steps.first, let last = steps.last else {
      throw .invalidCount(field: "steps", value: 0, expected: "at least one learning rate")
    }
    try IncreasingSteps.check(steps)
    for (i, rate) in rates.enumerated() where !(rate >= 0) || !rate.isFinite {
      throw .invalidValue(field: "learningRate", index: i, value: rate, expected: "a finite number ≥ 0")
    }
    try MemoryRequirement.check("step", last, doubles: 6 * Double(last))
    // A log that numbers its first update 1 has no warmup before it.
    assumedWarmup = first > 1 ? first : 0
    var filled = (0..<first).map { first > 1 ? rates[0] * Double($0) / Double(first) : rates[0] }
    filled.reserveCapacity(last + 1)
    var jumps: [Int] = []
    // The change of the rate per step after a row; 0 beyond the ends.
    func slope(_ i: Int) -> Double {
      guard i >= 0, i + 1 < steps.count else { return 0 }
      return abs(rates[i + 1] - rates[i]) / Double(steps[i + 1] - steps[i])
    }
    for i in steps.indices.dropLast() {
      let (from, to, length) = (rates[i], rates[i + 1], steps[i + 1] - steps[i])
      // A decay to near 0 is steep in relation to its own rates, but not in relation to its other parts.
      // A rise from the first row on is a warmup.
      let isJump =
        length > 1 && abs(to - from) > jump * max(from, to)
        && (jump == 0 || (i > 0 || to < from) && slope(i) > 2 * max(slope(i - 1), slope(i + 1)))
      if isJump { jumps.append(steps[i + 1]) }
      for k in 0..<length {
        filled.append(isJump ? from : from + (to - from) * (Double(k) / Double(length)))
      }
    }
    learningRates = filled + [rates[rates.count - 1]]
    self.jumps = jumps
  }
}
