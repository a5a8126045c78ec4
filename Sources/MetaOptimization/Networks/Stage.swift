/// A layer with the activation after it, and the place of its parameters.
struct Stage: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case dense
    /// A convolution with the side of its window.
    case convolution(Int)
    case maxPool
  }

  let kind: Kind
  let input: ImageShape
  let output: ImageShape
  /// The index of its first weight among the parameters.
  let offset: Int
  /// The code of the activation in the C loops; 0 means none.
  var activation: Int32 = 0

  /// The number of rows of the matrix product per image.
  var rowsPerImage: Int { kind == .dense ? 1 : output.height * output.width }

  /// The number of values in a row that is multiplied by the weights.
  var rowLength: Int {
    switch kind {
    case .dense: return input.count
    case .convolution(let size): return size * size * input.channels
    case .maxPool: return 0
    }
  }

  var weightCount: Int { rowLength * (kind == .maxPool ? 0 : output.channels) }
  var parameterCount: Int { weightCount + (kind == .maxPool ? 0 : output.channels) }
}
