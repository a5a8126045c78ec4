import CLAPACK
import CNetworkKernels

/// The loops of `CNetworkKernels` and the matrix product of BLAS for one number type.
public struct ScalarKernels<S: Sendable>: Sendable {
  typealias Const = UnsafePointer<S>
  typealias Mutable = UnsafeMutablePointer<S>
  typealias Bytes = UnsafePointer<UInt8>
  typealias Indices = UnsafePointer<Int32>

  /// Computes `C = op(A) op(B) + beta C`, column-major. The arguments are the transpositions, m, n, k, A and
  /// its stride, B and its stride, beta, and C and its stride.
  let product:
    @Sendable (String, String, Int32, Int32, Int32, Const, Int32, Const, Int32, S, Mutable, Int32) -> Void
  let gather: @Sendable (Int, Int, Int, Bytes, Indices, Mutable) -> Void
  let activate: @Sendable (Int, Int, Int32, Const, Mutable) -> Void
  let activateTangent: @Sendable (Int, Int, Int32, Const, Const, Mutable) -> Void
  let retract: @Sendable (Int, Int32, Const, Mutable) -> Void
  let retractTangent: @Sendable (Int, Int32, Const, Const, Const, Mutable) -> Void
  let softmax: @Sendable (Int, Int, Const, Bytes, Indices, S, Mutable, Mutable) -> Double
  let softmaxTangent: @Sendable (Int, Int, Const, Const, S, Mutable) -> Void
  let addColumns: @Sendable (Int, Int, Const, Mutable) -> Void
  let add: @Sendable (Int, Const, Mutable) -> Void
  let combine: @Sendable (Int, Double, Const, Double, Mutable) -> Void
  let scale: @Sendable (Int, Double, Mutable) -> Void
  let dot: @Sendable (Int, Const, Const) -> Double
  let windows: @Sendable (Int, Int, Int, Int, Const, Mutable) -> Void
  let addWindows: @Sendable (Int, Int, Int, Int, Const, Mutable) -> Void
  let pool: @Sendable (Int, Int, Int, Int, Const, Mutable, UnsafeMutablePointer<UInt8>) -> Void
  let poolTangent: @Sendable (Int, Int, Int, Int, Bytes, Const, Mutable) -> Void
  let poolBack: @Sendable (Int, Int, Int, Int, Bytes, Const, Mutable) -> Void
  let ball: @Sendable (Int, Double, Double, Const, Mutable, Mutable) -> Void
  let ballTangent:
    @Sendable (Int, Double, Double, Double, Double, Const, Const, Const, Mutable, Mutable) -> Void
  let innerBall: @Sendable (Int, Double, Double, Const, Mutable, Mutable) -> Void
  let innerBallTangent:
    @Sendable (Int, Double, Double, Double, Double, Const, Const, Const, Mutable, Mutable) -> Void
  let adam:
    @Sendable (Int, Double, Double, Double, Double, Double, Double, Const, Mutable, Mutable, Mutable) -> Void
  let adamTangent:
    @Sendable (
      Int, Double, Double, Double, Double, Double, Double, Double, Double, Double, Const, Const, Const, Const,
      Mutable, Mutable, Mutable
    ) -> Void
  let adamAdjoint:
    @Sendable (
      Int, Double, Double, Double, Double, Double, Double, Const, Const, Const, Const, Mutable, Mutable,
      Mutable, UnsafeMutablePointer<Double>
    ) -> Void
}

extension Float: NetworkScalar {
  /// The loops and matrix products of this type.
  public static let kernels = ScalarKernels<Float>(
    product: { left, right, m, n, k, a, lda, b, ldb, beta, c, ldc in
      var (m, n, k, lda, ldb, ldc, one, beta) = (m, n, k, lda, ldb, ldc, Float(1), beta)
      sgemm_(left, right, &m, &n, &k, &one, a, &lda, b, &ldb, &beta, c, &ldc, 1, 1)
    },
    gather: { nqn_gather_f($0, $1, $2, $3, $4, $5) },
    activate: { nqn_activate_f($0, $1, $2, $3, $4) },
    activateTangent: { nqn_activate_tangent_f($0, $1, $2, $3, $4, $5) },
    retract: { nqn_retract_f($0, $1, $2, $3) },
    retractTangent: { nqn_retract_tangent_f($0, $1, $2, $3, $4, $5) },
    softmax: { nqn_softmax_f($0, $1, $2, $3, $4, $5, $6, $7) },
    softmaxTangent: { nqn_softmax_tangent_f($0, $1, $2, $3, $4, $5) },
    addColumns: { nqn_add_columns_f($0, $1, $2, $3) },
    add: { nqn_add_f($0, $1, $2) },
    combine: { nqn_combine_f($0, $1, $2, $3, $4) },
    scale: { nqn_scale_f($0, $1, $2) },
    dot: { nqn_dot_f($0, $1, $2) },
    windows: { nqn_windows_f($0, $1, $2, $3, $4, $5) },
    addWindows: { nqn_add_windows_f($0, $1, $2, $3, $4, $5) },
    pool: { nqn_pool_f($0, $1, $2, $3, $4, $5, $6) },
    poolTangent: { nqn_pool_tangent_f($0, $1, $2, $3, $4, $5, $6) },
    poolBack: { nqn_pool_back_f($0, $1, $2, $3, $4, $5, $6) },
    ball: { nqn_ball_f($0, $1, $2, $3, $4, $5) },
    ballTangent: { nqn_ball_tangent_f($0, $1, $2, $3, $4, $5, $6, $7, $8, $9) },
    innerBall: { nqn_inner_ball_f($0, $1, $2, $3, $4, $5) },
    innerBallTangent: { nqn_inner_ball_tangent_f($0, $1, $2, $3, $4, $5, $6, $7, $8, $9) },
    adam: { nqn_adam_f($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10) },
    adamTangent: {
      nqn_adam_tangent_f($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
    },
    adamAdjoint: { nqn_adam_adjoint_f($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) })
}

extension Double: NetworkScalar {
  /// The loops and matrix products of this type.
  public static let kernels = ScalarKernels<Double>(
    product: { left, right, m, n, k, a, lda, b, ldb, beta, c, ldc in
      var (m, n, k, lda, ldb, ldc, one, beta) = (m, n, k, lda, ldb, ldc, Double(1), beta)
      dgemm_(left, right, &m, &n, &k, &one, a, &lda, b, &ldb, &beta, c, &ldc, 1, 1)
    },
    gather: { nqn_gather_d($0, $1, $2, $3, $4, $5) },
    activate: { nqn_activate_d($0, $1, $2, $3, $4) },
    activateTangent: { nqn_activate_tangent_d($0, $1, $2, $3, $4, $5) },
    retract: { nqn_retract_d($0, $1, $2, $3) },
    retractTangent: { nqn_retract_tangent_d($0, $1, $2, $3, $4, $5) },
    softmax: { nqn_softmax_d($0, $1, $2, $3, $4, $5, $6, $7) },
    softmaxTangent: { nqn_softmax_tangent_d($0, $1, $2, $3, $4, $5) },
    addColumns: { nqn_add_columns_d($0, $1, $2, $3) },
    add: { nqn_add_d($0, $1, $2) },
    combine: { nqn_combine_d($0, $1, $2, $3, $4) },
    scale: { nqn_scale_d($0, $1, $2) },
    dot: { nqn_dot_d($0, $1, $2) },
    windows: { nqn_windows_d($0, $1, $2, $3, $4, $5) },
    addWindows: { nqn_add_windows_d($0, $1, $2, $3, $4, $5) },
    pool: { nqn_pool_d($0, $1, $2, $3, $4, $5, $6) },
    poolTangent: { nqn_pool_tangent_d($0, $1, $2, $3, $4, $5, $6) },
    poolBack: { nqn_pool_back_d($0, $1, $2, $3, $4, $5, $6) },
    ball: { nqn_ball_d($0, $1, $2, $3, $4, $5) },
    ballTangent: { nqn_ball_tangent_d($0, $1, $2, $3, $4, $5, $6, $7, $8, $9) },
    innerBall: { nqn_inner_ball_d($0, $1, $2, $3, $4, $5) },
    innerBallTangent: { nqn_inner_ball_tangent_d($0, $1, $2, $3, $4, $5, $6, $7, $8, $9) },
    adam: { nqn_adam_d($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10) },
    adamTangent: {
      nqn_adam_tangent_d($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
    },
    adamAdjoint: { nqn_adam_adjoint_d($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) })
}
