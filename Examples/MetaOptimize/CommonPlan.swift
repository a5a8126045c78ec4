import Foundation
import MetaOptimization
import MetaOptimizationFiles
import NetworkProgramSupport
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// What follows from the common arguments together: images and network.
struct CommonPlan {
  let images: LabeledImages
  let dataName: String
  let trainer: Trainer<Float>
  /// Everything needed to compute the report again, for the JSON file.
  let options: [JSONValue.Member]

  private let arguments: CommonOptions

  init(_ arguments: CommonOptions) throws(Failure) {
    self.arguments = arguments
    let training = arguments.training
    let isConvolutional = arguments.network == .cnn
    if isConvolutional {
      try arguments.refuse("--hidden", "--activation", beside: "--network cnn")
    } else {
      try arguments.refuse("--window", beside: "--network mlp")
    }
    let images = try training.images(arguments.images, drawn: arguments.quick ? 20_000 : 60_000)
    self.images = images
    dataName = training.folder ?? "drawn digits"
    trainer = try Program.solving { () throws(NoisyQuadraticError) in
      Trainer(
        try Network(
          isConvolutional
            ? .convolutional(input: images.shape, size: arguments.window, classes: images.classes)
            : training.perceptron(for: images)))
    }
    options =
      [
        .init("data", dataName.json), .init("images", images.count.json),
        .init("imagesChecksum", images.checksum.json),
      ]
      + arguments.reported(
        ["images": nil, "window": nil, "threads": nil, "quick": nil, "restart": nil], isQuick: arguments.quick
      )
      + MetaOptimize.identity
      + training.reported(isConvolutional ? ["data": nil, "hidden": nil, "activation": nil] : ["data": nil])
      + (isConvolutional ? [.init("window", arguments.window.json)] : [])
  }

  /// Runs pieces of work to their end, showing the time left.
  ///
  /// - Parameters:
  ///   - pieces: with the names of their checkpoints.
  ///   - later: names of pieces that will be run after these, `nil` if these are the later ones. All checkpoints in the
  ///     directory are looked at now, lest those of another run be found when hours of work are done.
  ///   - directory: where checkpoints go.
  ///   - configuration: all that results depend on.
  ///   - advance: takes a piece to its next state.
  /// - Returns: the finished pieces and their checkpoints.
  /// - Throws: ``Failure``.
  func finish<Work: ResumableWork>(
    _ pieces: [(name: String, work: Work)], later: [String]?, in directory: OutputDirectory,
    configuration: [JSONValue.Member],
    _ advance: @escaping @Sendable (inout Work) throws(NoisyQuadraticError) -> Void
  ) async throws(Failure) -> (works: [Work], checkpoints: [CheckpointFile]) {
    let run = LongRun(
      pieces, lanes: arguments.threads ?? ProcessInfo.processInfo.activeProcessorCount, directory: directory,
      configuration: JSONValue.object(configuration).text)
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
      case .problem(let error): throw Failure(error)
      }
    }
  }
}
