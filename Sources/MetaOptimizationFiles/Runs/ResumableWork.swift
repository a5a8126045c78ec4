/// A piece of a long run: everything that determines its next state.
public protocol ResumableWork: Codable, Sendable {
  /// The total effort, in any unit that is common to all pieces of a run.
  var effort: Double { get }
  /// The share of the effort that is done, from 0 to 1.
  var share: Double { get }
  /// Whether the work is finished.
  var isFinished: Bool { get }

  /// Whether this can be a state of a piece as planned, with all numbers valid. A checkpoint with any other
  /// state is refused, because resuming from it would trap or never end.
  func continues(_ planned: Self) -> Bool
}
