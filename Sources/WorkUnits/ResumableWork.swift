/// The state of a unit of work: everything that determines its next state, and in the end its result.
public protocol ResumableWork: Codable, Sendable {
  /// The share of the effort that is done, from 0 to 1.
  var share: Double { get }
  /// Whether the work is finished.
  var isFinished: Bool { get }

  /// Whether this can be a state of a unit as planned, with all numbers valid. A file with any other state is
  /// refused, because resuming from it would trap or never end.
  func continues(_ planned: Self) -> Bool
}
