/// A name that cannot stand in the titles of reports and plots.
public struct ProblemNameError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The name.
  public let name: String

  /// One line with the field, the value and the expectation.
  public var description: String {
    "name is \(name.quotedForMessage), expected one line of text that is not blank"
  }
}
