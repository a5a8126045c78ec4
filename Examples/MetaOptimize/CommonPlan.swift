import MetaOptimization
import NetworkProgramSupport
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// What follows from the common arguments together, for one seed: images and network.
struct CommonPlan {
  let images: LabeledImages
  let dataName: String
  let trainer: Trainer<Float>
  /// Everything needed to compute the report again, for the JSON file.
  let options: [JSONValue.Member]

  /// The plans of some seeds.
  ///
  /// - Throws: ``Failure`` if images cannot be read, or if options do not fit them.
  static func plans(for seeds: [UInt64], _ arguments: CommonOptions) throws(Failure) -> [UInt64: CommonPlan] {
    if arguments.network == .cnn {
      try arguments.refuse("--hidden", "--activation", beside: "--network cnn")
    } else {
      try arguments.refuse("--window", beside: "--network mlp")
    }
    try arguments.units.check()
    let images = try arguments.training.images(
      for: seeds, arguments.images, drawn: arguments.quick ? 20_000 : 60_000)
    var plans: [UInt64: CommonPlan] = [:]
    for (seed, images) in images { plans[seed] = try CommonPlan(arguments, seed, images) }
    return plans
  }

  private init(_ arguments: CommonOptions, _ seed: UInt64, _ images: LabeledImages) throws(Failure) {
    let training = arguments.training
    let isConvolutional = arguments.network == .cnn
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
      + arguments.reported(["images": nil, "window": nil, "quick": nil], isQuick: arguments.quick)
      + MetaOptimize.identity
      + training.reported(seed: seed, omitting: isConvolutional ? ["hidden", "activation"] : [])
      + (isConvolutional ? [.init("window", arguments.window.json)] : [])
  }
}
