/// Computes loss, gradient and Hessian products of one chunk of a batch, and holds the memory for them.
///
/// It uses backpropagation and Pearlmutter's product of the Hessian with a direction: every formula of the
/// forward and the backward pass is differentiated along the direction (H2 of the derivations). One pass
/// serves several directions.
final class NetworkWorkspace<S: NetworkScalar> {
  private typealias Buffer = AlignedBuffer<S>

  private let architecture: NetworkArchitecture
  private let rows: Int
  private let directions: Int
  private let kernels = S.kernels
  // The input activations of every stage and the outputs of the last, which are probabilities.
  private let activations: [Buffer]
  // The same for every direction. The image has no tangents, because it does not depend on parameters.
  private let tangents: [[Buffer]]
  private let choices: [AlignedBuffer<UInt8>?]
  private let errors: [Buffer]
  private let errorTangents: [[Buffer]]
  private let windows: Buffer
  private let windowTangent: Buffer
  private let zeros: Buffer
  /// The probabilities of the classes after an evaluation, one row per image.
  var probabilities: UnsafeMutablePointer<S> { activations[activations.count - 1].base }
  /// The gradient of the chunk's sum of losses, multiplied by the scale.
  let gradient: AlignedBuffer<S>
  /// The Hessian products, multiplied by the same scale.
  let products: [AlignedBuffer<S>]

  /// The number of values that a workspace holds.
  static func numbers(_ architecture: NetworkArchitecture, rows: Int, directions: Int) -> Double {
    let stages = architecture.stages
    let outputs = stages.reduce(0.0) { $0 + Double($1.output.count) }
    let widest = Double(stages.map(\.output.count).max() ?? 0)
    let copies = Double(1 + directions)
    return Double(rows) * (Double(architecture.input.count) + copies * (outputs + 2 * widest))
      + copies * Double(architecture.parameterCount) + (directions > 0 ? 2 : 1) * window(stages)
  }

  /// The maximal number of values of a convolution's windows on one image.
  private static func window(_ stages: [Stage]) -> Double {
    stages.map { $0.kind == .dense ? 0 : Double($0.rowsPerImage) * Double($0.rowLength) }.max() ?? 0
  }

  /// - Parameters:
  ///   - architecture: the layers and their sizes.
  ///   - rows: the maximal number of images.
  ///   - directions: the number of directions of Hessian products.
  init(_ architecture: NetworkArchitecture, rows: Int, directions: Int) {
    self.architecture = architecture
    self.rows = rows
    self.directions = directions
    let stages = architecture.stages
    let sizes = [stages[0].input.count] + stages.map(\.output.count)
    activations = sizes.map { Buffer(rows * $0, zero: 0) }
    tangents = (0..<directions).map { _ in
      sizes.enumerated().map { Buffer($0 == 0 ? 0 : rows * $1, zero: 0) }
    }
    choices = stages.map { $0.kind == .maxPool ? AlignedBuffer<UInt8>(rows * $0.output.count, zero: 0) : nil }
    let widest = rows * (sizes.dropFirst().max() ?? 0)
    errors = (0..<2).map { _ in Buffer(widest, zero: 0) }
    errorTangents = (0..<directions).map { _ in (0..<2).map { _ in Buffer(widest, zero: 0) } }
    let window = Int(Self.window(stages))
    windows = Buffer(window, zero: 0)
    windowTangent = Buffer(directions > 0 ? window : 0, zero: 0)
    zeros = Buffer(stages.map(\.output.channels).max() ?? 0, zero: 0)
    gradient = AlignedBuffer(architecture.parameterCount, zero: 0)
    products = (0..<directions).map { _ in AlignedBuffer(architecture.parameterCount, zero: 0) }
  }

  /// Returns the sum of the losses of some images.
  ///
  /// - Parameters:
  ///   - parameters: the parameters of the network.
  ///   - along: the directions; as many as this workspace was created for, or none.
  ///   - pixels: the pixels of the whole set.
  ///   - labels: the labels of the whole set.
  ///   - indices: the indices of the images.
  ///   - scale: the factor of gradient and products.
  ///   - slopes: whether to compute ``gradient`` and ``products``.
  /// - Returns: the sum, in nats.
  func evaluate(
    _ parameters: UnsafePointer<S>, along: [UnsafePointer<S>], pixels: UnsafePointer<UInt8>,
    labels: UnsafePointer<UInt8>, indices: UnsafeBufferPointer<Int32>, scale: S, slopes: Bool
  ) -> Double {
    guard let first = indices.baseAddress else { return 0 }
    let count = indices.count
    let (stages, shape) = (architecture.stages, architecture.input)
    kernels.gather(count, shape.channels, shape.height * shape.width, pixels, first, activations[0].base)
    for (l, stage) in stages.enumerated() {
      forward(stage, l, count, parameters, along)
      guard l + 1 < stages.count else { break }
      activate(stage, l, count, parameters, along)
    }
    let (last, top) = (stages[stages.count - 1], stages.count)
    let bias = last.offset + last.weightCount
    let loss = kernels.softmax(
      count, architecture.classes, parameters + bias, labels, first, scale, activations[top].base,
      errors[0].base)
    guard slopes else { return loss }
    for (j, direction) in along.enumerated() {
      kernels.softmaxTangent(
        count, architecture.classes, activations[top].base, direction + bias, scale, tangents[j][top].base)
      errorTangents[j][0].base.update(from: tangents[j][top].base, count: count * architecture.classes)
    }
    // The index of the buffer that holds the slopes by a stage's output. The other buffer receives those by
    // its input.
    var side = 0
    for (l, stage) in stages.enumerated().reversed() {
      if l + 1 < stages.count { retract(stage, l, count, side, directions: along.count) }
      backward(stage, l, count, parameters, along, side)
      side = 1 - side
    }
    return loss
  }

  /// Computes the outputs of a stage before bias and activation, and their tangents.
  private func forward(
    _ stage: Stage, _ l: Int, _ count: Int, _ parameters: UnsafePointer<S>, _ along: [UnsafePointer<S>]
  ) {
    let (input, output) = (activations[l].base, activations[l + 1].base)
    let (inner, columns) = (stage.rowLength, stage.output.channels)
    switch stage.kind {
    case .dense:
      multiply(count, inner, columns, input, parameters + stage.offset, 0, output)
      for (j, direction) in along.enumerated() {
        multiply(count, inner, columns, input, direction + stage.offset, 0, tangents[j][l + 1].base)
        guard l > 0 else { continue }
        multiply(
          count, inner, columns, tangents[j][l].base, parameters + stage.offset, 1, tangents[j][l + 1].base)
      }
    case .convolution(let size):
      // Images are processed one at a time, so that the windows stay in the cache.
      for r in 0..<count {
        let (from, to) = (r * stage.input.count, r * stage.output.count)
        gatherWindows(stage, size, input + from, windows.base)
        multiply(
          stage.rowsPerImage, inner, columns, windows.base, parameters + stage.offset, 0, output + to)
        for (j, direction) in along.enumerated() {
          let tangent = tangents[j][l + 1].base + to
          multiply(stage.rowsPerImage, inner, columns, windows.base, direction + stage.offset, 0, tangent)
          guard l > 0 else { continue }
          gatherWindows(stage, size, tangents[j][l].base + from, windowTangent.base)
          multiply(
            stage.rowsPerImage, inner, columns, windowTangent.base, parameters + stage.offset, 1, tangent)
        }
      }
    case .maxPool:
      guard let choice = choices[l]?.base else { return }
      let shape = stage.input
      kernels.pool(count, shape.height, shape.width, shape.channels, input, output, choice)
      for j in along.indices {
        guard l > 0 else {
          tangents[j][l + 1].base.update(repeating: 0, count: count * stage.output.count)
          continue
        }
        kernels.poolTangent(
          count, shape.height, shape.width, shape.channels, choice, tangents[j][l].base,
          tangents[j][l + 1].base)
      }
    }
  }

  private func activate(
    _ stage: Stage, _ l: Int, _ count: Int, _ parameters: UnsafePointer<S>, _ along: [UnsafePointer<S>]
  ) {
    let (rows, columns) = (count * stage.rowsPerImage, stage.output.channels)
    let bias = stage.offset + stage.weightCount
    let isPool = stage.kind == .maxPool
    kernels.activate(
      rows, columns, stage.activation, isPool ? UnsafePointer(zeros.base) : parameters + bias,
      activations[l + 1].base)
    for (j, direction) in along.enumerated() {
      kernels.activateTangent(
        rows, columns, stage.activation, activations[l + 1].base,
        isPool ? UnsafePointer(zeros.base) : direction + bias, tangents[j][l + 1].base)
    }
  }

  private func retract(_ stage: Stage, _ l: Int, _ count: Int, _ side: Int, directions: Int) {
    let numbers = count * stage.output.count
    for j in 0..<directions {
      kernels.retractTangent(
        numbers, stage.activation, activations[l + 1].base, tangents[j][l + 1].base, errors[side].base,
        errorTangents[j][side].base)
    }
    kernels.retract(numbers, stage.activation, activations[l + 1].base, errors[side].base)
  }

  /// Computes the slopes by a stage's parameters and by its input from those by its output before the
  /// activation.
  private func backward(
    _ stage: Stage, _ l: Int, _ count: Int, _ parameters: UnsafePointer<S>, _ along: [UnsafePointer<S>],
    _ side: Int
  ) {
    let (error, below) = (errors[side].base, errors[1 - side].base)
    let (inner, columns) = (stage.rowLength, stage.output.channels)
    let weights = parameters + stage.offset
    switch stage.kind {
    case .dense:
      slopes(stage, rows: count, activations[l].base, error, 0, gradient.base)
      for (j, direction) in along.enumerated() {
        let tangent = errorTangents[j][side].base
        slopes(stage, rows: count, activations[l].base, tangent, 0, products[j].base)
        guard l > 0 else { continue }
        multiplyLeftTransposed(
          count, inner, columns, tangents[j][l].base, error, 1, products[j].base + stage.offset)
        multiplyRightTransposed(count, columns, inner, tangent, weights, 0, errorTangents[j][1 - side].base)
        multiplyRightTransposed(
          count, columns, inner, error, direction + stage.offset, 1, errorTangents[j][1 - side].base)
      }
      if l > 0 { multiplyRightTransposed(count, columns, inner, error, weights, 0, below) }
    case .convolution(let size):
      let rows = stage.rowsPerImage
      if l > 0 {
        below.update(repeating: 0, count: count * stage.input.count)
        for j in along.indices {
          errorTangents[j][1 - side].base.update(repeating: 0, count: count * stage.input.count)
        }
      }
      for r in 0..<count {
        let (from, to) = (r * stage.input.count, r * stage.output.count)
        let beta: S = r == 0 ? 0 : 1
        gatherWindows(stage, size, activations[l].base + from, windows.base)
        slopes(stage, rows: rows, windows.base, error + to, beta, gradient.base)
        for j in along.indices {
          slopes(stage, rows: rows, windows.base, errorTangents[j][side].base + to, beta, products[j].base)
        }
        guard l > 0 else { continue }
        for (j, direction) in along.enumerated() {
          gatherWindows(stage, size, tangents[j][l].base + from, windowTangent.base)
          multiplyLeftTransposed(
            rows, inner, columns, windowTangent.base, error + to, 1, products[j].base + stage.offset)
          multiplyRightTransposed(
            rows, columns, inner, errorTangents[j][side].base + to, weights, 0, windowTangent.base)
          multiplyRightTransposed(
            rows, columns, inner, error + to, direction + stage.offset, 1, windowTangent.base)
          scatterWindows(stage, size, windowTangent.base, errorTangents[j][1 - side].base + from)
        }
        multiplyRightTransposed(rows, columns, inner, error + to, weights, 0, windows.base)
        scatterWindows(stage, size, windows.base, below + from)
      }
    case .maxPool:
      guard l > 0, let choice = choices[l]?.base else { return }
      let shape = stage.input
      kernels.poolBack(count, shape.height, shape.width, shape.channels, choice, error, below)
      for j in along.indices {
        kernels.poolBack(
          count, shape.height, shape.width, shape.channels, choice, errorTangents[j][side].base,
          errorTangents[j][1 - side].base)
      }
    }
  }

  /// Computes the slopes by weights and by biases. The previous weight slopes are multiplied by `beta` and
  /// added.
  private func slopes(
    _ stage: Stage, rows: Int, _ input: UnsafePointer<S>, _ error: UnsafePointer<S>, _ beta: S,
    _ result: UnsafeMutablePointer<S>
  ) {
    let columns = stage.output.channels
    multiplyLeftTransposed(rows, stage.rowLength, columns, input, error, beta, result + stage.offset)
    let biases = result + stage.offset + stage.weightCount
    if beta == 0 { biases.update(repeating: 0, count: columns) }
    kernels.addColumns(rows, columns, error, biases)
  }

  private func gatherWindows(
    _ stage: Stage, _ size: Int, _ image: UnsafePointer<S>, _ result: UnsafeMutablePointer<S>
  ) {
    kernels.windows(stage.input.height, stage.input.width, stage.input.channels, size, image, result)
  }

  private func scatterWindows(
    _ stage: Stage, _ size: Int, _ windows: UnsafePointer<S>, _ image: UnsafeMutablePointer<S>
  ) {
    kernels.addWindows(stage.input.height, stage.input.width, stage.input.channels, size, windows, image)
  }

  // A row-major matrix is the transpose of a column-major matrix, which BLAS expects.

  /// `C = A B + beta C`: A is m × k, B k × n.
  private func multiply(
    _ m: Int, _ k: Int, _ n: Int, _ a: UnsafePointer<S>, _ b: UnsafePointer<S>, _ beta: S,
    _ c: UnsafeMutablePointer<S>
  ) {
    kernels.product("N", "N", Int32(n), Int32(m), Int32(k), b, Int32(n), a, Int32(k), beta, c, Int32(n))
  }

  /// `C = Aᵀ B + beta C`: A is m × k, B m × n.
  private func multiplyLeftTransposed(
    _ m: Int, _ k: Int, _ n: Int, _ a: UnsafePointer<S>, _ b: UnsafePointer<S>, _ beta: S,
    _ c: UnsafeMutablePointer<S>
  ) {
    kernels.product("N", "T", Int32(n), Int32(k), Int32(m), b, Int32(n), a, Int32(k), beta, c, Int32(n))
  }

  /// `C = A Bᵀ + beta C`: A is m × n, B k × n.
  private func multiplyRightTransposed(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<S>, _ b: UnsafePointer<S>, _ beta: S,
    _ c: UnsafeMutablePointer<S>
  ) {
    kernels.product("T", "N", Int32(k), Int32(m), Int32(n), b, Int32(n), a, Int32(n), beta, c, Int32(k))
  }
}
