import Foundation
import Synchronization

/// A signal that asks a program to end, while its work can be saved first.
package final class StopRequest: Sendable {
  private struct State {
    var isExpected = false
    var signal: Int32?
  }

  private let state = Mutex(State())
  private let end: @Sendable (_ signal: Int32) -> Never

  init(end: @escaping @Sendable (_ signal: Int32) -> Never) { self.end = end }

  /// Whether a signal has come since the program began to expect one.
  package var isRequested: Bool { state.withLock { $0.signal != nil } }

  /// From now on a signal makes ``isRequested`` true, and only a second SIGINT ends the program at once. Other
  /// signals may come twice without impatience: Slurm sends SIGTERM to a task, and so does its `srun`.
  func expect() { state.withLock { $0.isExpected = true } }

  /// From now on a signal ends the program at once again.
  func forget() { state.withLock { $0.isExpected = false } }

  /// Does the same, and ends the program now if a request came.
  func settle(_ message: String) {
    forget()
    guard let signal = state.withLock({ $0.signal }) else { return }
    Console.complain("stopped by \(Self.name(signal)); \(message)")
    end(signal)
  }

  /// Notes a signal.
  ///
  /// - Returns: whether the program ends by itself.
  func receive(_ signal: Int32) -> Bool {
    state.withLock { state in
      guard state.isExpected, state.signal == nil || signal != SIGINT else { return false }
      state.signal = state.signal ?? signal
      return true
    }
  }

  private static func name(_ signal: Int32) -> String {
    [SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP"][signal] ?? "signal \(signal)"
  }
}
