/// A number type for network computations: `Float`, or `Double` for checks of `Float`.
///
/// No other type can conform, because the requirement has no public initializer.
public protocol NetworkScalar: BinaryFloatingPoint, Sendable {
  /// The loops and matrix products for this type.
  static var kernels: ScalarKernels<Self> { get }
}
