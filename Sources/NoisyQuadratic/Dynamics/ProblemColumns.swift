/// The numbers of a problem as columns for the kernels.
package struct ProblemColumns {
  private let data: AlignedColumns
  /// The number of directions.
  let dimension: Int

  init(_ problem: NormalizedProblem) {
    dimension = problem.dimension
    data = AlignedColumns(length: problem.dimension, columns: 4)
    data.fill(0, with: problem.curvature)
    data.fill(1, with: problem.noise)
    data.fill(2, with: problem.secondMoment)
    data.fill(3, with: problem.weight)
  }

  /// The length of a column with its padding.
  var count: Int { data.stride }
  /// The curvatures h.
  var h: UnsafeMutablePointer<Double> { data.column(0) }
  /// The noise c/B.
  var c: UnsafeMutablePointer<Double> { data.column(1) }
  /// The initial second moments m₀.
  var m0: UnsafeMutablePointer<Double> { data.column(2) }
  /// The weights k = n h.
  var k: UnsafeMutablePointer<Double> { data.column(3) }
  /// The column of the initial second moments, to copy from.
  func copySecondMoment(to state: AlignedColumns) { state.copy(from: data, 2, to: 0, count: 1) }
}
