import Foundation
import MetaOptimization
import MetaOptimizationFiles
import NetworkProgramSupport
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// What the common arguments ask for, checked; images and network included.
struct CommonPlan {
  let images: LabeledImages
  let dataName: String
  let trainer: Trainer<Float>
  let isConvolutional: Bool
  let training: NetworkPlan
  let evaluationBatches, threads: Int
  let deviation, gradientLimit: Double
  let output: String
  /// Everything needed to compute the report again, for the JSON file.
  let options: [JSONValue.Member]

  init(_ arguments: CommonOptions, quickImages: Int, quickBatches: Int) throws(Failure) {
    let isQuick = arguments.quick
    let training = try NetworkPlan(arguments.training)
    self.training = training
    let network = arguments.network ?? "mlp"
    guard ["mlp", "cnn"].contains(network) else {
      throw ArgumentText(network, of: "--network").failure("mlp or cnn")
    }
    isConvolutional = network == "cnn"
    let foreign =
      isConvolutional
      ? [("--hidden", arguments.training.hidden), ("--activation", arguments.training.activation)]
      : [("--window", arguments.window)]
    for case (let option, let text?) in foreign {
      throw ArgumentText(text, of: option).failure("no such option with --network \(network)")
    }
    let window = try ArgumentText(arguments.window ?? "3", of: "--window").integer(
      in: 1...63, "an odd integer from 1 to 63")
    guard window % 2 == 1 else {
      throw ArgumentText(arguments.window ?? "3", of: "--window").failure("an odd integer from 1 to 63")
    }
    deviation = try ArgumentText(arguments.deviation ?? "0.1", of: "--deviation").positiveNumber()
    evaluationBatches = try ArgumentText(
      arguments.evaluationBatches ?? (isQuick ? "\(quickBatches)" : "600"), of: "--evaluation-batches"
    ).integer(in: 1...1_000_000, "an integer from 1 to 1000000")
    gradientLimit = try ArgumentText(arguments.gradientLimit ?? "10", of: "--gradient-limit")
      .positiveNumber()
    let cores = ProcessInfo.processInfo.activeProcessorCount
    threads = try ArgumentText(arguments.threads ?? "\(cores)", of: "--threads").integer(
      in: 1...1024, "an integer from 1 to 1024")
    output = arguments.output ?? "./meta-optimize"
    if output.isEmpty { throw .usage("--output is empty, expected a directory") }
    images = try training.images(arguments.images, drawn: isQuick ? quickImages : 60_000)
    dataName = training.folder ?? "drawn digits"
    let (images, isConvolutional) = (images, isConvolutional)
    trainer = try Program.solving { () throws(NoisyQuadraticError) in
      Trainer(
        try Network(
          isConvolutional
            ? .convolutional(input: images.shape, size: window, classes: images.classes)
            : training.perceptron(for: images)))
    }
    options =
      [
        .init("data", .string(dataName)), .init("images", .number(Double(images.count))),
        .init("imagesChecksum", .string(images.checksum)), .init("network", .string(network)),
        .init("deviation", .number(deviation)),
        .init("evaluationBatches", .number(Double(evaluationBatches))),
        .init("gradientLimit", .number(gradientLimit)), .init("program", .string("meta-optimize")),
        .init("programVersion", .string(PackageVersion.current)),
      ] + training.members
      + (isConvolutional ? [.init("window", .number(Double(window)))] : training.perceptronMembers)
  }

  /// Runs pieces of work to their end, showing the time left.
  ///
  /// - Parameters:
  ///   - pieces: with the names of their checkpoints.
  ///   - later: names of pieces that will be run after these, `nil` if these are the later ones. All checkpoints in the
  ///     directory are looked at now, lest those of another run be found when hours of work are done.
  ///   - directory: where checkpoints go.
  ///   - arguments: whether to discard checkpoints and to be quiet.
  ///   - configuration: all that results depend on.
  ///   - advance: takes a piece to its next state.
  /// - Returns: the finished pieces and their checkpoints.
  /// - Throws: ``Failure``.
  func finish<Work: ResumableWork>(
    _ pieces: [(name: String, work: Work)], later: [String]?, in directory: OutputDirectory,
    _ arguments: CommonOptions, configuration: [JSONValue.Member],
    _ advance: @escaping @Sendable (inout Work) throws(NoisyQuadraticError) -> Void
  ) async throws(Failure) -> (works: [Work], checkpoints: [CheckpointFile]) {
    let run = LongRun(
      pieces, lanes: threads, directory: directory, configuration: JSONValue.object(configuration).text)
    if let later {
      let expected = run.checkpoints + later.map(run.checkpoint)
      let strangers = CheckpointFile.names(in: directory).filter { name in
        !expected.contains { $0.name == name }
      }
      if arguments.restart {
        expected.forEach { $0.remove() }
        strangers.forEach { CheckpointFile($0, in: directory, configuration: "").remove() }
      } else if let stranger = strangers.first {
        throw Failure(
          FileError.invalid(
            path: directory.file(stranger),
            problem: "a checkpoint of another run; use --restart to discard it, or another --output"))
      }
      for name in later {
        _ = try Program.files { () throws(FileError) in try run.checkpoint(name).load(Work.self) }
      }
    }
    let time = TimeLeft(isSilent: arguments.training.quiet)
    do throws(LongRun<Work>.Failure) {
      return (try await run.finish(advance, progress: time.report), run.checkpoints)
    } catch {
      switch error {
      case .file(let error): throw Failure(error)
      case .problem(let error): throw .usage(error)
      }
    }
  }
}

extension CommonOptions {
  /// What the library calls otherwise than both commands do.
  static let optionsOfFields = ["layers.size": "--window", "parameters": "--hidden"]
}

extension JSONValue {
  /// Both ends of a range.
  static func array(_ range: ClosedRange<Double>) -> JSONValue {
    .array([.number(range.lowerBound), .number(range.upperBound)])
  }
}
