import Foundation
import MetaOptimization
import MetaOptimizationFiles
import NetworkProgramSupport
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
    let training = try NetworkPlan(arguments.training)
    var options = CalibrationStudy<Float>.Options()
    options.budget = try ArgumentText(arguments.budget ?? "100", of: "--budget").integer(
      in: 1...10_000, "an integer from 1 to 10000")
    options.learningRate = try ArgumentText(arguments.learningRate ?? "0.1", of: "--learning-rate")
      .positiveNumber()
    options.momentum = try ArgumentText(arguments.momentum ?? "0", of: "--momentum").momentumLimit()
    options.batchSize = training.batchSize
    options.repeats = try ArgumentText(arguments.repeats ?? "4", of: "--repeats").integer(
      in: 1...1000, "an integer from 1 to 1000")
    options.calibration.lanczosSteps = try ArgumentText(
      arguments.lanczosSteps ?? "40", of: "--lanczos-steps"
    ).integer(in: 1...1000, "an integer from 1 to 1000")
    options.metaSteps = try ArgumentText(arguments.metaSteps ?? "200", of: "--meta-steps").integer(
      in: 1...100_000, "an integer from 1 to 100000")
    options.hessianImages = try ArgumentText(arguments.hessianImages ?? "2000", of: "--hessian-images")
      .integer()
    options.seed = training.seed
    output = arguments.output ?? "./calibration"
    if output.isEmpty { throw .usage("--output is empty, expected a directory") }
    let images = try training.images(arguments.images ?? "5000")
    if arguments.hessianImages != nil, options.hessianImages > images.count {
      throw .usage(
        "--hessian-images is \(options.hessianImages), expected at most the \(images.count) images trained on"
      )
    }
    source = "\(images.count) " + (training.folder.map { "images of \($0)" } ?? "drawn digits")
    let settings = options
    study = try Program.solving { () throws(NoisyQuadraticError) in
      try CalibrationStudy(
        Network(
          training.perceptron(for: images), workers: ProcessInfo.processInfo.activeProcessorCount),
        images: images, options: settings)
    }
    self.options =
      [
        .init("data", training.folder.map { .string($0) } ?? .null),
        .init("images", .number(Double(images.count))),
        .init("hessianImages", .number(Double(min(options.hessianImages, images.count)))),
        .init("stepsBefore", .array(checkpoints.map { .number(Double($0)) })),
        .init("budget", .number(Double(options.budget))),
        .init("learningRate", .number(options.learningRate)), .init("momentum", .number(options.momentum)),
        .init("lanczosSteps", .number(Double(options.calibration.lanczosSteps))),
        .init("metaSteps", .number(Double(options.metaSteps))),
        .init("repeats", .number(Double(options.repeats))),
        .init("program", .string("calibrated-comparison")),
        .init("programVersion", .string(PackageVersion.current)),
      ] + training.members + training.perceptronMembers
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
}
