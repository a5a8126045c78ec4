import NoisyQuadratic

/// A schedule of named families in one line of text, such as `cosine:initialValue=0.8,endValue=0.01` or
/// `warmup:steps=20+cosine:initialValue=0.8`.
///
/// The families and parameters are those of the builders of `Schedule`; Docs/ScheduleFormat.md lists them.
/// Families joined by plus signs follow one another.
public struct FamilyText: Sendable, Equatable {
  /// An error in such a text.
  public struct Failure: Error, Equatable, CustomStringConvertible {
    /// One line that states the parameter, its value and the expected value.
    public let description: String

    init(_ description: String) { self.description = description }
  }

  /// The names of the families.
  public static var familyNames: [String] { NamedFamily.all.map(\.name) }

  /// One line per family with example values and, in brackets, the parameters that have defaults.
  package static var examples: [String] { NamedFamily.all.map(\.example) }

  /// The form of such texts, with all families and parameters, for help texts.
  package static var help: String {
    """
    A family is NAME:PARAMETER=VALUE,PARAMETER=VALUE:

    \(NamedFamily.all.map(\.exampleLines).joined(separator: "\n"))

    Parameters in brackets may be left out and then have these values, where horizon is the number of steps of \
    the family. \(NamedFamily.withMomentum) take momentum=0.9 for all steps as well.

    Families joined by + follow one another, as in constant:learningRate=0.1,steps=100+linear:initialValue=0.1. \
    warmup:steps=20+cosine:initialValue=0.8 rises from 0 to the first rate of the cosine. Every family takes

      \(FamilyPiece.sharedParameters.map(\.line).joined(separator: "\n  "))

    and one of them may do without steps: it takes the rest of the horizon. The parameters of the families are

      \(NamedFamily.parameters.map(\.line).joined(separator: "\n  "))
    """
  }

  /// The text as given.
  public let text: String
  private let pieces: [FamilyPiece]

  /// Splits a text into families and their parameters.
  ///
  /// - Parameter text: `FAMILY:NAME=VALUE,NAME=VALUE…`, or several of them joined by plus signs.
  /// - Throws: ``Failure`` if a family or parameter does not exist, if a parameter has no value or one outside
  ///   its domain, if it is missing or given twice, or if several families lack a number of steps.
  public init(_ text: String) throws(Failure) {
    self.text = text
    pieces = try Self.split(text).map { piece throws(Failure) in try FamilyPiece(piece) }
    if let last = pieces.last, last.family.isChange {
      throw Failure("\(last.family.name) is the last family, expected one behind it")
    }
    let open = pieces.filter { $0.steps == nil }.map(\.family.name)
    guard open.count <= 1 else {
      throw Failure(
        "\(open.joined(separator: " and ")) have no steps, expected them for all families but one")
    }
  }

  /// Whether families and parameters were given by the same text.
  public static func == (a: FamilyText, b: FamilyText) -> Bool { a.text == b.text }

  /// Creates the schedule with `steps` steps, in the convention `velocity`.
  ///
  /// - Throws: ``Failure`` if a parameter is outside its domain, or if the steps of the families do not add up
  ///   to `steps`.
  public func schedule(steps: Int) throws(Failure) -> Schedule {
    let lengths = try self.lengths(steps)
    var parts: [Schedule] = []
    for (piece, length) in zip(pieces, lengths).reversed() {
      parts.append(try piece.schedule(steps: length, before: parts.last))
    }
    do {
      return try .join(parts.reversed())
    } catch {
      throw Failure("\(error)")
    }
  }

  /// The numbers of steps of one run of each piece. All runs together have `horizon` steps.
  private func lengths(_ horizon: Int) throws(Failure) -> [Int] {
    var rest = horizon
    for piece in pieces {
      guard let steps = piece.steps else { continue }
      let (total, overflow) = steps.multipliedReportingOverflow(by: piece.runs)
      guard !overflow, total <= rest else {
        let times = piece.runs == 1 ? "" : " and repeat is \(piece.runs)"
        throw Failure(
          "\(piece.family.name): steps is \(steps)\(times), expected at most the \(rest) steps that are left of "
            + "the horizon, \(horizon)")
      }
      rest -= total
    }
    guard let open = pieces.first(where: { $0.steps == nil }) else {
      guard rest == 0 else {
        throw Failure("the families have \(horizon - rest) steps, expected the horizon, \(horizon)")
      }
      return pieces.map { $0.steps ?? 0 }
    }
    guard rest > 0 || pieces.count == 1 else {
      throw Failure("\(open.family.name) has no step of the horizon, \(horizon), left, expected at least 1")
    }
    let (each, odd) = rest.quotientAndRemainder(dividingBy: open.runs)
    guard odd == 0 else {
      throw Failure(
        "\(open.family.name): repeat is \(open.runs), expected a divisor of its number of steps, \(rest)")
    }
    return pieces.map { $0.steps ?? each }
  }

  /// The pieces between plus signs. A plus sign before a digit belongs to an exponent.
  private static func split(_ text: String) -> [Substring] {
    var pieces: [Substring] = []
    var start = text.startIndex
    for i in text.indices where text[i] == "+" {
      let next = text.index(after: i)
      if next < text.endIndex, ("0"..."9").contains(text[next]) { continue }
      pieces.append(text[start..<i])
      start = next
    }
    return pieces + [text[start...]]
  }
}
