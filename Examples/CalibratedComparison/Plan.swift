import Foundation
import MetaOptimization
import MetaOptimizationFiles
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// What the arguments ask for, checked.
struct Plan {
  let study: CalibrationStudy<Float>
  /// Ascending.
  let checkpoints: [Int]
  /// Where the images come from, in words.
  let source: String
  let output: String
  /// Everything needed to compute the report again, for the JSON file.
  let options: [JSONValue.Member]

  init(_ arguments: Arguments) throws(Failure) {
    checkpoints = try Self.checkpoints(arguments.stepsBefore ?? "0,100,1000")
    let count = try ArgumentText(arguments.images ?? "5000", of: "--images").integer()
    let hidden = try Self.hidden(arguments.hidden ?? "100,100")
    let activation: Activation = try ArgumentText(arguments.activation ?? "relu", of: "--activation").choice()
    var options = CalibrationStudy<Float>.Options()
    options.budget = try ArgumentText(arguments.budget ?? "100", of: "--budget").integer(
      in: 1...10_000, "an integer from 1 to 10000")
    options.learningRate = try ArgumentText(arguments.learningRate ?? "0.1", of: "--learning-rate")
      .positiveNumber()
    options.batchSize = try ArgumentText(arguments.batchSize ?? "100", of: "--batch-size").integer()
    options.repeats = try ArgumentText(arguments.repeats ?? "4", of: "--repeats").integer(
      in: 1...1000, "an integer from 1 to 1000")
    options.calibration.lanczosSteps = try ArgumentText(
      arguments.lanczosSteps ?? "40", of: "--lanczos-steps"
    ).integer(in: 1...1000, "an integer from 1 to 1000")
    options.metaSteps = try ArgumentText(arguments.metaSteps ?? "200", of: "--meta-steps").integer(
      in: 1...100_000, "an integer from 1 to 100000")
    options.hessianImages = try ArgumentText(arguments.hessianImages ?? "2000", of: "--hessian-images")
      .integer()
    options.seed = try ArgumentText(arguments.seed ?? "0", of: "--seed").seed()
    output = arguments.output ?? "./calibration"
    if output.isEmpty { throw .usage("--output is empty, expected a directory") }
    let images = try Self.images(arguments.data, count: count, seed: options.seed)
    let name = arguments.data.map { URL(fileURLWithPath: $0).lastPathComponent }
    source = "\(count) " + (name.map { "images of \($0)" } ?? "drawn digits")
    do throws(NoisyQuadraticError) {
      let architecture = try NetworkArchitecture.perceptron(
        input: images.shape, hidden: hidden, classes: images.classes, activation: activation)
      study = try CalibrationStudy(
        Network(architecture, workers: ProcessInfo.processInfo.activeProcessorCount), images: images,
        options: options)
    } catch {
      throw .usage(error.description)
    }
    self.options = [
      .init("data", name.map { .string($0) } ?? .null),
      .init("images", .number(Double(count))),
      .init("hessianImages", .number(Double(min(options.hessianImages, count)))),
      .init("stepsBefore", .array(checkpoints.map { .number(Double($0)) })),
      .init("budget", .number(Double(options.budget))),
      .init("learningRate", .number(options.learningRate)),
      .init("batchSize", .number(Double(options.batchSize))),
      .init("hidden", .array(hidden.map { .number(Double($0)) })),
      .init("activation", .string(activation.rawValue)),
      .init("lanczosSteps", .number(Double(options.calibration.lanczosSteps))),
      .init("metaSteps", .number(Double(options.metaSteps))),
      .init("repeats", .number(Double(options.repeats))),
      .init("seed", .number(Double(options.seed))),
      .init("program", .string("calibrated-comparison")),
      .init("programVersion", .string(ComparisonReport.programVersion)),
    ]
  }

  private static func images(
    _ directory: String?, count: Int, seed: UInt64
  ) throws(Failure) -> LabeledImages {
    guard let directory else {
      return try Program.solving { () throws(NoisyQuadraticError) in
        try GlyphImages(seed: seed).images(count: count)
      }
    }
    let all = try Program.files { () throws(FileError) in try ImageFiles.load(directory: directory) }
    guard count <= all.count else {
      throw .usage("--images is \(count), expected at most the \(all.count) images of --data")
    }
    return try Program.solving { () throws(NoisyQuadraticError) in try all.prefix(count) }
  }

  private static func checkpoints(_ text: String) throws(Failure) -> [Int] {
    let values = Set(
      try ArgumentText(text, of: "--steps-before").list { item throws(Failure) in
        try item.integer(in: 0...1_000_000, "integers from 0 to 1000000, separated by commas")
      })
    guard values.count <= 6 else {
      throw .usage("--steps-before has \(values.count) numbers, expected at most 6")
    }
    return values.sorted()
  }

  private static func hidden(_ text: String) throws(Failure) -> [Int] {
    try ArgumentText(text, of: "--hidden").list { item throws(Failure) in
      try item.integer(in: 1...10_000, "integers from 1 to 10000, separated by commas")
    }
  }
}
