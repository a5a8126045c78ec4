/// A layer with the activation after it, and where its parameters lie.
struct Stage: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case dense
    /// With the side of the window.
    case convolution(Int)
    case maxPool
  }

  let kind: Kind
  let input: ImageShape
  let output: ImageShape
  /// The first of its weights among the parameters.
  let offset: Int
  /// The number of the C loops for the activation; 0 for none.
  var activation: Int32 = 0

  /// Rows of the matrix product, per image.
  var rowsPerImage: Int { kind == .dense ? 1 : output.height * output.width }

  /// Numbers in a row that meets the weights.
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
