import Foundation
import MetaOptimization
import MetaOptimizationFiles
import NetworkProgramSupport
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// What follows from several arguments together.
struct Plan {
  let study: CalibrationStudy<Float>
  /// Where the images come from, in words.
  let source: String
  /// Everything needed to compute the report again, for the JSON file.
  let options: [JSONValue.Member]

  init(_ arguments: Arguments) throws(Failure) {
    let training = arguments.training
    var options = CalibrationStudy<Float>.Options()
    options.budget = arguments.budget
    options.learningRate = arguments.learningRate
    options.momentum = arguments.momentum
    options.batchSize = training.batchSize
    options.repeats = arguments.repeats
    options.calibration.lanczosSteps = arguments.lanczosSteps
    options.metaSteps = arguments.metaSteps
    options.hessianImages = arguments.hessianImages
    options.seed = training.seed
    guard let images = try training.images(for: [training.seed], arguments.images)[training.seed] else {
      throw .usage("no images")
    }
    if let text = arguments.given("--hessian-images"), options.hessianImages > images.count {
      throw .usage("--hessian-images is \(text), expected at most the \(images.count) images trained on")
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
      [.init("data", training.folder.json)]
      + arguments.reported([
        "images": images.count.json, "hessianImages": min(options.hessianImages, images.count).json,
      ]) + Arguments.identity + training.reported(seed: training.seed)
  }
}
