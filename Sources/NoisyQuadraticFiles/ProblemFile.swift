import NoisyQuadratic

/// A noisy quadratic as defined in a problem file, with the model that it describes.
///
/// The format is described in Docs/ComparisonFormat.md. Unknown and duplicate keys are refused.
public struct ProblemFile: Sendable, Equatable {
  /// The name given in the file, or the file name without its extension.
  public let name: String
  /// The model.
  public let model: NoisyQuadraticModel
  /// The content of the file, which is itself a valid problem file. Spectra are kept as spectra.
  public let definition: JSONValue

  /// Reads a problem file.
  ///
  /// - Throws: ``FileError`` with one line that names the file, the field, its value and the expected value.
  public init(contentsOf path: String) throws(FileError) {
    try self.init(InputFile(path, .regularOrPipe).readToEnd(), path: path)
  }

  /// Reads the bytes of a problem file.
  init(_ bytes: [UInt8], path: String) throws(FileError) {
    try InputFile.refuseWebPage(bytes, path, expected: "a problem file")
    let definition = try Self.json(bytes, path)
    do throws(ProblemDecoder.Failure) {
      let decoder = try ProblemDecoder(definition)
      name = try decoder.name() ?? InputFile.stem(path)
      model = try decoder.model()
      self.definition = definition
    } catch {
      throw .invalid(path: path, problem: error.problem)
    }
  }

  /// Creates the problem of a preset.
  public init(_ reference: ReferenceProblem) throws(NoisyQuadraticError) {
    name = reference.rawValue
    model = try reference.model()
    definition = reference.definition(model)
  }

  private static func json(_ bytes: [UInt8], _ path: String) throws(FileError) -> JSONValue {
    do throws(JSONReader.Failure) {
      return try JSONReader.read(bytes)
    } catch {
      throw .notJSON(path: path, line: error.line, column: error.column, problem: error.problem)
    }
  }
}

extension ReferenceProblem {
  /// The preset in the problem-file format.
  fileprivate func definition(_ model: NoisyQuadraticModel) -> JSONValue {
    func object(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
      .object(members.map { .init($0.key, $0.value) })
    }
    func proportional(_ scale: Double) -> JSONValue {
      object(["kind": .string("proportionalToCurvature"), "scale": .number(scale)])
    }
    switch self {
    case .wu2018, .wu2018Deterministic:
      return object([
        "name": .string(rawValue),
        "curvature": object([
          "kind": .string("chebyshev"), "dimension": .number(1000), "minimum": .number(0.05),
          "maximum": .number(10),
        ]),
        "gradientNoise": proportional(self == .wu2018 ? 1 : 0), "initialSecondMoment": .number(10),
      ])
    case .powerLaw:
      return object([
        "name": .string(rawValue),
        "curvature": object([
          "kind": .string("powerLaw"), "dimension": .number(1000), "exponent": .number(1),
          "maximum": .number(1),
        ]),
        "gradientNoise": proportional(1), "initialSecondMoment": .number(1),
      ])
    case .twoDimensional:
      return object([
        "name": .string(rawValue), "curvature": .array([.number(100), .number(1)]),
        "gradientNoise": proportional(1), "initialSecondMoment": .array([.number(1), .number(100)]),
      ])
    case .zhang2019:
      return object([
        "name": .string(rawValue), "curvature": .array(model.curvature.map { .number($0) }),
        "multiplicity": .array(model.multiplicity.map { .number($0) }),
        "gradientNoise": proportional(1), "initialSecondMoment": .number(1),
      ])
    }
  }
}
