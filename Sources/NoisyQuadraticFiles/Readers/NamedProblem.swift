import NoisyQuadratic

/// A noisy quadratic with its name, as reports and plots show it: from a problem file, a preset, or a model in
/// memory.
///
/// The format is described in Docs/ComparisonFormat.md. Unknown and duplicate keys are refused.
public struct NamedProblem: Sendable, Equatable {
  /// The name. If a problem file does not give one, it is the file name without its extension.
  public let name: String
  /// The model.
  public let model: NoisyQuadraticModel
  /// The content of a problem file that describes the model. It is the file's own content if there is a file,
  /// so that spectra are kept as spectra.
  public let definition: JSONValue

  /// Creates a problem from a model in memory. Then reports can be written about it.
  ///
  /// ```swift
  /// let model = try NoisyQuadraticModel(
  ///   curvature: [1, 0.1], gradientNoise: [1, 0.1], initialSecondMoment: [1, 1])
  /// let schedule = try Schedule(learningRates: Array(repeating: 0.1, count: 100))
  /// let report = ScheduleGapReport(
  ///   problem: try NamedProblem(name: "mine", model: model), name: "constant", options: [],
  ///   gap: try ScheduleGap(model, schedule))
  /// try report.write(to: OutputDirectory("gap"), plots: [report.plot])
  /// ```
  ///
  /// The definition lists all numbers of the model and reads back as an equal model. ``write(to:as:)`` makes
  /// it a problem file.
  ///
  /// - Parameters:
  ///   - name: one line of text that is not blank.
  ///   - model: the model.
  /// - Throws: ``ProblemNameError`` for any other name.
  public init(name: String, model: NoisyQuadraticModel) throws(ProblemNameError) {
    guard name == name.onOneLine, !name.allSatisfy(\.isWhitespace) else { throw ProblemNameError(name: name) }
    self.name = name
    self.model = model
    func array(_ key: String, _ numbers: [Double]) -> JSONValue.Member {
      .init(key, .array(numbers.map(JSONValue.number)))
    }
    let noise: JSONValue.Member
    if case .leastSquares(let residualVariance) = model.noiseKind {
      noise = .init(
        "gradientNoise",
        .object([
          .init("kind", .string("leastSquares")), .init("residualVariance", .number(residualVariance)),
        ]))
    } else {
      noise = array("gradientNoise", model.gradientNoise)
    }
    definition = .object(
      [
        .init("name", .string(name)), array("curvature", model.curvature),
        array("multiplicity", model.multiplicity), noise,
      ]
        + (model.startsAtMeanZero
          ? [array("initialSecondMoment", model.initialSecondMoment)]
          : [array("initialMean", model.initialMean), array("initialVariance", model.initialVariance)])
        + [.init("batchSize", .number(model.batchSize))])
  }

  /// Writes the problem as a problem file, which ``init(contentsOf:)`` and the programs read.
  ///
  /// - Parameters:
  ///   - directory: the directory to write to.
  ///   - fileName: the name of the file.
  /// - Throws: ``FileError`` if the file cannot be written. Then nothing is changed.
  public func write(
    to directory: OutputDirectory, as fileName: String = "problem.json"
  ) throws(FileError) {
    try directory.write([(fileName, writeJSON)])
  }

  /// Writes the content of a problem file: format, version and name, then the definition. A spectrum stays a
  /// spectrum.
  public func writeJSON(to sink: TextSink) {
    guard case .object(let members) = definition else { return }
    JSONObjectWriter.write(to: sink, onLines: true) { json in
      json.add("format", CodedFormat.problem.rawValue)
      json.add("version", CodedFormat.version)
      json.add("name", name)
      for member in members where !["format", "version", "name"].contains(member.key) {
        json.add(member.key, member.value)
      }
    }
  }

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
  ///
  /// - Throws: `NoisyQuadraticError`, never for a preset of this version.
  public init(_ reference: ReferenceProblem) throws(NoisyQuadraticError) {
    name = reference.rawValue
    model = try reference.model()
    definition = reference.file
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
  fileprivate var file: JSONValue {
    func array(_ values: [Double]) -> JSONValue { .array(values.map { .number($0) }) }
    let definition = definition
    var members = [JSONValue.Member("name", .string(rawValue))]
    switch definition.curvature {
    case .spectrum(let spectrum): members.append(.init("curvature", .object(spectrum.members)))
    case .values(let values, let multiplicity):
      members.append(.init("curvature", array(values)))
      if let multiplicity { members.append(.init("multiplicity", array(multiplicity))) }
    }
    let noise: [JSONValue.Member] = [
      .init("kind", .string("proportionalToCurvature")), .init("scale", .number(definition.noiseScale)),
    ]
    let moment = definition.initialSecondMoment
    return .object(
      members + [
        .init("gradientNoise", .object(noise)),
        .init("initialSecondMoment", moment.count == 1 ? .number(moment[0]) : array(moment)),
      ])
  }
}

extension Spectrum {
  /// The spectrum in the problem-file format.
  fileprivate var members: [JSONValue.Member] {
    func members(_ kind: String, _ numbers: KeyValuePairs<String, Double>) -> [JSONValue.Member] {
      [.init("kind", .string(kind)), .init("dimension", .number(Double(dimension)))]
        + numbers.map { .init($0.key, .number($0.value)) }
    }
    switch self {
    case .powerLaw(_, let exponent, let maximum):
      return members("powerLaw", ["exponent": exponent, "maximum": maximum])
    case .geometric(_, let minimum, let maximum):
      return members("geometric", ["minimum": minimum, "maximum": maximum])
    case .chebyshev(_, let minimum, let maximum):
      return members("chebyshev", ["minimum": minimum, "maximum": maximum])
    }
  }
}
