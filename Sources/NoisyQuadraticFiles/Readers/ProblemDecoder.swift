import NoisyQuadratic

/// Decodes the JSON of a problem file into a model and refuses unknown content.
struct ProblemDecoder {
  /// An error that states the field, its value and the expected value, without the name of the file.
  struct Failure: Error {
    let problem: String

    init(_ problem: String) { self.problem = problem }

    init(_ field: String, _ value: JSONValue, expected: String) {
      problem = "\(field) is \(value.text.cutForMessage), expected \(expected)"
    }
  }

  private let fields: [String: JSONValue]

  init(_ definition: JSONValue) throws(Failure) {
    // The format first: a file of another format has other keys.
    try Self.checkFormat(definition)
    let start = try Self.startKeys(definition)
    fields = try Self.members(
      of: definition, "the file", required: ["curvature", "gradientNoise"] + start,
      optional: ["format", "version", "name", "multiplicity", "batchSize", "preconditionerPower"])
  }

  /// Refuses a file whose `format` or `version` is not one that this package reads. Both may be absent.
  private static func checkFormat(_ definition: JSONValue) throws(Failure) {
    guard case .object(let members) = definition else { return }
    for member in members where member.key == "format" {
      guard member.value == .string(CodedFormat.problem.rawValue) else {
        throw Failure("format", member.value, expected: "\"\(CodedFormat.problem.rawValue)\"")
      }
    }
    for member in members where member.key == "version" {
      guard case .number(let number) = member.value, let version = Int(exactly: number) else {
        throw Failure("version", member.value, expected: "\(CodedFormat.version)")
      }
      if let problem = CodedFormat.problem(ofVersion: version) { throw Failure(problem) }
    }
  }

  /// The keys of the start: its second moments, or its means and variances.
  private static func startKeys(_ definition: JSONValue) throws(Failure) -> [String] {
    guard case .object(let members) = definition else { return [] }
    let keys = members.map(\.key)
    let exact = ["initialMean", "initialVariance"]
    guard let given = exact.first(where: keys.contains) else { return ["initialSecondMoment"] }
    if keys.contains("initialSecondMoment") {
      throw Failure("\(given) stands beside initialSecondMoment, expected one of them")
    }
    return exact
  }

  func name() throws(Failure) -> String? {
    guard let value = fields["name"] else { return nil }
    guard case .string(let name) = value else { throw Failure("name", value, expected: "a string") }
    return name
  }

  func model() throws(Failure) -> NoisyQuadraticModel {
    let h = try curvature()
    let noise = try noise(h)
    var multiplicity: [Double]?
    if let value = fields["multiplicity"] { multiplicity = try Self.array(value, "multiplicity") }
    var power = 0.0
    if let value = fields["preconditionerPower"] { power = try Self.number(value, "preconditionerPower") }
    var batchSize = 1.0
    if let value = fields["batchSize"] { batchSize = try Self.number(value, "batchSize") }
    let mean = fields["initialMean"] == nil ? nil : try start("initialMean", count: h.count)
    let spread = try start(mean == nil ? "initialSecondMoment" : "initialVariance", count: h.count)
    do throws(NoisyQuadraticError) {
      let model =
        switch (noise, mean) {
        case (.additive(let c), let mean?):
          try NoisyQuadraticModel(
            curvature: h, gradientNoise: c, initialMean: mean, initialVariance: spread,
            multiplicity: multiplicity, batchSize: batchSize)
        case (.additive(let c), nil):
          try NoisyQuadraticModel(
            curvature: h, gradientNoise: c, initialSecondMoment: spread, multiplicity: multiplicity,
            batchSize: batchSize)
        case (.leastSquares(let variance), let mean?):
          try NoisyQuadraticModel(
            leastSquares: h, residualVariance: variance, initialMean: mean, initialVariance: spread,
            multiplicity: multiplicity, batchSize: batchSize)
        case (.leastSquares(let variance), nil):
          try NoisyQuadraticModel(
            leastSquares: h, residualVariance: variance, initialSecondMoment: spread,
            multiplicity: multiplicity, batchSize: batchSize)
        }
      return try model.preconditioned(power: power)
    } catch {
      throw Failure(error.description)
    }
  }

  // MARK: Fields

  /// The start: one number for all directions, or an array with one for each.
  private func start(_ field: String, count: Int) throws(Failure) -> [Double] {
    try perDirection(field, count: count, or: "a number or an array of numbers")
  }

  private func curvature() throws(Failure) -> [Double] {
    let value = fields["curvature"] ?? .null
    guard case .object = value else { return try Self.array(value, "curvature", or: "or a spectrum") }
    let kinds = [
      "powerLaw": ["exponent", "maximum"], "geometric": ["minimum", "maximum"],
      "chebyshev": ["minimum", "maximum"],
    ]
    let kind = try Self.kind(of: value, "curvature", among: kinds.keys.sorted())
    let members = try Self.members(
      of: value, "curvature", required: ["kind", "dimension"] + (kinds[kind] ?? []), optional: [])
    func number(_ key: String) throws(Failure) -> Double {
      try Self.number(members[key] ?? .null, "curvature.\(key)")
    }
    let size = try number("dimension")
    guard let dimension = Int(exactly: size) else {
      throw Failure("curvature.dimension is \(size.jsonText), expected a whole number")
    }
    let spectrum: Spectrum
    switch kind {
    case "powerLaw":
      spectrum = .powerLaw(
        dimension: dimension, exponent: try number("exponent"), maximum: try number("maximum"))
    case "geometric":
      spectrum = .geometric(
        dimension: dimension, minimum: try number("minimum"), maximum: try number("maximum"))
    default:
      spectrum = .chebyshev(
        dimension: dimension, minimum: try number("minimum"), maximum: try number("maximum"))
    }
    do throws(NoisyQuadraticError) {
      return try spectrum.curvatures()
    } catch {
      throw Failure(error.description)
    }
  }

  /// The noise as a file states it.
  private enum Noise {
    case additive([Double])
    case leastSquares(residualVariance: Double)
  }

  private func noise(_ h: [Double]) throws(Failure) -> Noise {
    let field = "gradientNoise"
    let value = fields[field] ?? .null
    guard case .object = value else {
      return .additive(
        try perDirection(
          field, count: h.count,
          or: "a number, an array of numbers, {\"kind\": \"proportionalToCurvature\", \"scale\": x}"
            + " or {\"kind\": \"leastSquares\", \"residualVariance\": x}"))
    }
    let keys = ["proportionalToCurvature": "scale", "leastSquares": "residualVariance"]
    let kind = try Self.kind(of: value, field, among: keys.keys.sorted(by: >))
    let key = keys[kind] ?? ""
    let members = try Self.members(of: value, field, required: ["kind", key], optional: [])
    let number = try Self.number(members[key] ?? .null, "\(field).\(key)")
    guard number >= 0 else {
      throw Failure("\(field).\(key) is \(number.jsonText), expected a number ≥ 0")
    }
    return kind == "leastSquares" ? .leastSquares(residualVariance: number) : .additive(h.map { number * $0 })
  }

  /// One number for all directions, or an array with one for each.
  private func perDirection(
    _ field: String, count: Int, or expected: String
  ) throws(Failure) -> [Double] {
    let value = fields[field] ?? .null
    switch value {
    case .number(let number):
      guard number >= 0 || field == "initialMean" else {
        throw Failure(field, value, expected: "a number ≥ 0")
      }
      return Array(repeating: number, count: count)
    case .array: return try Self.array(value, field)
    default: throw Failure(field, value, expected: expected)
    }
  }

  // MARK: Values

  private static func number(_ value: JSONValue, _ field: String) throws(Failure) -> Double {
    guard case .number(let number) = value else { throw Failure(field, value, expected: "a number") }
    return number
  }

  private static func array(
    _ value: JSONValue, _ field: String, or alternative: String = ""
  ) throws(Failure) -> [Double] {
    guard case .array(let values) = value else {
      throw Failure(
        field, value, expected: "an array of numbers" + (alternative.isEmpty ? "" : " " + alternative))
    }
    var numbers: [Double] = []
    numbers.reserveCapacity(values.count)
    for (i, value) in values.enumerated() { numbers.append(try number(value, "\(field)[\(i)]")) }
    return numbers
  }

  private static func kind(
    of value: JSONValue, _ field: String, among kinds: [String]
  ) throws(Failure) -> String {
    let expected = kinds.map { "\"\($0)\"" }.joined(separator: ", ")
    guard case .object(let members) = value, let kind = members.first(where: { $0.key == "kind" })?.value
    else { throw Failure("\(field).kind is missing, expected \(expected)") }
    guard case .string(let name) = kind, kinds.contains(name) else {
      throw Failure("\(field).kind", kind, expected: expected)
    }
    return name
  }

  private static func members(
    of value: JSONValue, _ field: String, required: [String], optional: [String]
  ) throws(Failure) -> [String: JSONValue] {
    guard case .object(let members) = value else { throw Failure(field, value, expected: "an object") }
    let prefix = field == "the file" ? "" : field + "."
    let known = required + optional
    var result: [String: JSONValue] = [:]
    for member in members {
      guard known.contains(member.key) else {
        throw Failure(
          "unknown key \((prefix + member.key).quotedForMessage), expected \(known.joined(separator: ", "))")
      }
      result[member.key] = member.value
    }
    for key in required where result[key] == nil {
      throw Failure("\(prefix)\(key) is missing, expected it among the keys \(known.joined(separator: ", "))")
    }
    return result
  }
}
