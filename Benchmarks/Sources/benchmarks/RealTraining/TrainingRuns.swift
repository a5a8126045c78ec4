import DrawnDigits
import MetaOptimization
import MetaOptimizationFiles
import NoisyQuadratic
import NoisyQuadraticFiles

/// Runs of plain SGD on the default network of `meta-optimize`: 784-100-100-10 with ReLU units, in batches of 100.
struct TrainingRuns {
  static let batchSize = 100
  /// The most images over which losses are measured.
  static let measuredImages = 60_000

  private let trainer: Trainer<Float>
  private let training: LabeledImages
  private let measured: Batch
  private let test: Batch

  /// Loads MNIST, or draws digits.
  ///
  /// - Parameters:
  ///   - folder: the folder of MNIST; digits are drawn if absent.
  ///   - count: the number of training images. At least 100. Of drawn digits, a sixth as many, but at most
  ///     10 000, are for the test.
  /// - Throws: ``Failure`` for a folder without so many images, and the library's errors.
  init(folder: String?, count: Int) throws {
    if let folder {
      let all = try Self.load(folder, .training)
      guard count <= all.count else {
        throw Failure(.usage, "--images is \(count), expected at most the \(all.count) of --data")
      }
      training = try all.prefix(count)
      test = Batch(try Self.load(folder, .test))
    } else {
      let glyphs = GlyphImages(seed: 0)
      training = try glyphs.images(0..<count)
      test = Batch(try glyphs.images(count..<count + min(count / 6, 10_000)))
    }
    measured = try Batch(training, (0..<Int32(min(count, Self.measuredImages))).map { $0 })
    let architecture = try NetworkArchitecture.perceptron(input: training.shape, classes: training.classes)
    trainer = Trainer(try Network<Float>(architecture), optimizer: .sgd)
  }

  /// The sizes of the network's layers and the numbers of images.
  var text: String {
    "\(training.shape.count)-100-100-\(training.classes), plain SGD, batches of \(Self.batchSize), \(training.count) training and \(test.count) test "
      + "images; training losses are means over \(measured.count) images"
  }

  /// Trains from random parameters.
  ///
  /// - Parameters:
  ///   - rates: the learning rate of every step.
  ///   - seed: determines the parameters and the order of the images.
  ///   - steps: the numbers of steps after which the training loss is measured, ascending; all steps if absent.
  /// - Returns: the losses that were measured.
  /// - Throws: the library's error for a batch that is larger than the set.
  func run(_ rates: [Double], seed: UInt64, at steps: [Int]? = nil) throws -> TrainingRun {
    var batches = try BatchSequence(training, batchSize: Self.batchSize, seed: seed)
    var state = trainer.initialState(seed: seed)
    let steps = steps ?? [rates.count]
    var losses: [Double] = []
    for (t, rate) in rates.enumerated() {
      let loss = trainer.step(&state, on: batches.batch(t), learningRate: rate, momentum: 0)
      guard loss.isFinite else { return TrainingRun(losses: [.infinity], testError: 1) }
      guard losses.count < steps.count, t + 1 == steps[losses.count] else { continue }
      losses.append(trainer.network.loss(state.parameters, on: measured))
    }
    return TrainingRun(
      losses: losses.map { $0.isFinite ? $0 : .infinity },
      testError: trainer.network.errorRate(state.parameters, on: test))
  }

  private static func load(_ folder: String, _ subset: ImageFiles.Subset) throws(Failure) -> LabeledImages {
    do throws(FileError) {
      return try ImageFiles.load(directory: folder, subset)
    } catch {
      if case .unreadable = error { throw Failure(.noInput, "--data: \(error)") }
      throw Failure(.badData, "--data: \(error)")
    }
  }
}

/// What came out of a run.
struct TrainingRun {
  /// The mean loss over the measured training images; infinite for a run that diverged.
  let losses: [Double]
  /// The share of the test images that is misclassified at the end.
  let testError: Double

  /// The loss at the end.
  var final: Double { losses[losses.count - 1] }
}
