import Dispatch
import Foundation
import Synchronization

/// Reports on standard error the current activity once it takes more than two seconds.
package final class Progress: Sendable {
  private let start = DispatchTime.now()
  private let ended = DispatchSemaphore(value: 0)
  /// The estimated total duration in seconds; `nil` while it is unknown.
  private let whole = Estimate()

  private final class Estimate: Sendable {
    let seconds = Mutex<Double?>(nil)
  }

  /// Starts the clock. A silent instance reports nothing.
  package init(_ activity: String, isSilent: Bool) {
    guard !isSilent else { return }
    // A thread is used, because a Dispatch timer needs a file descriptor and traps if none is available.
    Thread.detachNewThread { [start, ended, whole] in
      var next = start + 2
      while ended.wait(timeout: next) == .timedOut {
        let seconds = Self.seconds(since: start)
        let left = whole.seconds.withLock { $0.map { $0 - seconds } } ?? 0
        let separator = left > 0 ? ", about \(TimeLeft.text(left)) left after " : ", "
        Console.complain(activity + separator + "\(Int(seconds)) s")
        next = next + 5
      }
    }
  }

  deinit { end() }

  /// Makes the report also state the remaining time.
  ///
  /// - Parameter share: the share of the work that is done, above 0.
  package func report(_ share: Double) {
    guard share > 0 else { return }
    whole.seconds.withLock { $0 = Self.seconds(since: start) / share }
  }

  private static func seconds(since start: DispatchTime) -> Double {
    Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) * 1e-9
  }

  /// Ends the reports.
  package func end() { ended.signal() }
}
