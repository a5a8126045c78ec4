/// What a program said and how it ended.
package struct ProgramRun {
  package let status: Int32
  package let output, errors: String

  package init(status: Int32, output: String, errors: String) {
    (self.status, self.output, self.errors) = (status, output, errors)
  }

  /// Standard error without the progress that runs of some seconds show, as on a busy machine.
  package var complaints: String {
    errors.split(separator: "\n").filter { !Self.isProgress($0) }.joined(separator: "\n")
  }

  /// Whether standard error is one line and nothing else, but for progress.
  package var isOneComplaint: Bool {
    let lines = errors.split(separator: "\n", omittingEmptySubsequences: false).filter {
      !Self.isProgress($0)
    }
    // What stands behind the last line break is empty.
    return lines.count == 2 && !lines[0].isEmpty && lines[1].isEmpty
  }

  /// Lines on progress end in the time that has passed or that is left.
  private static func isProgress(_ line: Substring) -> Bool {
    line.firstMatch(of: /(\d (s|min|h)|months)( left)?$/) != nil
  }
}
