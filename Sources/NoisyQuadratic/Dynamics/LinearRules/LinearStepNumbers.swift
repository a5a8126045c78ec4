/// One step of a rule at one direction in plain numbers, and the moments that it moves (U1).
///
/// This is the plain path. The kernels do the same for many directions, and tests compare the two.
struct LinearStepNumbers {
  /// The number k of components.
  let order: Int
  /// `F + λ b rᵀ`, in row-major order.
  let flat: [Double]
  let gain, point: [Double]

  init(_ step: LinearStep) {
    order = step.stateCount
    flat = step.flatMatrix.map(\.value)
    gain = step.gain.map(\.value)
    point = step.point.map(\.value)
  }

  /// The matrix A of a direction.
  func matrix(curvature h: Double) -> SmallMatrix {
    var a = SmallMatrix(order: order, elements: flat)
    for i in 0..<order { for j in 0..<order { a[i, j] += h * (gain[i] * point[j]) } }
    return a
  }

  /// `A − I`, without the rounding of a sum near 1 (U9).
  func difference(curvature h: Double) -> SmallMatrix {
    var a = SmallMatrix(order: order, elements: flat)
    for i in 0..<order {
      a[i, i] -= 1
      for j in 0..<order { a[i, j] += h * (gain[i] * point[j]) }
    }
    return a
  }

  /// `b bᵀ`.
  var kick: SmallMatrix { SmallMatrix(outer: gain) }
}
