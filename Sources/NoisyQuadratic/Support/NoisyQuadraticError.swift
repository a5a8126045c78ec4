/// An invalid input, or a failure of a LAPACK routine.
///
/// Every case carries the field, the offending value and the expectation, so that a program can show one
/// clear line. `description` is that line. A solver that does not converge throws no error. It reports the
/// failure in ``Solution/termination``.
public enum NoisyQuadraticError: Error, Equatable, Sendable {
  /// A number outside its domain. `index` is the 0-based position when `field` is an array.
  case invalidValue(field: String, index: Int? = nil, value: Double, expected: String)
  /// An integer outside its domain.
  case invalidCount(field: String, value: Int, expected: String)
  /// An array whose length differs from that of the array it belongs to.
  case lengthMismatch(field: String, expected: Int, actual: Int)
  /// A matrix that differs from its transpose by more than rounding.
  case notSymmetric(field: String, row: Int, column: Int, value: Double, transposed: Double)
  /// An operator H, known by its products, with `uᵀHv ≠ vᵀHu` for random vectors u and v.
  case asymmetricOperator(product: Double, transposed: Double)
  /// A matrix with an eigenvalue that is negative by more than rounding.
  case notPositiveSemidefinite(field: String, smallestEigenvalue: Double)
  /// A matrix with an eigenvalue that is not positive beyond rounding.
  case notPositiveDefinite(field: String, smallestEigenvalue: Double)
  /// Work that would not fit into memory.
  case exceedsMemory(field: String, value: Int, requiredBytes: Double, availableBytes: Double)
  /// A step of a schedule that no step in another momentum convention equals.
  case notConvertible(from: String, to: String, step: Int, reason: String)
  /// An element of an array of schedules whose momentum convention differs from that of the first one.
  case differentConventions(field: String, index: Int, expected: String, actual: String)
  /// A method that holds for additive noise only, and a model whose noise depends on the parameters. With
  /// ``NoisyQuadraticModel/withAdditiveNoise`` the method works; `alternative` is what else would help.
  case stateDependentNoise(method: String, alternative: String? = nil)
  /// A LAPACK routine reported a failure.
  case lapack(routine: String, info: Int)
}

extension NoisyQuadraticError: CustomStringConvertible {
  /// One line with the field, the value and the expectation.
  public var description: String {
    switch self {
    case .invalidValue(let field, let index, let value, let expected):
      let place = index.map { "\(field)[\($0)]" } ?? field
      return "\(place) is \(value), expected \(expected)"
    case .invalidCount(let field, let value, let expected):
      return "\(field) is \(value), expected \(expected)"
    case .lengthMismatch(let field, let expected, let actual):
      return "\(field) has \(actual) elements, expected \(expected)"
    case .notSymmetric(let field, let row, let column, let value, let transposed):
      return "\(field)[\(row)][\(column)] is \(value) but \(field)[\(column)][\(row)] is \(transposed), "
        + "expected a symmetric matrix"
    case .asymmetricOperator(let product, let transposed):
      return "the operator H has uᵀHv = \(product) but vᵀHu = \(transposed) for random vectors u and v, "
        + "expected a symmetric operator"
    case .notPositiveSemidefinite(let field, let eigenvalue):
      return "\(field) has the eigenvalue \(eigenvalue), expected a positive semidefinite matrix"
    case .notPositiveDefinite(let field, let eigenvalue):
      return "\(field) has the eigenvalue \(eigenvalue), expected a positive definite matrix"
    case .exceedsMemory(let field, let value, let required, let available):
      return "\(field) is \(value), which would take \(bytes(required)) of memory, "
        + "expected at most the \(bytes(available)) of this machine"
    case .notConvertible(let from, let to, let step, let reason):
      return "momentumConvention is \(from), and step \(step) has no equal in \(to): \(reason)"
    case .differentConventions(let field, let index, let expected, let actual):
      return "\(field)[\(index)] has the momentumConvention \(actual), expected \(expected)"
    case .stateDependentNoise(let method, let alternative):
      return "gradientNoise is leastSquares, which is state-dependent, expected additive noise for "
        + "\(method), such as proportionalToCurvature with the residualVariance as its scale"
        + (alternative.map { ", or \($0)" } ?? "")
    case .lapack(let routine, let info):
      return "LAPACK routine \(routine) failed with info \(info), expected 0"
    }
  }
}

/// A byte count with three digits and a binary unit.
private func bytes(_ count: Double) -> String {
  let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
  var value = count
  var unit = 0
  while value >= 1024, unit + 1 < units.count {
    value /= 1024
    unit += 1
  }
  let rounded = value < 100 ? (value * 10).rounded() / 10 : value.rounded()
  return "\(rounded) \(units[unit])"
}
