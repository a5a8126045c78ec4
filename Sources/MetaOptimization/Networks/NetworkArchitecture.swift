import NoisyQuadratic

/// The structure of a network: the shape of its images and its layers, checked to fit each other.
///
/// Its parameters are one flat array. For every dense layer, it contains the weights, `inputs` rows of
/// `units` numbers, and then the biases. For every convolution, it contains the weights, a row of `channels`
/// numbers for each of `size² · input channels` (window row, column, channel), and then the biases.
public struct NetworkArchitecture: Sendable, Hashable {
  /// The shape of an image.
  public let input: ImageShape
  /// The layers, from the image to the scores of the classes.
  public let layers: [Layer]
  /// The number of outputs of the last layer.
  public let classes: Int
  /// The length of the flat array of parameters.
  public let parameterCount: Int

  let stages: [Stage]

  /// Creates an architecture after checking that its layers fit each other.
  ///
  /// - Parameters:
  ///   - input: the shape of an image.
  ///   - layers: at least one layer with parameters. The last layer is dense, and nothing follows it.
  /// - Throws: `NoisyQuadraticError` that names the impossible layer.
  public init(input: ImageShape, layers: [Layer]) throws(NoisyQuadraticError) {
    var (shape, offset, stages) = (input, 0, [Stage]())
    for (i, layer) in layers.enumerated() {
      switch layer {
      case .dense(let units):
        try Self.check("layers[\(i)].units", units)
        stages.append(
          Stage(
            kind: .dense, input: shape, output: ImageShape(validChannels: units, height: 1, width: 1),
            offset: offset))
      case .convolution(let channels, let size):
        try Self.check("layers[\(i)].channels", channels)
        guard size >= 1, size % 2 == 1, size <= 255, size <= 2 * max(shape.height, shape.width) else {
          throw .invalidCount(
            field: "layers[\(i)].size", value: size,
            expected: "an odd number, at most 255 and twice the image")
        }
        stages.append(
          Stage(
            kind: .convolution(size), input: shape,
            output: ImageShape(validChannels: channels, height: shape.height, width: shape.width),
            offset: offset))
      case .maxPool:
        guard shape.height > 1, shape.width > 1 else {
          throw .invalidCount(
            field: "layers[\(i)]", value: min(shape.height, shape.width),
            expected: "at least 2 pixels to pool")
        }
        stages.append(
          Stage(
            kind: .maxPool, input: shape,
            output: ImageShape(
              validChannels: shape.channels, height: shape.height / 2, width: shape.width / 2),
            offset: offset))
      case .activation(let activation):
        guard let last = stages.last, last.activation == 0 else {
          throw .invalidCount(
            field: "layers[\(i)]", value: i, expected: "a layer other than an activation before an activation"
          )
        }
        stages[stages.count - 1].activation = activation.kind
        continue
      }
      guard let stage = stages.last else { continue }
      shape = stage.output
      // The limits on the image's numbers, the window and the outputs ensure that none of these products
      // overflows.
      guard shape.count <= 1 << 30 else {
        throw .invalidCount(field: "layers[\(i)]", value: i, expected: "at most \(1 << 30) outputs")
      }
      guard offset + stage.parameterCount < Int(Int32.max) else {
        throw .invalidCount(
          field: "layers[\(i)]", value: i, expected: "at most \(Int32.max) parameters in all")
      }
      offset += stage.parameterCount
    }
    guard let last = stages.last, last.kind == .dense, last.activation == 0, last.output.channels <= 256
    else {
      throw .invalidCount(
        field: "layers", value: layers.count, expected: "a dense layer of at most 256 units at the end")
    }
    self.input = input
    self.layers = layers
    self.stages = stages
    classes = last.output.channels
    parameterCount = offset
  }

  /// Returns a multilayer perceptron: dense layers with an activation after each except the last.
  ///
  /// - Parameters:
  ///   - input: the shape of an image.
  ///   - hidden: the numbers of units of the hidden layers; may be empty.
  ///   - classes: the number of outputs.
  ///   - activation: the nonlinearity.
  /// - Returns: the architecture.
  /// - Throws: `NoisyQuadraticError` that names a layer with no units or too many.
  public static func perceptron(
    input: ImageShape, hidden: [Int] = [100, 100], classes: Int = 10, activation: Activation = .relu
  ) throws(NoisyQuadraticError) -> NetworkArchitecture {
    let layers = hidden.flatMap { [Layer.dense(units: $0), .activation(activation)] }
    return try NetworkArchitecture(input: input, layers: layers + [.dense(units: classes)])
  }

  /// Returns the convolutional network of Wu et al. (2018). It has three convolutions with 32, 32 and 64
  /// channels, each followed by 2 × 2 max-pooling and a ReLU, and then 100 hidden units.
  ///
  /// - Parameters:
  ///   - input: the shape of an image, 3 × 32 × 32 for CIFAR-10.
  ///   - size: the size of the windows: 3 in the paper's text, 5 in its published code.
  ///   - classes: the number of outputs.
  /// - Returns: the architecture.
  /// - Throws: `NoisyQuadraticError` if the window size is even, or if images are too small to be pooled
  ///   three times.
  public static func convolutional(
    input: ImageShape, size: Int = 3, classes: Int = 10
  ) throws(NoisyQuadraticError) -> NetworkArchitecture {
    let convolutions = [32, 32, 64].flatMap {
      [Layer.convolution(channels: $0, size: size), .maxPool, .activation(.relu)]
    }
    return try NetworkArchitecture(
      input: input,
      layers: convolutions + [.dense(units: 100), .activation(.relu), .dense(units: classes)])
  }

  private static func check(_ field: String, _ count: Int) throws(NoisyQuadraticError) {
    guard count >= 1, count <= 1 << 20 else {
      throw .invalidCount(field: field, value: count, expected: "from 1 to \(1 << 20)")
    }
  }

  /// Returns initial parameters: normal weights with mean 0, and zero biases.
  ///
  /// - Parameters:
  ///   - type: the number type.
  ///   - deviation: the standard deviation of the weights; 0.1 in the paper.
  ///   - seed: the seed of the random numbers.
  /// - Returns: the flat array.
  public func initialParameters<S: NetworkScalar>(
    _ type: S.Type = S.self, deviation: Double = 0.1, seed: UInt64
  ) -> [S] {
    var generator = Xoshiro256StarStar(seed: RandomStream.initialization.seed(seed))
    var normal = NormalSampler()
    var parameters = [S](repeating: 0, count: parameterCount)
    for stage in stages {
      for i in stage.offset..<stage.offset + stage.weightCount {
        parameters[i] = S(deviation * normal.next(using: &generator))
      }
    }
    return parameters
  }
}
