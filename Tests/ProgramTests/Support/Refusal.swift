import TestSupport
import Testing

extension ProgramRun {
  /// Expects one line on standard error with the given text, nothing on standard output, and a status.
  func expectRefusal(
    status: Int32, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(self.status == status, sourceLocation: sourceLocation)
    #expect(output.isEmpty, sourceLocation: sourceLocation)
    #expect(errors.contains(text), "\(errors)", sourceLocation: sourceLocation)
    #expect(isOneComplaint, "\(errors)", sourceLocation: sourceLocation)
  }
}
