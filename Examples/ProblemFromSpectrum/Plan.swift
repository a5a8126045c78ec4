import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// What follows from several arguments together.
struct Plan {
  private let arguments: Arguments

  /// Refuses options that contradict each other, before any file is read.
  init(_ arguments: Arguments) throws(Failure) {
    self.arguments = arguments
    if arguments.hessian != nil {
      try arguments.refuse(
        "--spectrum", "--eigenvalue-column", "--weight-column", "--eigenvectors", "--parameters",
        beside: "--hessian")
    }
    if arguments.eigenvectors != nil {
      try arguments.refuse("--weight-column", "--parameters", beside: "--eigenvectors")
      try Self.require(arguments.spectrum != nil, "--eigenvectors", "--spectrum")
      try Self.require(arguments.gradients != nil, "--eigenvectors", "--gradients")
    }
    if arguments.gradients != nil {
      try arguments.refuse("--noise", "--noise-scale", "--noise-file", beside: "--gradients")
      try Self.require(
        arguments.hessian != nil || arguments.eigenvectors != nil, "--gradients",
        "--hessian or --eigenvectors")
    }
    if arguments.noiseFile != nil { try arguments.refuse("--noise", "--noise-scale", beside: "--noise-file") }
    if arguments.noise != nil { try arguments.refuse("--noise-scale", beside: "--noise") }
    if arguments.momentFile != nil {
      try arguments.refuse("--moment", "--initial-loss", beside: "--moment-file")
    }
    if arguments.moment != nil { try arguments.refuse("--initial-loss", beside: "--moment") }
    if arguments.noiseColumn != nil {
      try Self.require(arguments.noiseFile != nil, "--noise-column", "--noise-file")
    }
    if arguments.momentColumn != nil {
      try Self.require(arguments.momentFile != nil, "--moment-column", "--moment-file")
    }
    if arguments.initialLoss != nil, arguments.hessian == nil, arguments.eigenvectors == nil {
      // The loss is that of all parameters together, and so is the noise.
      try Self.require(arguments.parameters != nil, "--initial-loss", "--parameters")
    }
    for (option, isGiven) in [
      ("--eigenvalue-column", arguments.eigenvalueColumn != nil),
      ("--weight-column", arguments.weightColumn != nil),
    ] where isGiven { try Self.require(arguments.spectrum != nil, option, "--spectrum") }
    if arguments.spectrum ?? arguments.hessian != nil {
      let given = arguments.spectrum != nil ? "--spectrum" : "--hessian"
      try arguments.refuse("--probes", "--steps", "--seed", beside: given)
    }
  }

  private static func require(_ holds: Bool, _ option: String, _ other: String) throws(Failure) {
    guard holds else { throw .usage("\(option) is given without \(other), expected both") }
  }

  /// Reads the files and makes the problem.
  func report(_ progress: Progress) throws(Failure) -> SpectrumReport {
    var source = try MeasuredSource(arguments, progress)
    Program.say(source.notes, of: Arguments.self)
    let path = arguments.spectrum ?? arguments.hessian
    let density = source.spectrum.density
    let curvatures = try ofFile(path) { () throws(NoisyQuadraticError) in
      try CurvatureSpectrum(density, floor: .relative(arguments.floor))
    }
    var gradients: GradientStatistics?
    if let path = arguments.gradients, let vectors = source.eigenvectors {
      let matrix = try MeasuredSource.matrix(path)
      gradients = try ofFile(path) { () throws(NoisyQuadraticError) in
        try GradientStatistics(gradients: matrix, eigenvectors: vectors)
      }
      source.provenance.append(.init("gradients", .string(path)))
    }
    let noise = try noise(gradients, density, &source)
    let start = try start(gradients, density, &source)
    let parameters = arguments.parameters ?? (source.eigenvectors == nil ? 1 : Double(density.count))
    let model = try Program.solving { () throws(NoisyQuadraticError) in
      try curvatures.model(
        parameters: parameters, noise: noise, start: start, batchSize: arguments.batchSize)
    }
    do throws(ProblemNameError) {
      return try SpectrumReport(
        name: arguments.name?.text ?? source.name, model: model, spectrum: source.spectrum,
        curvatures: curvatures, gradients: gradients, provenance: source.provenance,
        options: options(parameters))
    } catch {
      throw .usage("the file's \(error); expected --name")
    }
  }

  private func noise(
    _ gradients: GradientStatistics?, _ density: SpectralDensity, _ source: inout MeasuredSource
  ) throws(Failure) -> CurvatureSpectrum.Noise {
    if let gradients { return .values(gradients.noise) }
    if let path = arguments.noiseFile {
      source.provenance.append(.init("noise", .string(path)))
      return .values(try values(path, .gradientNoise, arguments.noiseColumn, density))
    }
    return arguments.noise.map { .uniform($0) } ?? .proportionalToCurvature(arguments.noiseScale ?? 1)
  }

  private func start(
    _ gradients: GradientStatistics?, _ density: SpectralDensity, _ source: inout MeasuredSource
  ) throws(Failure) -> CurvatureSpectrum.Start {
    if let path = arguments.momentFile {
      source.provenance.append(.init("moment", .string(path)))
      return .values(try values(path, .initialSecondMoment, arguments.momentColumn, density))
    }
    if let loss = arguments.initialLoss { return .loss(loss) }
    if let gradients, arguments.moment == nil {
      return .values(gradients.initialSecondMoment(curvature: density.eigenvalues))
    }
    return .uniform(arguments.moment ?? 1)
  }

  /// The numbers of a file, one per eigenvalue.
  private func values(
    _ path: String, _ content: NumberListFile.Content, _ column: TypedName?, _ density: SpectralDensity
  ) throws(Failure) -> [Double] {
    try Program.files { () throws(FileError) in
      let values = try NumberListFile(contentsOf: path, content, column: column?.text).values
      guard values.count == density.count else {
        throw .invalid(
          path: path, problem: "it has \(values.count) numbers, expected \(density.count), one per eigenvalue"
        )
      }
      return values
    }
  }

  /// Does work on a file's content. Without a file the options are to blame for an error.
  private func ofFile<T>(
    _ path: String?, _ body: () throws(NoisyQuadraticError) -> T
  ) throws(Failure) -> T {
    guard let path else { return try Program.solving(body) }
    return try Program.files { () throws(FileError) in try FileError.of(path, body) }
  }

  /// Everything needed to make the problem again, for the JSON file.
  private func options(_ parameters: Double) -> [JSONValue.Member] {
    let isExample = arguments.spectrum == nil && arguments.hessian == nil
    let ofExample = ["probes", "steps", "seed"]
    let given = arguments.reported(["parameters": parameters.json])
    return given.filter { isExample || !ofExample.contains($0.key) } + Arguments.identity
  }
}
