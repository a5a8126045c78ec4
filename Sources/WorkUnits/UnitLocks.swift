import Foundation

/// Marks units that this process works on, so that no other process works on them at the same time.
///
/// Every unit is one byte of a file of the folder, which is locked. The system releases the locks when the
/// process ends, however it ends, and on a shared file system they hold between machines. A file system without
/// locks is used without them.
final class UnitLocks: Sendable {
  private let descriptor: Int32

  /// Opens or creates the file of the locks.
  init(_ path: String) { descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Marks a unit.
  ///
  /// - Returns: `false` if another process has marked it.
  func take(_ name: String) -> Bool { set(name, Int16(F_WRLCK)) }

  /// Removes the mark of a unit.
  func release(_ name: String) { _ = set(name, Int16(F_UNLCK)) }

  private func set(_ name: String, _ type: Int16) -> Bool {
    guard descriptor >= 0 else { return true }
    var lock = flock()
    lock.l_type = type
    lock.l_whence = Int16(SEEK_SET)
    // FNV-1a: the offset depends on the name only, whatever the other units of the plan.
    let hash = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    lock.l_start = off_t(hash >> 2)
    lock.l_len = 1
    return fcntl(descriptor, F_SETLK, &lock) == 0 || ![EACCES, EAGAIN].contains(errno)
  }
}
