import MetaOptimization
import MetaOptimizationFiles
import NetworkProgramSupport
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport
import WorkUnits

/// What follows from several arguments together.
struct Plan: SeedPlan {
  /// What the units of a seed have in common.
  private struct Setup {
    let study: CalibrationStudy<Float>
    /// Where the images come from, in words.
    let source: String
    /// Everything needed to compute the report again, for the JSON file.
    let options: [JSONValue.Member]
    /// Tells images with the same name apart.
    let checksum: JSONValue
  }

  private let layout: [(unit: WorkUnit, seed: UInt64, checkpoint: Int, isFirst: Bool)]
  private let setups: [UInt64: Setup]

  init(_ arguments: Arguments) throws(Failure) {
    let (training, checkpoints) = (arguments.training, arguments.stepsBefore)
    try arguments.units.check()
    let options = Self.options(arguments)
    let seeds = try training.allSeeds()
    let layout = seeds.flatMap { seed in
      checkpoints.enumerated().map { i, checkpoint in
        (
          unit: WorkUnit(
            "seed-\(seed)-step-\(checkpoint)", seed: seed,
            effort: CalibrationWork.effort(options, images: arguments.images, checkpoint: checkpoint)),
          seed: seed, checkpoint: checkpoint, isFirst: i == 0
        )
      }
    }
    self.layout = layout
    let used = try training.seeds(of: layout.count, in: arguments.units) { layout[$0].seed }
    var setups: [UInt64: Setup] = [:]
    for (seed, images) in try training.images(for: used, arguments.images) {
      setups[seed] = try Self.setup(arguments, options, seed: seed, images)
    }
    self.setups = setups
  }

  private static func options(_ arguments: Arguments) -> CalibrationWork.Options {
    var options = CalibrationWork.Options()
    options.budget = arguments.budget
    options.learningRate = arguments.learningRate
    options.momentum = arguments.momentum
    options.batchSize = arguments.training.batchSize
    options.repeats = arguments.repeats
    options.calibration.lanczosSteps = arguments.lanczosSteps
    options.metaSteps = arguments.metaSteps
    options.hessianImages = arguments.hessianImages
    return options
  }

  private static func setup(
    _ arguments: Arguments, _ common: CalibrationWork.Options, seed: UInt64, _ images: LabeledImages
  ) throws(Failure) -> Setup {
    let training = arguments.training
    var options = common
    options.seed = seed
    if let text = arguments.given("--hessian-images"), options.hessianImages > images.count {
      throw .usage("--hessian-images is \(text), expected at most the \(images.count) images trained on")
    }
    let settings = options
    return Setup(
      study: try Program.solving { () throws(NoisyQuadraticError) in
        try CalibrationStudy(Network(training.perceptron(for: images)), images: images, options: settings)
      },
      source: "\(images.count) " + (training.folder.map { "images of \($0)" } ?? "drawn digits"),
      options: [.init("data", training.folder.json)]
        + arguments.reported([
          "images": images.count.json, "hessianImages": min(options.hessianImages, images.count).json,
        ]) + Arguments.identity + training.reported(seed: seed), checksum: images.checksum.json)
  }

  /// The units, and how each is done.
  var units: UnitPlan<CalibrationWork> {
    UnitPlan(layout.map(\.unit)) { unit in
      setups[layout[unit].seed].map { $0.options + [.init("imagesChecksum", $0.checksum)] } ?? []
    } begin: { unit, _ throws(NoisyQuadraticError) in
      try CalibrationWork(study(unit), at: layout[unit].checkpoint, isFirst: layout[unit].isFirst)
    } advance: { unit, cores, work throws(NoisyQuadraticError) in
      try work.advance(study(unit).with(workers: cores))
    }
  }

  /// The study of a unit whose seed is in use.
  private func study(_ unit: Int) throws(NoisyQuadraticError) -> CalibrationStudy<Float> {
    guard let setup = setups[layout[unit].seed] else {
      throw .invalidCount(field: "--units", value: unit, expected: "a unit of a seed in use")
    }
    return setup.study
  }

  /// The reports of all seeds.
  func reports(_ works: [CalibrationWork]) -> [(seed: UInt64, report: CalibrationReport)] {
    setups.sorted { $0.key < $1.key }.map { seed, setup in
      let own = layout.indices.filter { layout[$0].seed == seed }.map { works[$0] }
      return (seed, CalibrationReport(source: setup.source, options: setup.options, works: own))
    }
  }
}
