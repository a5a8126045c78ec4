import Dispatch
import Foundation
import Synchronization

/// Says on standard error what is being worked on, once that takes more than two seconds.
package final class Progress: Sendable {
  private let start = DispatchTime.now()
  private let ended = DispatchSemaphore(value: 0)
  /// How long all of the work will take, in seconds; `nil` while that is not known.
  private let whole = Estimate()

  private final class Estimate: Sendable {
    let seconds = Mutex<Double?>(nil)
  }

  /// Starts the clock; a silent one never speaks.
  package init(_ activity: String, isSilent: Bool) {
    guard !isSilent else { return }
    // A thread, since a timer of Dispatch's needs a file descriptor and traps where there is none.
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

  /// From now on says also how long the rest will take.
  ///
  /// - Parameter share: of the work that is done, above 0.
  package func report(_ share: Double) {
    guard share > 0 else { return }
    whole.seconds.withLock { $0 = Self.seconds(since: start) / share }
  }

  private static func seconds(since start: DispatchTime) -> Double {
    Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) * 1e-9
  }

  /// Says no more.
  package func end() { ended.signal() }
}
