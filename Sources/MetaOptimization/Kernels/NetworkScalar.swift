/// A type of number that networks are computed in: `Float`, or `Double` for checks of it.
///
/// No other type can conform: the requirement has no public initializer.
public protocol NetworkScalar: BinaryFloatingPoint, Sendable {
  /// The loops and matrix products for this type.
  static var kernels: ScalarKernels<Self> { get }
}
