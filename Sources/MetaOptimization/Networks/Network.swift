import Dispatch
import NoisyQuadratic

/// The mean softmax cross-entropy of a network over batches of images, with gradient and Hessian products.
///
/// Batches are processed in chunks of a fixed size, whose results are added in order, and BLAS runs on one
/// thread in each chunk. Therefore results do not depend on the number of ``workers``.
public struct Network<S: NetworkScalar>: Sendable {
  /// The number of images in a chunk.
  static var chunkSize: Int { 50 }

  /// The layers and their sizes.
  public let architecture: NetworkArchitecture
  /// The number of chunks that are processed at the same time, at least 1.
  public private(set) var workers: Int

  private let pool: WorkspacePool<S>

  /// Creates a network.
  ///
  /// - Parameters:
  ///   - architecture: the layers and their sizes.
  ///   - workers: the number of chunks that are processed at the same time.
  /// - Throws: `NoisyQuadraticError` if `workers` is less than 1, or if the network exceeds memory.
  public init(_ architecture: NetworkArchitecture, workers: Int = 1) throws(NoisyQuadraticError) {
    try Self.check(workers)
    self.architecture = architecture
    self.workers = workers
    pool = WorkspacePool(architecture)
    try checkMemory("parameters", parameterCount, batchSize: Self.chunkSize, directions: 0)
  }

  /// The same network with another number of workers, on which no result depends.
  ///
  /// - Throws: `NoisyQuadraticError` if `workers` is less than 1.
  public func with(workers: Int) throws(NoisyQuadraticError) -> Network {
    try Self.check(workers)
    var network = self
    network.workers = workers
    return network
  }

  private static func check(_ workers: Int) throws(NoisyQuadraticError) {
    guard workers >= 1 else {
      throw .invalidCount(field: "workers", value: workers, expected: "at least 1")
    }
  }

  /// Checks that the gradients of a batch and Hessian products along the given number of directions fit into
  /// memory.
  ///
  /// - Throws: `NoisyQuadraticError/exceedsMemory(field:value:requiredBytes:availableBytes:)`.
  func checkMemory(
    _ field: String, _ value: Int, batchSize: Int, directions: Int
  ) throws(NoisyQuadraticError) {
    let chunks = max((batchSize + Self.chunkSize - 1) / Self.chunkSize, 1)
    let chunk = NetworkWorkspace<S>.numbers(architecture, rows: Self.chunkSize, directions: directions)
    // The memory holds the parameters and a few arrays of their length, which make up states and tangents.
    let states = Double((3 + 3 * directions) * parameterCount)
    try MemoryRequirement.check(
      field, value, doubles: (states + Double(chunks) * chunk) * Double(MemoryLayout<S>.stride) / 8)
  }

  /// Checks that images have this network's shape and no more classes than the network.
  ///
  /// - Throws: `NoisyQuadraticError` that names the difference.
  func check(_ images: LabeledImages) throws(NoisyQuadraticError) {
    let (given, wanted) = (images.shape, architecture.input)
    for (field, value, expected) in [
      ("channels", given.channels, wanted.channels), ("height", given.height, wanted.height),
      ("width", given.width, wanted.width),
    ] where value != expected {
      throw .invalidCount(
        field: "images.shape.\(field)", value: value, expected: "\(expected), that of the network")
    }
    guard images.classes <= architecture.classes else {
      throw .invalidCount(
        field: "images.classes", value: images.classes,
        expected: "at most the \(architecture.classes) of the network")
    }
  }

  /// The number of values in the flat array of parameters.
  public var parameterCount: Int { architecture.parameterCount }

  /// Returns the mean loss over a batch.
  ///
  /// - Parameters:
  ///   - parameters: the flat array of ``NetworkArchitecture``, of its length.
  ///   - batch: images of the architecture's shape.
  /// - Returns: the mean cross-entropy in nats; not finite if the network's outputs are not.
  /// - Complexity: two operations per image and weight; in convolutions, also per pixel of their output.
  public func loss(_ parameters: [S], on batch: Batch) -> Double {
    precondition(parameters.count == parameterCount, "as many parameters as the network has")
    return parameters.withUnsafeBufferPointer { parameters in
      guard let base = parameters.baseAddress else { return 0 }
      return parts(batch).reduce(0) { sum, part in
        sum + part.share * evaluate(base, along: [], part.batch, slopes: false) { loss, _ in loss }
      }
    }
  }

  /// Returns the probabilities that the network assigns to every class for the images of a batch.
  ///
  /// - Parameters:
  ///   - parameters: the flat array of ``NetworkArchitecture``, of its length.
  ///   - batch: images of the architecture's shape.
  /// - Returns: a row of `architecture.classes` numbers per image, one row after the other.
  /// - Complexity: that of ``loss(_:on:)``.
  public func probabilities(_ parameters: [S], on batch: Batch) -> [S] {
    precondition(parameters.count == parameterCount, "as many parameters as the network has")
    return parameters.withUnsafeBufferPointer { parameters in
      guard let base = parameters.baseAddress else { return [] }
      return parts(batch).flatMap { part in
        evaluate(base, along: [], part.batch, slopes: false) { _, space in
          (0..<chunkCount(part.batch)).flatMap { k in
            let images = min(Self.chunkSize, part.batch.count - k * Self.chunkSize)
            return Array(
              UnsafeBufferPointer(
                start: space.chunks[k].probabilities, count: images * architecture.classes))
          }
        }
      }
    }
  }

  /// Returns the share of a batch's images that the network misclassifies.
  ///
  /// - Parameters:
  ///   - parameters: the flat array of ``NetworkArchitecture``, of its length.
  ///   - batch: images of the architecture's shape.
  /// - Returns: a number in [0, 1]. An image counts as an error unless its class has the largest probability.
  ///   Among equal probabilities, the first class is taken.
  /// - Complexity: that of ``loss(_:on:)``.
  public func errorRate(_ parameters: [S], on batch: Batch) -> Double {
    let rows = probabilities(parameters, on: batch)
    let n = architecture.classes
    let wrong = batch.indices.enumerated().count { i, index in
      let row = rows[i * n..<(i + 1) * n]
      let likeliest = row.indices.max { row[$0] < row[$1] || (row[$0] == row[$1] && $0 > $1) }
      return likeliest != i * n + Int(batch.images.labels[Int(index)])
    }
    return Double(wrong) / Double(batch.count)
  }

  /// Returns the mean loss over a batch and its gradient.
  ///
  /// - Returns: the loss, and one slope per parameter.
  /// - Complexity: about three times the loss.
  public func gradient(_ parameters: [S], on batch: Batch) -> (loss: Double, gradient: [S]) {
    let result = hessianProducts(parameters, on: batch, along: [])
    return (result.loss, result.gradient)
  }

  /// Returns the mean loss over a batch, its gradient, and the products of its Hessian with some directions.
  /// The products are exact up to rounding. At the kink of a ReLU, the Hessian is one-sided.
  ///
  /// - Parameters:
  ///   - parameters: the flat array of ``NetworkArchitecture``, of its length.
  ///   - batch: images of the architecture's shape.
  ///   - along: the directions, each as long as the parameters.
  /// - Returns: the loss, the gradient, and one product per direction.
  /// - Complexity: every direction costs about as much as the gradient if the first layer is the largest, and
  ///   up to twice as much in deep networks.
  public func hessianProducts(
    _ parameters: [S], on batch: Batch, along: [[S]]
  ) -> (loss: Double, gradient: [S], products: [[S]]) {
    precondition(parameters.count == parameterCount, "as many parameters as the network has")
    precondition(along.allSatisfy { $0.count == parameterCount }, "directions as long as the parameters")
    let flat = along.flatMap { $0 }
    var sums = [[S]](repeating: [S](repeating: 0, count: parameterCount), count: 1 + along.count)
    var loss = 0.0
    parameters.withUnsafeBufferPointer { parameters in
      flat.withUnsafeBufferPointer { flat in
        guard let base = parameters.baseAddress else { return }
        let directions = along.indices.compactMap { j in flat.baseAddress.map { $0 + j * parameterCount } }
        for (part, share) in parts(batch) {
          loss +=
            share
            * evaluate(base, along: directions, part, slopes: true) { loss, space in
              addSlopes(space, chunks: chunkCount(part), 0..<parameterCount)
              let total = space.chunks[0]
              for (buffer, j) in zip([total.gradient] + total.products, sums.indices) {
                S.kernels.combine(parameterCount, share, buffer.base, 1, &sums[j])
              }
              return loss
            }
        }
      }
    }
    return (loss, sums[0], Array(sums.dropFirst()))
  }

  /// Evaluates all chunks of a batch. `body` receives the mean loss and the chunks' slopes, which are not yet
  /// added.
  func evaluate<Value>(
    _ parameters: UnsafePointer<S>, along: [UnsafePointer<S>], _ batch: Batch, slopes: Bool,
    _ body: (Double, WorkspacePool<S>.Space) -> Value
  ) -> Value {
    precondition(batch.images.shape == architecture.input, "images of the network's shape")
    precondition(batch.images.classes <= architecture.classes, "a class for every label")
    let count = batch.count
    let chunks = chunkCount(batch)
    let scale = S(1 / Double(max(count, 1)))
    return BLASThreads.one {
      pool.borrow(chunks: chunks, directions: along.count) { space in
        let losses = AlignedBuffer<Double>(chunks, zero: 0)
        batch.images.pixels.withUnsafeBufferPointer { pixels in
          batch.images.labels.withUnsafeBufferPointer { labels in
            batch.indices.withUnsafeBufferPointer { indices in
              guard let image = pixels.baseAddress, let label = labels.baseAddress else { return }
              // Unsafe, but correct: every chunk writes to its own memory.
              nonisolated(unsafe) let shared = (image, label, indices, parameters, along, losses.base)
              each(chunks) { k in
                let (image, label, indices, parameters, along, losses) = shared
                let range = k * Self.chunkSize..<min((k + 1) * Self.chunkSize, count)
                losses[k] = space.chunks[k].evaluate(
                  parameters, along: along, pixels: image, labels: label,
                  indices: UnsafeBufferPointer(rebasing: indices[range]), scale: scale, slopes: slopes)
              }
            }
          }
        }
        let sum = (0..<chunks).reduce(0) { $0 + losses.base[$1] }
        return body(sum / Double(max(count, 1)), space)
      }
    }
  }

  /// Splits a large batch into parts whose chunks fit into memory together, each with its share of the
  /// images.
  private func parts(_ batch: Batch) -> [(batch: Batch, share: Double)] {
    let most = 8 * Self.chunkSize
    guard batch.count > most else { return [(batch, 1)] }
    return stride(from: 0, to: batch.count, by: most).map { first in
      let indices = batch.indices[first..<min(first + most, batch.count)]
      return (
        Batch(unchecked: batch.images, Array(indices)), Double(indices.count) / Double(batch.count)
      )
    }
  }

  func chunkCount(_ batch: Batch) -> Int { (batch.count + Self.chunkSize - 1) / Self.chunkSize }

  /// Adds the slopes of all chunks to those of the first, for a range of the parameters.
  func addSlopes(_ space: WorkspacePool<S>.Space, chunks: Int, _ range: Range<Int>) {
    let first = space.chunks[0]
    for other in space.chunks.prefix(chunks).dropFirst() {
      S.kernels.add(
        range.count, other.gradient.base + range.lowerBound, first.gradient.base + range.lowerBound)
      for (from, to) in zip(other.products, first.products) {
        S.kernels.add(range.count, from.base + range.lowerBound, to.base + range.lowerBound)
      }
    }
  }

  /// Calls `body` for 0 ..< count on as many threads as there are workers.
  func each(_ count: Int, _ body: @Sendable (Int) -> Void) {
    guard workers > 1, count > 1 else {
      for k in 0..<count { body(k) }
      return
    }
    let lanes = min(workers, count)
    DispatchQueue.concurrentPerform(iterations: lanes) { lane in
      for k in stride(from: lane, to: count, by: lanes) { body(k) }
    }
  }
}
