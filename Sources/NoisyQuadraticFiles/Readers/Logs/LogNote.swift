/// What a reader of logs assumed, and the parameter by which a caller can decide otherwise.
///
/// The library prints nothing. A program shows every note to its user.
public struct LogNote: Sendable, Equatable {
  /// The file's path, or what else the note is about.
  package let source: String
  /// What was assumed, in one line.
  package let content: String
  /// The properties of ``TrainingLog/Options`` that decide.
  public let parameters: [String]

  /// What was assumed, in one line that begins with the name of the file.
  public var text: String { "\(source.cutForMessage): \(content)" }

  package init(_ path: String, _ text: String, parameters: [String] = []) {
    (source, content, self.parameters) = (path, text, parameters)
  }

  /// The note that momenta without a convention are taken for those of the paper.
  package static func velocityIsAssumed(_ source: String) -> LogNote {
    LogNote(
      source, "no momentum convention is stated, velocity is assumed: v = mu v - alpha g, theta = theta + v",
      parameters: ["momentumConvention"])
  }

  /// The note in one line, with the parameters under the names that a caller gives them.
  package func line(naming name: (String) -> String) -> String {
    parameters.isEmpty ? text : "\(text) (otherwise: \(parameters.map(name).joined(separator: ", ")))"
  }
}

extension LogNote: CustomStringConvertible {
  /// The note in one line.
  public var description: String { line { $0 } }
}
