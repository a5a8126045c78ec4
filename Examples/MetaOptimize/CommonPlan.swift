import Foundation
import MetaOptimization
import MetaOptimizationFiles
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// What the common arguments ask for, checked; images and network included.
struct CommonPlan {
  let images: LabeledImages
  let dataName: String
  let trainer: Trainer<Float>
  let isConvolutional: Bool
  let batchSize, evaluationBatches, threads: Int
  let deviation, gradientLimit: Double
  let seed: UInt64
  let output: String
  /// Everything needed to compute the report again, for the JSON file.
  let options: [JSONValue.Member]

  init(_ arguments: CommonOptions, quickImages: Int, quickBatches: Int) throws(Failure) {
    let isQuick = arguments.quick
    let count = try arguments.images.map { text throws(Failure) in
      try ArgumentText(text, of: "--images").integer(in: 1...10_000_000, "an integer from 1 to 10000000")
    }
    let network = arguments.network ?? "mlp"
    guard ["mlp", "cnn"].contains(network) else {
      throw ArgumentText(network, of: "--network").failure("mlp or cnn")
    }
    isConvolutional = network == "cnn"
    let hidden = try ArgumentText(arguments.hidden ?? "100,100", of: "--hidden").list {
      item throws(Failure) in
      try item.integer(atLeast: 1, "integers ≥ 1, separated by commas")
    }
    let activation: Activation = try ArgumentText(arguments.activation ?? "relu", of: "--activation").choice()
    let window = try ArgumentText(arguments.window ?? "3", of: "--window").integer(
      in: 1...63, "an odd integer from 1 to 63")
    deviation = try ArgumentText(arguments.deviation ?? "0.1", of: "--deviation").positiveNumber()
    batchSize = try ArgumentText(arguments.batchSize ?? "100", of: "--batch-size").integer(
      in: 1...1_000_000, "an integer from 1 to 1000000")
    evaluationBatches = try ArgumentText(
      arguments.evaluationBatches ?? (isQuick ? "\(quickBatches)" : "600"), of: "--evaluation-batches"
    ).integer(in: 1...1_000_000, "an integer from 1 to 1000000")
    gradientLimit = try ArgumentText(arguments.gradientLimit ?? "10", of: "--gradient-limit")
      .positiveNumber()
    seed = try ArgumentText(arguments.seed ?? "0", of: "--seed").seed()
    let cores = ProcessInfo.processInfo.activeProcessorCount
    threads = try ArgumentText(arguments.threads ?? "\(cores)", of: "--threads").integer(
      in: 1...1024, "an integer from 1 to 1024")
    output = arguments.output ?? "./meta-optimize"
    if output.isEmpty { throw .usage("--output is empty, expected a directory") }
    let all: LabeledImages
    do {
      if let folder = arguments.data {
        all = try ImageFiles.load(directory: folder)
        dataName = URL(fileURLWithPath: folder).lastPathComponent
      } else {
        all = try GlyphImages(seed: seed).images(count: count ?? (isQuick ? quickImages : 60_000))
        dataName = "drawn digits"
      }
      if let count, count > all.count {
        throw Failure.usage("--images is \(count), expected at most the \(all.count) of --data")
      }
      images = try count.map { try all.prefix($0) } ?? all
      let architecture =
        try isConvolutional
        ? NetworkArchitecture.convolutional(input: images.shape, size: window, classes: images.classes)
        : NetworkArchitecture.perceptron(
          input: images.shape, hidden: hidden, classes: images.classes, activation: activation)
      trainer = Trainer(try Network(architecture))
    } catch let error as FileError {
      throw Failure(error)
    } catch let error as NoisyQuadraticError {
      throw .usage(error.description)
    } catch let error as Failure {
      throw error
    } catch {
      throw Failure(status: .internal, message: "\(error)")
    }
    options = [
      .init("data", .string(dataName)), .init("images", .number(Double(images.count))),
      .init("imagesChecksum", .string(images.checksum)), .init("network", .string(network)),
      .init("hidden", .array(hidden.map { .number(Double($0)) })),
      .init("activation", .string(activation.rawValue)), .init("window", .number(Double(window))),
      .init("deviation", .number(deviation)), .init("batchSize", .number(Double(batchSize))),
      .init("evaluationBatches", .number(Double(evaluationBatches))),
      .init("gradientLimit", .number(gradientLimit)), .init("seed", .number(Double(seed))),
      .init("program", .string("meta-optimize")),
      .init("programVersion", .string(ComparisonReport.programVersion)),
    ]
  }

  /// Runs pieces of work to their end, showing the time left.
  func finish<Work: ResumableWork>(
    _ pieces: [(name: String, work: Work)], in directory: OutputDirectory, _ arguments: CommonOptions,
    configuration: [JSONValue.Member],
    _ advance: @escaping @Sendable (inout Work) throws(NoisyQuadraticError) -> Void
  ) async throws(Failure) -> (works: [Work], checkpoints: [CheckpointFile]) {
    let run = LongRun(
      pieces, lanes: threads, directory: directory, configuration: JSONValue.object(configuration).text)
    if arguments.restart { run.checkpoints.forEach { $0.remove() } }
    let time = TimeLeft(isSilent: arguments.quiet)
    do throws(LongRun<Work>.Failure) {
      return (try await run.finish(advance, progress: time.report), run.checkpoints)
    } catch {
      switch error {
      case .file(let error): throw Failure(error)
      case .problem(let error): throw .usage(error.description)
      }
    }
  }
}
