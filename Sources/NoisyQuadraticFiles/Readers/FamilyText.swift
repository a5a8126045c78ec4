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

  /// The names of the families.
  public static var familyNames: [String] { NamedFamily.all.map(\.name) }

  /// One line per family with example values and, in brackets, the parameters that have defaults.
  package static var examples: [String] { NamedFamily.all.map(\.example) }

  /// The text as given.
  public let text: String
  private let family: NamedFamily
  private var values: [String: String] = [:]

  /// Splits a text into a family and its parameters.
  ///
  /// - Parameter text: `FAMILY:NAME=VALUE,NAME=VALUE…`.
  /// - Throws: ``Failure`` if a family or parameter does not exist, if a parameter has no value, or if a
  ///   parameter is given twice.
  public init(_ text: String) throws(Failure) {
    let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let family = NamedFamily.all.first(where: { $0.name == halves[0] }) else {
      throw Failure(
        description: "the family is \(Self.shown(halves[0])), expected one of "
          + Self.familyNames.joined(separator: ", "))
    }
    self.text = text
    self.family = family
    let members = halves.count == 1 ? [] : halves[1].split(separator: ",", omittingEmptySubsequences: false)
    let known = family.parameters.map(\.name)
    for member in members {
      let pair = member.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard pair.count == 2, !pair[1].isEmpty else {
        throw Failure(description: "\(family.name) is given \(Self.shown(member)), expected NAME=VALUE")
      }
      guard known.contains(pair[0]) else {
        throw Failure(
          description: "\(family.name) has no parameter \(Self.shown(pair[0])), expected "
            + known.joined(separator: ", "))
      }
      guard values.updateValue(pair[1], forKey: pair[0]) == nil else {
        throw Failure(description: "\(family.name) is given \(pair[0]) twice, expected once")
      }
    }
  }

  /// Whether family and parameters were given by the same text.
  public static func == (a: FamilyText, b: FamilyText) -> Bool { a.text == b.text }

  /// Creates the schedule with `steps` steps.
  ///
  /// - Throws: ``Failure`` if a parameter is missing or outside its domain.
  public func schedule(steps: Int) throws(Failure) -> Schedule {
    do {
      let momentum = try number("momentum")
      guard momentum < 1 else {
        throw failure("momentum", values["momentum"] ?? "", "a finite number ≥ 0 and < 1")
      }
      return try family.build(self, momentum, steps)
    } catch let error as Failure {
      throw error
    } catch {
      throw Failure(description: "\(family.name): \(error)")
    }
  }

  // MARK: Values

  func number(_ name: String) throws(Failure) -> Double { try number(self.text(of: name), of: name) }

  /// A number of steps in a run of the given length.
  func count(_ name: String, _ steps: Int) throws(Failure) -> Int {
    let text = try self.text(of: name)
    return text == NamedFamily.horizon && values[name] == nil ? max(steps, 1) : try count(text, of: name)
  }

  func numbers(_ name: String) throws(Failure) -> [Double] {
    try list(name).map { item throws(Failure) in try number(item, of: name) }
  }

  func counts(_ name: String) throws(Failure) -> [Int] {
    try list(name).map { item throws(Failure) in try count(item, of: name) }
  }

  private func list(_ name: String) throws(Failure) -> [String] {
    try self.text(of: name).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
  }

  /// The given text of a parameter, or that of its default.
  private func text(of name: String) throws(Failure) -> String {
    if let text = values[name] { return text }
    guard let parameter = family.parameters.first(where: { $0.name == name }), parameter.isOptional else {
      throw Failure(description: "\(family.name) needs \(name), expected \(name)=VALUE")
    }
    return parameter.text
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

  private func failure(_ name: String, _ text: String, _ expected: String) -> Failure {
    Failure(description: "\(family.name): \(name) is \(Self.shown(text)), expected \(expected)")
  }

  private static func shown(_ text: some StringProtocol) -> String {
    text.isEmpty ? "empty" : text.cutForMessage
  }
}
