import Dispatch
import Foundation

/// Says on standard error what is being worked on, once that takes more than two seconds.
package final class Progress: Sendable {
  private let ended = DispatchSemaphore(value: 0)

  /// Starts the clock; a silent one never speaks.
  package init(_ activity: String, isSilent: Bool) {
    guard !isSilent else { return }
    // A thread, since a timer of Dispatch's needs a file descriptor and traps where there is none.
    Thread.detachNewThread { [ended] in
      let start = DispatchTime.now()
      var next = start + 2
      while ended.wait(timeout: next) == .timedOut {
        let seconds = (DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1_000_000_000
        Console.complain("\(activity), \(seconds) s")
        next = next + 5
      }
    }
  }

  deinit { end() }

  /// Says no more.
  package func end() { ended.signal() }
}
