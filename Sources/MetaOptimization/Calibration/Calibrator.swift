import NoisyQuadratic

/// Measures the noisy quadratic around the parameters of a network.
public struct Calibrator<S: NetworkScalar>: Sendable {
  /// The network.
  public let network: Network<S>
  /// The training images; their mean loss is what is measured.
  public let images: LabeledImages
  /// Images in a batch.
  public let batchSize: Int
  /// Images that the Hessian is that of, the first ones, of 1…`images.count`; gradient and noise are those of all.
  public var hessianImages: Int
  /// Batches whose gradients are samples of the noise, at least 1.
  public var noiseBatches = 100
  /// How much to measure.
  public var options: Calibration.Options

  /// A calibrator.
  public init(
    _ network: Network<S>, images: LabeledImages, batchSize: Int,
    options: Calibration.Options = Calibration.Options()
  ) {
    self.network = network
    self.images = images
    self.batchSize = batchSize
    hessianImages = images.count
    self.options = options
  }

  /// Measures around some parameters.
  ///
  /// - Returns: the calibration; its noise is that of ``batchSize`` images.
  /// - Throws: as ``Calibration/init(loss:gradient:noise:batchSize:options:products:)``, for a batch size or
  ///   a number of the Hessian's images that is not of 1…`images.count`, and for images that are not the network's.
  /// - Complexity: a Hessian product of ``hessianImages`` for each product there, and a batch's gradient for each sample
  ///   of noise, which are all held in memory.
  public func calibrate(_ parameters: [S]) throws(NoisyQuadraticError) -> Calibration {
    guard (1...images.count).contains(hessianImages) else {
      throw .invalidCount(
        field: "hessianImages", value: hessianImages, expected: "from 1 to the \(images.count) images")
    }
    let some = try Batch(images, (0..<Int32(hessianImages)).map { $0 })
    try network.check(images)
    var batches = try BatchSequence(
      images, batchSize: batchSize, seed: RandomStream.noise.seed(options.seed))
    try MemoryRequirement.check(
      "noiseBatches", noiseBatches, doubles: Double(noiseBatches) * Double(network.parameterCount))
    let mean = network.gradient(parameters, on: Batch(images))
    let gradient = mean.gradient.map(Double.init)
    var noise: [[Double]] = []
    for k in 0..<max(noiseBatches, 0) {
      let sample = network.gradient(parameters, on: batches.batch(k)).gradient
      noise.append(zip(sample, gradient).map { Double($0) - $1 })
    }
    return try Calibration(
      loss: mean.loss, gradient: gradient, noise: noise, batchSize: batchSize, options: options
    ) { vectors in
      network.hessianProducts(parameters, on: some, along: vectors.map { $0.map { S($0) } }).products
        .map { $0.map(Double.init) }
    }
  }
}
