import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// The spectrum that the arguments ask for: from a file, a Hessian, or the built-in example.
struct MeasuredSource {
  let name: String
  let spectrum: ProbedSpectrum
  /// The eigenvectors as columns, if there are any.
  var eigenvectors: RealMatrix?
  var provenance: [JSONValue.Member]
  /// What was guessed in reading.
  var notes: [LogNote] = []

  init(_ arguments: Arguments, _ progress: Progress) throws(Failure) {
    if let path = arguments.hessian {
      self = try Self.hessian(path)
    } else if let path = arguments.spectrum {
      self = try Self.file(path, arguments)
    } else {
      self = try Self.example(arguments, progress)
    }
  }

  private init(
    name: String, spectrum: ProbedSpectrum, eigenvectors: RealMatrix? = nil,
    provenance: [JSONValue.Member], notes: [LogNote] = []
  ) {
    (self.name, self.spectrum, self.eigenvectors) = (name, spectrum, eigenvectors)
    (self.provenance, self.notes) = (provenance, notes)
  }

  private static func file(_ path: String, _ arguments: Arguments) throws(Failure) -> MeasuredSource {
    let file = try Program.files { () throws(FileError) in
      try SpectrumFile(
        contentsOf: path, eigenvalueColumn: arguments.eigenvalueColumn?.text,
        weightColumn: arguments.weightColumn?.text)
    }
    var source = MeasuredSource(
      name: file.name, spectrum: file.spectrum,
      provenance: [
        .init("spectrum", .string(path)), .init("format", .string(file.format.rawValue)),
        .init("isWeighted", .bool(file.isWeighted)),
      ], notes: file.notes)
    if let vectors = arguments.eigenvectors {
      let matrix = try Self.matrix(vectors)
      let density = file.spectrum.density
      guard !file.isWeighted, file.spectrum.probes.count == 1 else {
        throw Failure(
          FileError.invalid(
            path: path, problem: "it has weights, expected one list without weights beside --eigenvectors"))
      }
      guard matrix.columns == density.count else {
        throw Failure(
          FileError.invalid(
            path: vectors,
            problem: "it has \(matrix.columns) columns, expected \(density.count), one per eigenvalue"))
      }
      source.eigenvectors = matrix
      source.provenance.append(.init("eigenvectors", .string(vectors)))
    }
    return source
  }

  /// Hessians of automatic differentiation in single precision differ from their transposes by more than
  /// rounding of doubles.
  private static let symmetryTolerance = 1e-4

  private static func hessian(_ path: String) throws(Failure) -> MeasuredSource {
    return try Program.files { () throws(FileError) in
      let file = try NumPyFile(contentsOf: path)
      let matrix = try file.matrix(path: path)
      guard matrix.rows == matrix.columns else {
        throw .invalid(
          path: path,
          problem: "it has \(matrix.rows) rows and \(matrix.columns) columns, expected as many of both")
      }
      return try FileError.of(path) { () throws(NoisyQuadraticError) in
        let symmetric = try SymmetricMatrix(
          rows: (0..<matrix.rows).map(matrix.row), field: "the Hessian", tolerance: symmetryTolerance)
        let basis = try HessianEigenbasis(symmetric)
        return MeasuredSource(
          name: file.name, spectrum: try ProbedSpectrum([basis.density]),
          eigenvectors: basis.eigenvectors, provenance: [.init("hessian", .string(path))])
      }
    }
  }

  private static func example(
    _ arguments: Arguments, _ progress: Progress
  ) throws(Failure) -> MeasuredSource {
    var generator = Xoshiro256StarStar(seed: arguments.seed)
    let hessian = SyntheticHessian(using: &generator)
    do {
      let lanczos = try StochasticLanczos(probes: arguments.probes, steps: arguments.steps)
      let spectrum = try lanczos.estimate(
        dimension: SyntheticHessian.dimension, using: &generator, progress: progress.report,
        product: hessian.product)
      return MeasuredSource(
        name: "synthetic-hessian", spectrum: spectrum,
        provenance: [.init("builtIn", .string("synthetic-hessian"))])
    } catch let error as NoisyQuadraticError {
      throw Failure(error)
    } catch {
      throw Failure(status: .internal, message: "\(error)")
    }
  }

  /// The matrix in a NumPy file.
  static func matrix(_ path: String) throws(Failure) -> RealMatrix {
    try Program.files { () throws(FileError) in
      try NumPyFile(contentsOf: path).matrix(path: path)
    }
  }
}
