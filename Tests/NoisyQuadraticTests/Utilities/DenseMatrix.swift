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
/// `S ← A S Aᵀ + α² N` with blocks `A = [[1 − αPH, μ], [−αPH, μ]]`, and `PCP` in every block of N.
struct DenseRun {
  let h, pull, noise: DenseMatrix
  private(set) var positions, cross, velocities: DenseMatrix

  /// P is the unit matrix if absent.
  init(h: DenseMatrix, c: DenseMatrix, m0: DenseMatrix, p: DenseMatrix? = nil) {
    self.h = h
    pull = p.map { $0 * h } ?? h
    noise = p.map { c.conjugated(by: $0) } ?? c
    positions = m0
    cross = 0 * m0
    velocities = 0 * m0
  }

  /// `½ tr(H M)`.
  var loss: Double { 0.5 * (h * positions).trace }

  mutating func step(_ alpha: Double, _ mu: Double) {
    // v' = μ v − αP(H θ + ξ); first E θ v'ᵀ, then E v' v'ᵀ.
    let old = positions
    let crossed = mu * cross + -alpha * (old * pull.transposed)
    let mixed = -alpha * mu * (pull * cross)
    let fresh =
      mu * mu * velocities + mixed + mixed.transposed + alpha * alpha * old.conjugated(by: pull)
      + alpha * alpha * noise
    positions = old + crossed + crossed.transposed + fresh
    cross = crossed + fresh
    velocities = fresh
  }
}
