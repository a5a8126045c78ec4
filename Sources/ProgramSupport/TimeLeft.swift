import Dispatch
import Foundation
import Synchronization

/// Reports on standard error the share of some work that is done and the time that remains.
package final class TimeLeft: Sendable {
  private let isSilent: Bool
  private let start = DispatchTime.now().uptimeNanoseconds
  private let last = Mutex<UInt64>(DispatchTime.now().uptimeNanoseconds)

  /// Starts the clock. A silent instance reports nothing.
  package init(isSilent: Bool) { self.isSilent = isSilent }

  /// Writes a report at most every ten seconds.
  ///
  /// - Parameters:
  ///   - done: the share of the work that is done.
  ///   - atStart: the share that was done when the clock started.
  package func report(_ done: Double, _ atStart: Double) {
    // The clock is read inside: two threads may come here in either order.
    let due = last.withLock { last -> UInt64? in
      let now = DispatchTime.now().uptimeNanoseconds
      guard !isSilent, now - last > 10_000_000_000 else { return nil }
      last = now
      return now
    }
    guard let now = due, done > atStart, done < 1 else { return }
    let seconds = Double(now - start) * 1e-9 * (1 - done) / (done - atStart)
    Console.complain("\(Int(100 * done))% done, \(Self.text(seconds)) left")
  }

  /// Returns a duration in words.
  static func text(_ seconds: Double) -> String {
    guard seconds < 1e7 else { return "months" }
    let whole = Int(seconds.rounded(.up))
    if whole < 120 { return "\(whole) s" }
    if whole < 7200 { return "\((whole + 59) / 60) min" }
    return "\((whole + 3599) / 3600) h"
  }
}
