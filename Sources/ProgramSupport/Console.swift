import Foundation
import NoisyQuadraticFiles

/// The two outputs of a program, written with calls that cannot trap.
enum Console {
  /// Writes text to standard output.
  ///
  /// - Returns: whether the text was written.
  static func say(_ text: String) -> Bool { SystemFile.write(text.utf8, to: STDOUT_FILENO) == nil }

  /// Writes a line to standard error after the program's name. If standard error is unavailable, nothing
  /// happens.
  static func complain(_ line: String) {
    // The message stays on one line, although a file's name may contain a line break.
    _ = SystemFile.write("\(Program.name): \(line.onOneLine)\n".utf8, to: STDERR_FILENO)
  }

  /// Opens the null device on standard descriptors that are closed, so that no file opened later takes their
  /// place.
  static func occupyDescriptors() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
      // The closed descriptor is the lowest free number. It is opened for reading only, so that writing to it
      // still fails.
      _ = open("/dev/null", O_RDONLY)
    }
  }
}
