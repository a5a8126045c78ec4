import Dispatch
import Foundation

/// Says on standard error what is being worked on, once that takes more than two seconds.
package final class Progress {
  private let timer: (any DispatchSourceTimer)?

  /// Starts the clock; a silent one never speaks.
  package init(_ activity: String, isSilent: Bool) {
    guard !isSilent else {
      timer = nil
      return
    }
    let start = DispatchTime.now()
    let timer = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
    timer.schedule(deadline: start + 2, repeating: 5)
    timer.setEventHandler {
      let seconds = (DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1_000_000_000
      FileHandle.standardError.write(Data("\(Program.name): \(activity), \(seconds) s\n".utf8))
    }
    timer.resume()
    self.timer = timer
  }

  /// Says no more.
  package func end() { timer?.cancel() }
}
