import NoisyQuadratic
import NoisyQuadraticFiles

/// The problems that figures are taken on.
enum Problem: Hashable {
  /// `h_i = 1/i`, `c = h`, `m₀ = 1`.
  case powerLaw(dimension: Int)
  /// Section 2 of Wu et al. (2018).
  case wu2018

  var dimension: Int {
    switch self {
    case .powerLaw(let dimension): return dimension
    case .wu2018: return 1000
    }
  }

  func model() throws -> NoisyQuadraticModel {
    switch self {
    case .powerLaw(let dimension):
      return try NoisyQuadraticModel(
        spectrum: .powerLaw(dimension: dimension, exponent: 1, maximum: 1), noiseScale: 1,
        initialSecondMoment: 1)
    case .wu2018: return try ReferenceProblem.wu2018.model()
    }
  }

  /// A problem file, with the failure of the file reader as one line.
  static func read(_ path: String) throws(Failure) -> NoisyQuadraticModel {
    do throws(FileError) {
      return try NamedProblem(contentsOf: path).model
    } catch {
      if case .unreadable = error { throw Failure(.noInput, error.description) }
      throw Failure(.badData, error.description)
    }
  }
}
