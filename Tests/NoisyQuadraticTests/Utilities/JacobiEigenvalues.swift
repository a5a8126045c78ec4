/// The eigenvalues of a small symmetric matrix by Jacobi's rotations, ascending.
func jacobiEigenvalues(_ matrix: [[Double]]) -> [Double] {
  var a = matrix
  let n = a.count
  for _ in 0..<30 {
    for p in 0..<n {
      for q in (p + 1)..<max(n, p + 1) where a[p][q] != 0 {
        let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
        let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        let s = t * c
        for k in 0..<n { (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]) }
        for k in 0..<n { (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]) }
      }
    }
  }
  return (0..<n).map { a[$0][$0] }.sorted()
}
