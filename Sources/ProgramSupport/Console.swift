import Foundation
import NoisyQuadraticFiles

/// What a program says on its two outputs, by calls that cannot trap.
enum Console {
  /// Writes text to standard output.
  ///
  /// - Returns: whether that was possible.
  static func say(_ text: String) -> Bool { SystemFile.write(text.utf8, to: STDOUT_FILENO) == nil }

  /// Writes a line to standard error after the program's name. Where nobody can hear it, nothing happens.
  static func complain(_ line: String) {
    // One line whatever it holds: a file's name may contain a line break.
    _ = SystemFile.write("\(Program.name): \(line.onOneLine)\n".utf8, to: STDERR_FILENO)
  }

  /// Puts the null device in the place of outputs that are closed, so that no file that is opened later is
  /// taken for one of them.
  static func occupyDescriptors() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is this one. It is open for reading, so that writing to it is still an error.
      _ = open("/dev/null", O_RDONLY)
    }
  }
}
