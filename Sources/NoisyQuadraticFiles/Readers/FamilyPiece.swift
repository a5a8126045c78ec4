import NoisyQuadratic

/// A piece of a ``FamilyText``: a family with parameters, a number of steps, and what is done with its
/// schedule.
struct FamilyPiece: Sendable {
  /// The parameters that every family has besides its own.
  static let sharedParameters: [FamilyParameter] = [
    .init("steps", .count(atLeast: 1), .derived("rest"), "steps of the piece"),
    .init("repeat", .count(atLeast: 1), .optional("1"), "how often the piece runs, each time from its start"),
    .init("scale", .number, .optional("1"), "factor on the rates"),
    .init("skipFirst", .count(atLeast: 0), .optional("0"), "steps left out at the start"),
    .init("skipLast", .count(atLeast: 0), .optional("0"), "steps left out at the end"),
  ]

  let family: NamedFamily
  private let values: FamilyValues

  /// Reads `FAMILY:NAME=VALUE,NAME=VALUE…`.
  init(_ text: Substring) throws(FamilyText.Failure) {
    let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let family = NamedFamily.all.first(where: { $0.name == halves[0] }) else {
      throw .init(
        "the family is \(Self.shown(halves[0])), expected one of \(FamilyText.familyNames.joined(separator: ", "))"
      )
    }
    let parameters = family.parameters + (family.isChange ? [] : Self.sharedParameters)
    var texts: [String: String] = [:]
    let members = halves.count == 1 ? [] : halves[1].split(separator: ",", omittingEmptySubsequences: false)
    for member in members {
      let pair = member.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard pair.count == 2, !pair[1].isEmpty else {
        throw .init("\(family.name) is given \(Self.shown(member)), expected NAME=VALUE")
      }
      guard parameters.contains(where: { $0.name == pair[0] }) else {
        throw .init(
          "\(family.name) has no parameter \(Self.shown(pair[0])), expected "
            + parameters.map(\.name).joined(separator: ", "))
      }
      guard texts.updateValue(pair[1], forKey: pair[0]) == nil else {
        throw .init("\(family.name) is given \(pair[0]) twice, expected once")
      }
    }
    self.family = family
    values = try Self.values(of: parameters, texts, family.name)
  }

  private static func values(
    of parameters: [FamilyParameter], _ texts: [String: String], _ family: String
  ) throws(FamilyText.Failure) -> FamilyValues {
    var values: [String: FamilyValue] = [:]
    for parameter in parameters {
      let name = parameter.name
      let text: String
      switch (texts[name], parameter.presence) {
      case (let given?, _): text = given
      case (nil, .optional(let fallback)): text = fallback
      case (nil, .derived): continue
      case (nil, .required): throw .init("\(family) needs \(name), expected \(name)=VALUE")
      }
      do throws(FamilyParameter.Refusal) {
        values[name] = try parameter.value(text)
      } catch {
        throw .init("\(family): \(name) is \(shown(error.text)), expected \(error.expected)")
      }
    }
    return FamilyValues(values)
  }

  /// The number of steps of one run of the piece, or `nil` if it takes what the others leave.
  var steps: Int? { values.optionalCount("steps") }

  /// How often the piece runs.
  var runs: Int { family.isChange ? 1 : values.count("repeat") }

  /// The schedule of the piece with `steps` steps in each run, before the schedule `next` if there is one.
  func schedule(steps: Int, before next: Schedule?) throws(FamilyText.Failure) -> Schedule {
    do throws(NoisyQuadraticError) {
      switch family.constructor {
      case .change(let change):
        // Only the first step of what follows matters.
        guard let next else { return try Schedule(learningRates: []) }
        return try change(values, next.cut(to: 1)).cut(to: steps)
      case .schedule(let build):
        let (first, last) = (values.count("skipFirst"), values.count("skipLast"))
        let whole = [first, last].reduce(steps) { $0 &+ min($1, .max - $0) }
        return try build(values, whole).cut(from: first, to: first + steps).scaled(by: values.number("scale"))
          .repeated(runs)
      }
    } catch {
      throw .init("\(family.name): \(error)")
    }
  }

  private static func shown(_ text: some StringProtocol) -> String {
    text.isEmpty ? "empty" : text.cutForMessage
  }
}
