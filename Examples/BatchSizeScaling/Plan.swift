import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// What follows from several arguments together.
struct Plan {
  let problems: [NamedProblem]
  let search: StepsToTarget
  let courses: [BatchSizeScaling.Course]
  let batchSizes: [Double]
  /// Everything needed to compute the report again, for the JSON file.
  let options: [JSONValue.Member]

  init(_ arguments: Arguments) throws(Failure) {
    let isGiven = arguments.preset != nil || arguments.problem != nil
    if arguments.problem != nil, arguments.preset != nil {
      try arguments.refuse("--preset", beside: "--problem")
    }
    if isGiven, arguments.dimension != nil {
      try arguments.refuse("--dimension", beside: arguments.problem == nil ? "--preset" : "--problem")
    }
    let spectrum = arguments.spectrum ?? (isGiven ? .exact : .both)
    let dimension = arguments.dimension ?? 10_000
    let bins = arguments.bins ?? 100
    let whole: NamedProblem
    if let preset = arguments.preset {
      whole = try Program.solving { () throws(NoisyQuadraticError) in try NamedProblem(preset) }
    } else if let file = arguments.problem {
      whole = try Program.files { () throws(FileError) in try NamedProblem(contentsOf: file) }
    } else {
      let model = try Program.solving { () throws(NoisyQuadraticError) in try Self.model(dimension: dimension)
      }
      whole = try Self.named("h = 1/i, \(dimension) directions", model)
    }
    var problems: [NamedProblem] = []
    if spectrum != .exact {
      let model = try Program.solving { () throws(NoisyQuadraticError) in
        try whole.model.inGeometricBins(bins)
      }
      problems.append(try Self.named(whole.name + " in \(bins) bins", model))
    }
    if spectrum != .bins { problems.append(whole) }
    self.problems = problems
    search = StepsToTarget(
      target: arguments.target, learningRateLimit: arguments.learningRateLimit.limit,
      momentumLimit: arguments.momentumLimit, maximumSteps: arguments.maxSteps)
    batchSizes = (arguments.batchSizes ?? (2...21).map { Double(1 << $0) }).sorted()
    let powers = arguments.powers.sorted()
    let base = powers[0]
    let schedules: [StepsToTarget.Method] =
      [.informationBound, .schedule] + arguments.pieces.sorted(by: >).map { .pieces($0) }
    courses =
      schedules.map { BatchSizeScaling.Course($0, power: $0 == .informationBound ? 0 : base) }
      + [.average, .momentum, .constant].flatMap { method in
        powers.map { BatchSizeScaling.Course(method, power: $0) }
      }
    options =
      arguments.reported([
        "dimension": isGiven ? .null : dimension.json, "bins": spectrum == .exact ? .null : bins.json,
        "spectrum": .string(spectrum.rawValue), "batchSizes": batchSizes.json,
      ]) + Arguments.identity
  }

  /// The problem of Zhang et al. (2019).
  private static func model(dimension: Int) throws(NoisyQuadraticError) -> NoisyQuadraticModel {
    let h = try Spectrum.powerLaw(dimension: dimension, exponent: 1, maximum: 1).curvatures()
    return try NoisyQuadraticModel(
      curvature: h, gradientNoise: h, initialSecondMoment: Array(repeating: 1, count: dimension))
  }

  private static func named(_ name: String, _ model: NoisyQuadraticModel) throws(Failure) -> NamedProblem {
    do {
      return try NamedProblem(name: name, model: model)
    } catch {
      throw Failure(status: .internal, message: "\(error)")
    }
  }
}
