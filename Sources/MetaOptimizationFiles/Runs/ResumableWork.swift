/// A piece of a long run: all that its next state depends on.
public protocol ResumableWork: Codable, Sendable {
  /// How much there is to do, in any unit that is common to all pieces of a run.
  var effort: Double { get }
  /// How much of it is done, 0 to 1.
  var share: Double { get }
  /// Whether nothing is left to do.
  var isFinished: Bool { get }

  /// Whether this may be a state of a piece as it was planned, none of its numbers out of place. A checkpoint that
  /// is not is refused: to go on with it would end the program, or never end.
  func continues(_ planned: Self) -> Bool
}
