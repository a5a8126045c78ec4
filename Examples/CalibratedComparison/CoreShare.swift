import Synchronization

/// Divides the cores among the units that are being done. Results do not depend on it.
final class CoreShare: Sendable {
  private let cores: Int
  private let users = Mutex(0)

  init(_ cores: Int) { self.cores = cores }

  /// Calls `body` with the number of cores for it.
  func use<Problem: Error>(_ body: (_ cores: Int) throws(Problem) -> Void) throws(Problem) {
    let users = users.withLock { users in
      users += 1
      return users
    }
    defer { self.users.withLock { $0 -= 1 } }
    try body(max(cores / users, 1))
  }
}
