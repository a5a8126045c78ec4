import Foundation
import NoisyQuadraticFiles

/// Lets a program clean up, or first save its work, when a signal stops it. The program then ends by that signal.
final class Interruption: Sendable {
  /// The actions that undo unfinished work.
  let cleanup = Cleanup()
  /// The request to stop, for work that can be saved first.
  let stop: StopRequest

  /// Creates the handling, which begins with ``install()``.
  init() {
    stop = StopRequest { [cleanup] number in Self.end(number, cleanup) }
  }

  /// Handles the signals that ask a program to end, on a separate thread. Threads that started earlier, such as
  /// those of OpenBLAS, do not block the signals and pass them on to that thread. A signal that is ignored, for
  /// example under `nohup`, stays ignored.
  func install() {
    var signals = sigset_t()
    sigemptyset(&signals)
    let numbers = [SIGINT, SIGTERM, SIGHUP].filter { !Self.isIgnored($0) }
    if numbers.isEmpty { return }
    for number in numbers { sigaddset(&signals, number) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let isWaiting = DispatchSemaphore(value: 0)
    Thread.detachNewThread { [cleanup, stop, signals] in
      var (signals, number) = (signals, Int32(0))
      waiter = pthread_self()
      isWaiting.signal()
      while sigwait(&signals, &number) != 0 || stop.receive(number) {}
      Self.end(number, cleanup)
    }
    isWaiting.wait()
    for number in numbers { signal(number) { number in if let waiter { pthread_kill(waiter, number) } } }
  }

  /// Cleans up and ends the program by a signal.
  private static func end(_ number: Int32, _ cleanup: Cleanup) -> Never {
    cleanup.run {
      signal(number, SIG_DFL)
      var signals = sigset_t()
      sigemptyset(&signals)
      sigaddset(&signals, number)
      pthread_sigmask(SIG_UNBLOCK, &signals, nil)
      raise(number)
      exit(128 + number)
    }
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0 else { return false }
    #if canImport(Darwin)
      let handler = action.__sigaction_u.__sa_handler
    #else
      let handler = action.__sigaction_handler.sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}

/// The thread that waits for signals. It is set once, before any handler that reads it.
private nonisolated(unsafe) var waiter: pthread_t?
