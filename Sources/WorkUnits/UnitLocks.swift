import Foundation
import NoisyQuadraticFiles
import Synchronization

/// Marks units that this process works on, so that no other process works on them at the same time.
///
/// Every unit is one byte of a file of the folder, which is locked. The system releases the locks when the
/// process ends, however it ends, and on a shared file system they hold between machines. A file system without
/// locks is used without them.
final class UnitLocks: Sendable {
  private static let name = ".lock"

  private let directory: OutputDirectory
  private let descriptor: Mutex<Int32>

  /// Opens the file of the locks. It is created, and the folder too, if they do not exist.
  ///
  /// - Throws: `FileError`.
  init(in directory: OutputDirectory) throws(FileError) {
    self.directory = directory
    descriptor = Mutex(try Self.open(directory))
  }

  deinit { descriptor.withLock { _ = close($0) } }

  private static func open(_ directory: OutputDirectory) throws(FileError) -> Int32 {
    try directory.create()
    let path = directory.file(name)
    let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .cannotCreate(path: path, reason: SystemReason.text(errno)) }
    return descriptor
  }

  /// Marks a unit.
  ///
  /// - Returns: `false` if another process has marked it.
  /// - Throws: `FileError` if the file cannot be created again
  ///   after another process has removed it.
  func take(_ unit: String) throws(FileError) -> Bool {
    let result = descriptor.withLock { descriptor -> Result<Bool, FileError> in
      Result { () throws(FileError) in
        while true {
          guard Self.set(descriptor, unit, F_WRLCK) else { return false }
          // A file that was removed meanwhile locks nothing. Nobody had a lock when it was removed.
          if isCurrent(descriptor) { return true }
          let other = try Self.open(directory)
          close(descriptor)
          descriptor = other
        }
      }
    }
    return try result.get()
  }

  /// Removes the mark of a unit.
  func release(_ unit: String) { descriptor.withLock { _ = Self.set($0, unit, F_UNLCK) } }

  /// Removes the file of the locks and its folder, if nothing else is in it and no process has a mark.
  static func remove(from directory: OutputDirectory) {
    let names = try? FileManager.default.contentsOfDirectory(atPath: directory.path)
    guard names == [] || names == [name], let descriptor = try? open(directory) else { return }
    defer { close(descriptor) }
    guard set(descriptor, nil, F_WRLCK) else { return }
    unlink(directory.file(name))
    rmdir(directory.path)
  }

  private func isCurrent(_ descriptor: Int32) -> Bool {
    var (opened, named) = (stat(), stat())
    return fstat(descriptor, &opened) == 0 && stat(directory.file(Self.name), &named) == 0
      && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
  }

  /// Sets or removes the lock of a unit, or of all units.
  private static func set(_ descriptor: Int32, _ unit: String?, _ type: some BinaryInteger) -> Bool {
    var lock = flock()
    lock.l_type = Int16(type)
    lock.l_whence = Int16(SEEK_SET)
    if let unit {
      // FNV-1a: the offset depends on the name only, whatever the other units of the plan.
      let hash = unit.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
      lock.l_start = off_t(hash >> 2)
      lock.l_len = 1
    }
    return fcntl(descriptor, F_SETLK, &lock) == 0 || ![EACCES, EAGAIN].contains(errno)
  }
}
