import NoisyQuadratic

/// A schedule of a named family in one line of text, such as `cosine:initialValue=0.8,endValue=0.01`.
///
/// The families and parameters are those of the builders of `Schedule`; Docs/ScheduleFormat.md lists them.
public struct FamilyText: Sendable, Equatable {
  /// An error in such a text.
  public struct Failure: Error, Equatable, CustomStringConvertible {
    /// One line that states the parameter, its value and the expected value.
    public let description: String
  }

  /// Every family with its parameters. All families also accept `momentum`.
  private static let families: KeyValuePairs = [
    "constant": ["learningRate"],
    "linear": ["initialValue", "endValue", "transitionSteps"],
    "exponential": ["initialValue", "decayRate", "transitionSteps"],
    "inverse-time": ["initialValue", "timeScale", "exponent"],
    "cosine": ["initialValue", "endValue", "transitionSteps"],
    "polynomial": ["initialValue", "endValue", "power", "transitionSteps"],
    "piecewise-constant": ["values", "boundaries"],
    "warmup-stable-decay": ["peakValue", "warmupSteps", "decaySteps", "endValue"],
  ]

  /// The names of the families.
  public static var familyNames: [String] { families.map(\.key) }

  /// The text as given.
  public let text: String
  private let family: String
  private var values: [String: String] = [:]

  /// Splits a text into a family and its parameters.
  ///
  /// - Parameter text: `FAMILY:NAME=VALUE,NAME=VALUE…`.
  /// - Throws: ``Failure`` if a family or parameter does not exist, if a parameter has no value, or if a
  ///   parameter is given twice.
  public init(_ text: String) throws(Failure) {
    let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let (family, parameters) = Self.families.first(where: { $0.key == halves[0] }) else {
      throw Failure(
        description: "the family is \(Self.shown(halves[0])), expected one of "
          + Self.familyNames.joined(separator: ", "))
    }
    self.text = text
    self.family = family
    let members = halves.count == 1 ? [] : halves[1].split(separator: ",", omittingEmptySubsequences: false)
    for member in members {
      let pair = member.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard pair.count == 2, !pair[1].isEmpty else {
        throw Failure(description: "\(family) is given \(Self.shown(member)), expected NAME=VALUE")
      }
      let known = parameters + ["momentum"]
      guard known.contains(pair[0]) else {
        throw Failure(
          description: "\(family) has no parameter \(Self.shown(pair[0])), expected "
            + known.joined(separator: ", "))
      }
      guard values.updateValue(pair[1], forKey: pair[0]) == nil else {
        throw Failure(description: "\(family) is given \(pair[0]) twice, expected once")
      }
    }
  }

  /// Creates the schedule with `steps` steps.
  ///
  /// - Throws: ``Failure`` if a parameter is missing or outside its domain.
  public func schedule(steps: Int) throws(Failure) -> Schedule {
    do {
      let momentum = try number("momentum", default: 0)
      guard momentum < 1 else {
        throw failure("momentum", values["momentum"] ?? "", "a finite number ≥ 0 and < 1")
      }
      switch family {
      case "constant":
        return try .constant(learningRate: number("learningRate"), momentum: momentum, steps: steps)
      case "linear":
        return try .linear(
          initialValue: number("initialValue"), endValue: number("endValue", default: 0),
          transitionSteps: count("transitionSteps", default: max(steps, 1)), momentum: momentum, steps: steps)
      case "exponential":
        return try .exponential(
          initialValue: number("initialValue"), decayRate: number("decayRate"),
          transitionSteps: count("transitionSteps", default: 1), momentum: momentum, steps: steps)
      case "inverse-time":
        return try .inverseTime(
          initialValue: number("initialValue"), timeScale: number("timeScale"),
          exponent: number("exponent", default: 1), momentum: momentum, steps: steps)
      case "cosine":
        return try .cosine(
          initialValue: number("initialValue"), endValue: number("endValue", default: 0),
          transitionSteps: count("transitionSteps", default: max(steps, 1)), momentum: momentum, steps: steps)
      case "polynomial":
        return try .polynomial(
          initialValue: number("initialValue"), endValue: number("endValue", default: 0),
          power: number("power"), transitionSteps: count("transitionSteps", default: max(steps, 1)),
          momentum: momentum, steps: steps)
      case "piecewise-constant":
        return try .piecewiseConstant(
          values: list("values").map { (text) throws(Failure) in try number(text, of: "values") },
          boundaries: list("boundaries").map { (text) throws(Failure) in try count(text, of: "boundaries") },
          momentum: momentum, steps: steps)
      default:
        return try .warmupStableDecay(
          peakValue: number("peakValue"), warmupSteps: count("warmupSteps"), decaySteps: count("decaySteps"),
          endValue: number("endValue", default: 0), momentum: momentum, steps: steps)
      }
    } catch let error as Failure {
      throw error
    } catch {
      throw Failure(description: "\(family): \(error)")
    }
  }

  // MARK: Values

  private func number(_ name: String, default fallback: Double? = nil) throws(Failure) -> Double {
    if let text = values[name] { return try number(text, of: name) }
    guard let fallback else { throw missing(name) }
    return fallback
  }

  private func count(_ name: String, default fallback: Int? = nil) throws(Failure) -> Int {
    if let text = values[name] { return try count(text, of: name) }
    guard let fallback else { throw missing(name) }
    return fallback
  }

  private func list(_ name: String) throws(Failure) -> [String] {
    guard let text = values[name] else { throw missing(name) }
    return text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
  }

  private func number(_ text: String, of name: String) throws(Failure) -> Double {
    guard let value = Double(typed: text), value >= 0 else {
      throw failure(name, text, "a finite number ≥ 0")
    }
    return value
  }

  private func count(_ text: String, of name: String) throws(Failure) -> Int {
    guard let value = Int(typed: text), value >= 0 else { throw failure(name, text, "an integer ≥ 0") }
    return value
  }

  private func missing(_ name: String) -> Failure {
    Failure(description: "\(family) needs \(name), expected \(name)=VALUE")
  }

  private func failure(_ name: String, _ text: String, _ expected: String) -> Failure {
    Failure(description: "\(family): \(name) is \(Self.shown(text)), expected \(expected)")
  }

  private static func shown(_ text: some StringProtocol) -> String {
    text.isEmpty ? "empty" : text.cutForMessage
  }
}
