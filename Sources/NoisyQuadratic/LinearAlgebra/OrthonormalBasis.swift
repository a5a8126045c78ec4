import CLAPACK

/// Orthonormal vectors, to which further ones are added.
package struct OrthonormalBasis: Sendable {
  /// The length of every vector.
  package let dimension: Int
  /// The number of vectors.
  package private(set) var count = 0
  /// The vectors, one after another.
  private var elements: [Double] = []

  /// An empty basis with room for some vectors.
  ///
  /// - Throws: ``NoisyQuadraticError`` if `capacity` vectors exceed memory, or the range of BLAS's integers.
  package init(dimension: Int, capacity: Int) throws(NoisyQuadraticError) {
    try MemoryRequirement.check("steps", capacity, doubles: Double(capacity) * Double(dimension))
    guard dimension <= Int32.max, capacity <= Int32.max else {
      throw .invalidCount(
        field: "dimension", value: max(dimension, capacity), expected: "at most \(Int32.max)")
    }
    self.dimension = dimension
    elements.reserveCapacity(dimension * capacity)
  }

  /// The vector that was added last.
  package var last: [Double] { Array(elements.suffix(dimension)) }

  /// Adds a vector of length 1 that is orthogonal to all others.
  package mutating func append(_ vector: [Double]) {
    precondition(vector.count == dimension, "a vector of the basis' dimension")
    elements += vector
    count += 1
  }

  /// Makes a vector orthogonal to all vectors of the basis, once, by BLAS's `dgemv`.
  ///
  /// - Returns: the vector's components along those of the basis.
  /// - Complexity: O(dimension · count).
  package func removeComponents(from vector: inout [Double]) -> [Double] {
    precondition(vector.count == dimension, "a vector of the basis' dimension")
    var components = [Double](repeating: 0, count: count)
    guard var rows = Int32(exactly: dimension), var columns = Int32(exactly: count), count > 0 else {
      return components
    }
    var (one, minusOne, zero, step) = (1.0, -1.0, 0.0, Int32(1))
    BLASThreads.one {
      dgemv_("T", &rows, &columns, &one, elements, &rows, vector, &step, &zero, &components, &step, 1)
      dgemv_("N", &rows, &columns, &minusOne, elements, &rows, components, &step, &one, &vector, &step, 1)
    }
    return components
  }
}
