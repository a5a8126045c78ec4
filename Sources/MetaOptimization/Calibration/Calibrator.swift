import NoisyQuadratic

/// Measures the noisy quadratic around the parameters of a network.
public struct Calibrator<S: NetworkScalar>: Sendable {
  /// The network.
  public let network: Network<S>
  /// The training images, whose mean loss is measured.
  public let images: LabeledImages
  /// The number of images in a batch.
  public let batchSize: Int
  /// The number of images that define the Hessian, in 1…`images.count`. The first images are used. Gradient
  /// and noise use all images.
  public var hessianImages: Int
  /// The number of batches whose gradients are samples of the noise, at least 1.
  public var noiseBatches = 100
  /// The effort of the measurement.
  public var options: Calibration.Options

  /// Creates a calibrator.
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

  /// Measures the quadratic around some parameters.
  ///
  /// - Returns: the calibration, with the noise of ``batchSize`` images.
  /// - Throws: the errors of ``Calibration/init(loss:gradient:noise:batchSize:options:products:)``. Also
  ///   throws if the batch size or the number of the Hessian's images is not in 1…`images.count`, or if the
  ///   images do not fit the network.
  /// - Complexity: one Hessian product over ``hessianImages`` for each product of that initializer, and one
  ///   batch gradient for each sample of noise. All samples are held in memory.
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
