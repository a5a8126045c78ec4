import Dispatch
import Foundation
import Synchronization

/// Another program, run to its end, to a time limit, or to this program's own end.
///
/// Foundation's `Process` traps where no more files can be opened.
struct ChildProcess {
  /// How a program ended.
  enum Outcome: Sendable, Equatable {
    /// It ended by itself, with a status.
    case exited(Int32)
    /// A signal ended it.
    case signalled(Int32)
    /// It was ended after the time limit.
    case timedOut
    /// Its shell or the file for its output cannot be opened; `errno`. A program that does not exist ends with status 127.
    case notStarted(Int32)
  }

  /// The program's path, from the root.
  let executable: String
  /// Its arguments, without its name.
  let arguments: [String]
  /// The variables that it gets; the shell that starts it adds a few of its own.
  let environment: [String: String]
  /// Where it runs.
  let directory: String
  /// A file, to be created, for all that it says.
  let output: String

  /// The number of the running program, 0 before it starts.
  private final class Number: Sendable {
    let value = Mutex<pid_t>(0)
    func end() { value.withLock { if $0 > 0 { kill($0, SIGKILL) } } }

    /// How the program ended, `nil` while it runs. From then on its number may be another's.
    func ended(_ child: pid_t) -> Outcome? {
      value.withLock { value in
        var status: Int32 = 0
        let found = waitpid(child, &status, WNOHANG)
        if found == 0 || (found < 0 && errno == EINTR) { return nil }
        value = 0
        // Where somebody else has waited for it, its results have to tell how it went.
        if found < 0 { return .exited(0) }
        let signal = status & 0x7F
        return signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
      }
    }
  }

  /// Runs it, without input, for at most so many seconds.
  func run(timeLimit: Double, cleanup: Cleanup) -> Outcome {
    let number = Number()
    let undoing = cleanup.add { number.end() }
    defer { cleanup.remove([undoing]) }
    // Started and noted in one piece, lest a signal come between.
    let (code, child) = cleanup.finish([]) { number.value.withLock { (start(&$0), $0) } }
    guard code == 0 else { return .notStarted(code) }
    let deadline = DispatchTime.now() + timeLimit
    while true {
      if let outcome = number.ended(child) { return outcome }
      if DispatchTime.now() > deadline {
        number.end()
        while number.ended(child) == nil { usleep(2000) }
        return .timedOut
      }
      usleep(2000)
    }
  }

  private func start(_ child: inout pid_t) -> Int32 {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(
      &actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
    // Signals that this program blocks or ignores are its own affair.
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    // The shell goes to the directory, which no portable call of this one does, and becomes the program. CDPATH
    // has no say in a path that begins like this.
    let place = directory.hasPrefix("/") ? directory : "./" + directory
    let words = ["sh", "-c", "cd -- \"$1\" && shift && exec \"$@\"", "sh", place, executable] + arguments
    return Self.withPointers(words) { words in
      Self.withPointers(variables) { variables in
        posix_spawn(&child, "/bin/sh", &actions, &attributes, words, variables)
      }
    }
  }

  /// A list of C strings with `nil` at its end.
  private static func withPointers<T>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> T
  ) -> T {
    let pointers = strings.map { strdup($0) }
    defer { pointers.forEach { free($0) } }
    return body(pointers + [nil])
  }
}
