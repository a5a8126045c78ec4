/// A square matrix of the few components of a rule's state.
struct SmallMatrix: Sendable, Equatable {
  let order: Int
  /// The elements in row-major order.
  private(set) var elements: [Double]

  init(order: Int, elements: [Double]) {
    precondition(elements.count == order * order, "a square matrix")
    self.order = order
    self.elements = elements
  }

  /// A matrix of zeros.
  init(order: Int) { self.init(order: order, elements: Array(repeating: 0, count: order * order)) }

  /// `v vᵀ`.
  init(outer v: [Double]) {
    self.init(order: v.count)
    for i in 0..<order { for j in 0..<order { self[i, j] = v[i] * v[j] } }
  }

  static func identity(_ order: Int) -> SmallMatrix {
    var matrix = SmallMatrix(order: order)
    for i in 0..<order { matrix[i, i] = 1 }
    return matrix
  }

  subscript(i: Int, j: Int) -> Double {
    get { elements[i * order + j] }
    set { elements[i * order + j] = newValue }
  }

  /// The rows and columns with the given indices.
  func restricted(to kept: [Int]) -> SmallMatrix {
    SmallMatrix(order: kept.count, elements: kept.flatMap { i in kept.map { self[i, $0] } })
  }

  static func + (a: SmallMatrix, b: SmallMatrix) -> SmallMatrix {
    SmallMatrix(order: a.order, elements: zip(a.elements, b.elements).map { $0 + $1 })
  }

  static func * (s: Double, a: SmallMatrix) -> SmallMatrix {
    SmallMatrix(order: a.order, elements: a.elements.map { s * $0 })
  }

  static func * (a: SmallMatrix, b: SmallMatrix) -> SmallMatrix {
    var product = SmallMatrix(order: a.order)
    for i in 0..<a.order {
      for j in 0..<a.order {
        var sum = 0.0
        for l in 0..<a.order { sum += a[i, l] * b[l, j] }
        product[i, j] = sum
      }
    }
    return product
  }

  static func * (a: SmallMatrix, v: [Double]) -> [Double] {
    (0..<a.order).map { i in
      var sum = 0.0
      for j in v.indices { sum += a[i, j] * v[j] }
      return sum
    }
  }

  /// `M S Mᵀ` for a symmetric S, computed so that the result is symmetric to the last bit.
  func conjugate(_ s: SmallMatrix) -> SmallMatrix {
    let half = self * s
    var result = SmallMatrix(order: order)
    for i in 0..<order {
      for j in 0...i {
        var sum = 0.0
        for l in 0..<order { sum += half[i, l] * self[j, l] }
        (result[i, j], result[j, i]) = (sum, sum)
      }
    }
    return result
  }
}
