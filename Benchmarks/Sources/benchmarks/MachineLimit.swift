import CMachineLimit
import Foundation

/// What this machine's arithmetic can do at best, measured in registers.
struct MachineLimit {
  /// Nanoseconds of one multiply-add of doubles.
  private(set) var multiplyAdd = Double.infinity
  /// Nanoseconds of one multiply-add of floats.
  private(set) var singleMultiplyAdd = Double.infinity
  /// Nanoseconds of eleven multiply-adds and a division.
  private(set) var elevenAndDivision = Double.infinity

  init() { measure() }

  /// A step of SGD on one coordinate and its share of the loss: `u = 1 − αh`, `u m`, `u (u m) + α²`, and the
  /// sum, with m in units of the noise.
  var sgdStep: Double { 4 * multiplyAdd }

  /// A step of heavy ball on one coordinate's second moments (D8), with its share of the loss: at least eleven
  /// operations and a division.
  var heavyBallStep: Double { elevenAndDivision }

  /// Nanoseconds of one step and loss on one coordinate.
  func step(usesMomentum: Bool) -> Double { usesMomentum ? heavyBallStep : sgdStep }

  /// Measures again and keeps the best: other work on the machine only ever slows it down.
  mutating func measure() {
    var (sink, single) = (1.0, Float(1))
    for _ in 0..<40 {
      multiplyAdd = min(multiplyAdd, Self.nanoseconds { nqb_multiply_adds(200_000, &sink) })
      singleMultiplyAdd = min(
        singleMultiplyAdd, Self.nanoseconds { nqb_single_multiply_adds(200_000, &single) })
      elevenAndDivision = min(elevenAndDivision, Self.nanoseconds { nqb_elevens(40_000, &sink) })
    }
  }

  private static func nanoseconds(_ body: () -> Int) -> Double {
    let start = ContinuousClock.now
    let count = body()
    return 1e9 * start.secondsSince / Double(count)
  }
}

extension ContinuousClock.Instant {
  /// Seconds from this instant until now.
  var secondsSince: Double { duration(to: .now) / .seconds(1) }
}
