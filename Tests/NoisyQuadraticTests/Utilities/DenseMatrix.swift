import NoisyQuadratic

/// Dense matrices, the plain way.
struct DenseMatrix: Sendable {
  var rows: [[Double]]

  static func diagonal(_ values: [Double]) -> DenseMatrix {
    DenseMatrix(rows: values.indices.map { i in values.indices.map { $0 == i ? values[i] : 0 } })
  }

  var transposed: DenseMatrix {
    DenseMatrix(rows: rows[0].indices.map { j in rows.map { $0[j] } })
  }

  var trace: Double { rows.indices.reduce(0) { $0 + rows[$1][$1] } }

  static func * (a: DenseMatrix, b: DenseMatrix) -> DenseMatrix {
    let columns = b.transposed.rows
    return DenseMatrix(
      rows: a.rows.map { row in columns.map { zip(row, $0).reduce(0) { $0 + $1.0 * $1.1 } } })
  }

  static func * (a: Double, b: DenseMatrix) -> DenseMatrix {
    DenseMatrix(rows: b.rows.map { $0.map { a * $0 } })
  }

  static func + (a: DenseMatrix, b: DenseMatrix) -> DenseMatrix {
    DenseMatrix(rows: zip(a.rows, b.rows).map { zip($0, $1).map { $0 + $1 } })
  }

  /// `Q A Qᵀ`.
  func conjugated(by q: DenseMatrix) -> DenseMatrix { q * self * q.transposed }

  func symmetric() throws -> SymmetricMatrix { try SymmetricMatrix(rows: rows) }
}

/// The covariance of all positions and velocities of a dense problem, all correlations kept:
/// `S ← A S Aᵀ + α² N` with blocks `A = [[1 − αH, μ], [−αH, μ]]`, `N = [[C, C], [C, C]]`.
struct DenseRun {
  let h, c: DenseMatrix
  private(set) var positions, cross, velocities: DenseMatrix

  init(h: DenseMatrix, c: DenseMatrix, m0: DenseMatrix) {
    self.h = h
    self.c = c
    positions = m0
    cross = 0 * m0
    velocities = 0 * m0
  }

  /// `½ tr(H M)`.
  var loss: Double { 0.5 * (h * positions).trace }

  mutating func step(_ alpha: Double, _ mu: Double) {
    // v' = μ v − α(H θ + ξ); first E θ v'ᵀ, then E v' v'ᵀ.
    let old = positions
    let crossed = mu * cross + -alpha * (old * h)
    let mixed = -alpha * mu * (h * cross)
    let fresh =
      mu * mu * velocities + mixed + mixed.transposed + alpha * alpha * (h * old * h)
      + alpha * alpha * c
    positions = old + crossed + crossed.transposed + fresh
    cross = crossed + fresh
    velocities = fresh
  }
}
