@testable import MetaOptimization
import NoisyQuadratic
import Testing

@Suite("Networks")
struct NetworkTests {
  /// Architectures of every kind of layer, small.
  static let architectures: [NetworkArchitecture] = {
    let grey = ImageShape(validChannels: 1, height: 4, width: 3)
    let colour = ImageShape(validChannels: 2, height: 6, width: 5)
    let layers: [(ImageShape, [Layer])] = [
      (grey, [.dense(units: 3)]),
      (grey, [.dense(units: 5), .activation(.tanh), .dense(units: 4), .activation(.tanh), .dense(units: 3)]),
      (grey, [.dense(units: 6), .activation(.relu), .dense(units: 5), .activation(.relu), .dense(units: 3)]),
      (
        colour,
        [
          .convolution(channels: 3, size: 3), .activation(.tanh), .convolution(channels: 2, size: 5),
          .maxPool,
          .activation(.tanh), .dense(units: 4), .dense(units: 3),
        ]
      ),
      (
        colour,
        [
          .maxPool, .activation(.tanh), .convolution(channels: 4, size: 3), .maxPool, .activation(.relu),
          .dense(units: 3),
        ]
      ),
    ]
    return layers.compactMap { try? NetworkArchitecture(input: $0.0, layers: $0.1) }
  }()

  private func problem(
    _ architecture: NetworkArchitecture, images: Int = 7
  ) throws -> (network: Network<Double>, batch: Batch, parameters: [Double], direction: [Double]) {
    var random = RandomProblem(UInt64(architecture.parameterCount))
    return (
      try Network(architecture),
      Batch(try random.images(architecture.input, count: images, classes: architecture.classes)),
      random.vector(architecture.parameterCount, deviation: 0.5), random.vector(architecture.parameterCount)
    )
  }

  @Test("No architecture is left out")
  func complete() { #expect(Self.architectures.count == 5) }

  @Test("H1: the gradient is that of central differences", arguments: architectures)
  func gradient(architecture: NetworkArchitecture) throws {
    let (network, batch, parameters, _) = try problem(architecture)
    let (loss, gradient) = network.gradient(parameters, on: batch)
    #expect(loss == network.loss(parameters, on: batch))
    let step = 1e-5
    let differences = parameters.indices.map { i in
      var (above, below) = (parameters, parameters)
      above[i] += step
      below[i] -= step
      return (network.loss(above, on: batch) - network.loss(below, on: batch)) / (2 * step)
    }
    // Truncation 1e-10 times third derivatives, and rounding 1e-16/1e-5.
    #expect(distance(gradient, differences) < 1e-8)
  }

  @Test("H2: Hessian products are those of central differences, and symmetric", arguments: architectures)
  func products(architecture: NetworkArchitecture) throws {
    let (network, batch, parameters, direction) = try problem(architecture)
    var random = RandomProblem(99)
    let other = random.vector(parameters.count)
    let result = network.hessianProducts(parameters, on: batch, along: [direction, other])
    #expect(result.gradient == network.gradient(parameters, on: batch).gradient)
    let step = 1e-5
    for (vector, product) in zip([direction, other], result.products) {
      let above = network.gradient(zip(parameters, vector).map { $0 + step * $1 }, on: batch).gradient
      let below = network.gradient(zip(parameters, vector).map { $0 - step * $1 }, on: batch).gradient
      #expect(distance(product, zip(above, below).map { ($0 - $1) / (2 * step) }) < 1e-7)
    }
    let one = zip(other, result.products[0]).reduce(0) { $0 + $1.0 * $1.1 }
    let two = zip(direction, result.products[1]).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(one - two) <= 1e-12 * (abs(one) + abs(two)))
  }

  @Test("Float is Double to its precision", arguments: architectures)
  func single(architecture: NetworkArchitecture) throws {
    let (network, batch, parameters, direction) = try problem(architecture, images: 60)
    let exact = network.hessianProducts(parameters, on: batch, along: [direction])
    let single = try Network<Float>(architecture)
    let rounded = single.hessianProducts(
      parameters.map(Float.init), on: batch, along: [direction.map(Float.init)])
    #expect(abs(rounded.loss - exact.loss) < 1e-6 * exact.loss)
    #expect(distance(rounded.gradient.map(Double.init), exact.gradient) < 2e-5)
    #expect(distance(rounded.products[0].map(Double.init), exact.products[0]) < 2e-5)
  }

  @Test("Chunks, parts and workers change nothing but the order of sums")
  func chunks() throws {
    let architecture = Self.architectures[2]
    let (network, batch, parameters, direction) = try problem(architecture, images: 431)
    let whole = network.hessianProducts(parameters, on: batch, along: [direction])
    let parallel = try Network<Double>(architecture, workers: 3)
    let together = parallel.hessianProducts(parameters, on: batch, along: [direction])
    #expect(together.loss == whole.loss)
    #expect(together.gradient == whole.gradient)
    #expect(together.products == whole.products)
    var sum = [Double](repeating: 0, count: parameters.count)
    var loss = 0.0
    for i in 0..<Int32(batch.count) {
      let one = network.gradient(parameters, on: try Batch(batch.images, [i]))
      loss += one.loss / Double(batch.count)
      for (j, slope) in one.gradient.enumerated() { sum[j] += slope / Double(batch.count) }
    }
    #expect(abs(loss - whole.loss) < 1e-13 * loss)
    #expect(distance(whole.gradient, sum) < 1e-13)
  }

  @Test("A convolution and a pool as their definitions say")
  func convolution() throws {
    let shape = try ImageShape(channels: 2, height: 5, width: 4)
    let architecture = try NetworkArchitecture(
      input: shape,
      layers: [.convolution(channels: 3, size: 3), .maxPool, .activation(.relu), .dense(units: 2)])
    let (network, batch, w, _) = try problem(architecture, images: 1)
    func pixel(_ c: Int, _ i: Int, _ j: Int) -> Double {
      guard (0..<5).contains(i), (0..<4).contains(j) else { return 0 }
      return Double(batch.images.pixels[(c * 5 + i) * 4 + j]) / 255
    }
    // Weights by window row, column, input channel, output channel; 54 of them, then 3 biases.
    func convolved(_ o: Int, _ i: Int, _ j: Int) -> Double {
      var sum = w[54 + o]
      for a in 0..<3 {
        for b in 0..<3 {
          for c in 0..<2 { sum += w[((a * 3 + b) * 2 + c) * 3 + o] * pixel(c, i + a - 1, j + b - 1) }
        }
      }
      return sum
    }
    var scores = [w[57 + 24], w[57 + 25]]
    for i in 0..<2 {
      for j in 0..<2 {
        for o in 0..<3 {
          let largest = [(0, 0), (0, 1), (1, 0), (1, 1)].map { convolved(o, 2 * i + $0.0, 2 * j + $0.1) }
            .max()
          let input = max(largest ?? 0, 0)
          for k in 0..<2 { scores[k] += w[57 + ((i * 2 + j) * 3 + o) * 2 + k] * input }
        }
      }
    }
    let label = Int(batch.images.labels[0])
    let margin = scores[1 - label] - scores[label]
    let expected = Elementary.log1p(Elementary.exp(margin))
    #expect(abs(network.loss(w, on: batch) - expected) < 1e-12 * expected)
  }

  @Test("Confident outputs keep the digits of a small loss, its gradient and its curvature")
  func confident() throws {
    let shape = try ImageShape(channels: 1, height: 1, width: 1)
    let architecture = try NetworkArchitecture(input: shape, layers: [.dense(units: 2)])
    let network = try Network<Double>(architecture)
    let images = try LabeledImages(shape: shape, pixels: [255], labels: [0], classes: 2)
    // The first direction raises the right class's score, the second both, the third the wrong one's.
    let (loss, gradient, products) = network.hessianProducts(
      [40, 0, 0, 0], on: Batch(images), along: [[1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 0, 2]])
    let other = Elementary.exp(-40)
    #expect(abs(loss - other) < 1e-15 * other)
    #expect(abs(gradient[0] + other) < 1e-15 * other && abs(gradient[1] - other) < 1e-15 * other)
    for (product, slope) in zip(products, [other, 0, -2 * other]) {
      for (entry, sign) in zip(product, [1.0, -1, 1, -1]) {
        #expect(abs(entry - sign * slope) <= 1e-15 * abs(slope))
      }
    }
  }

  @Test("Probabilities are those of the loss, and errors those of the probabilities")
  func predictions() throws {
    let shape = try ImageShape(channels: 1, height: 2, width: 2)
    var random = RandomProblem(8)
    // More than one chunk and more than one part of a batch.
    let images = try random.images(shape, count: 450, classes: 3)
    let network = try Network<Double>(.perceptron(input: shape, hidden: [4], classes: 3))
    let parameters = random.vector(network.parameterCount)
    let batch = try Batch(images, (0..<450).reversed().map { Int32($0) })
    let rows = network.probabilities(parameters, on: batch)
    #expect(rows.count == 3 * 450)
    var (loss, wrong) = (0.0, 0)
    for (i, index) in batch.indices.enumerated() {
      let row = Array(rows[3 * i..<3 * i + 3])
      #expect(abs(row.reduce(0, +) - 1) < 1e-14)
      let right = row[Int(images.labels[Int(index)])]
      loss -= Elementary.log(right) / 450
      wrong += row.contains { $0 > right } ? 1 : 0
    }
    #expect(abs(network.loss(parameters, on: batch) - loss) < 1e-13)
    #expect(network.errorRate(parameters, on: batch) == Double(wrong) / 450)
    #expect(wrong > 0 && wrong < 450)
  }

  @Test("Batches of no image, of images that are not there, and networks beyond memory are refused")
  func impossible() throws {
    let shape = try ImageShape(channels: 1, height: 1, width: 1)
    let images = try LabeledImages(shape: shape, pixels: [255], labels: [0], classes: 2)
    for indices: [Int32] in [[], [1], [0, -1]] {
      #expect(throws: NoisyQuadraticError.self) { try Batch(images, indices) }
    }
    for sides in [[0, 1, 1], [1, -1, 1], [1, 1 << 13, 1 << 12], [1, .max, .max]] {
      #expect(throws: NoisyQuadraticError.self) {
        try ImageShape(channels: sides[0], height: sides[1], width: sides[2])
      }
    }
    let huge = try NetworkArchitecture.perceptron(input: shape, hidden: [1 << 20, 1 << 10])
    let error = #expect(throws: NoisyQuadraticError.self) {
      try Network<Double>(huge, workers: 2).checkMemory(
        "batchSize", 1 << 20, batchSize: 1 << 20, directions: 2)
    }
    #expect(error?.description.contains("memory") == true)
  }

  @Test("Layers that do not fit are refused by name")
  func refusals() {
    let shape = ImageShape(validChannels: 1, height: 2, width: 2)
    let wrong: [([Layer], String)] = [
      ([], "layers is 0"), ([.dense(units: 0)], "layers[0].units is 0"),
      ([.dense(units: 3), .activation(.relu)], "layers is 2"),
      ([.activation(.relu), .dense(units: 3)], "layers[0] is 0"),
      ([.convolution(channels: 2, size: 2), .dense(units: 3)], "layers[0].size is 2"),
      ([.maxPool, .maxPool, .dense(units: 3)], "layers[1] is 1"),
      ([.maxPool], "layers is 1"),
      ([.dense(units: 1 << 20), .dense(units: 1 << 20), .dense(units: 2)], "at most 2147483647 parameters"),
    ]
    for (layers, text) in wrong {
      do {
        _ = try NetworkArchitecture(input: shape, layers: layers)
        Issue.record("accepted \(layers)")
      } catch {
        #expect(error.description.contains(text), "\(error.description)")
      }
    }
  }

  @Test("The networks of the paper have its numbers of parameters")
  func counts() throws {
    let mnist = try NetworkArchitecture.perceptron(input: try ImageShape(channels: 1, height: 28, width: 28))
    #expect(mnist.parameterCount == 784 * 100 + 100 + 100 * 100 + 100 + 100 * 10 + 10)
    let cifar = try NetworkArchitecture.convolutional(
      input: try ImageShape(channels: 3, height: 32, width: 32))
    #expect(
      cifar.parameterCount == (27 * 32 + 32) + (288 * 32 + 32) + (288 * 64 + 64) + (1024 * 100 + 100) + 1010)
    let parameters: [Double] = mnist.initialParameters(seed: 3)
    let weights = parameters.prefix(78400)
    let variance = weights.reduce(0) { $0 + $1 * $1 } / 78400
    // Standard error of a variance over n numbers: √(2/n).
    #expect(abs(variance / 0.01 - 1) < 5 * (2.0 / 78400).squareRoot())
    #expect(parameters[78400..<78500].allSatisfy { $0 == 0 })
    #expect(parameters == mnist.initialParameters(seed: 3) && parameters != mnist.initialParameters(seed: 4))
  }
}
