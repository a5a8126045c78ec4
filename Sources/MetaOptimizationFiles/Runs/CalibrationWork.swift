import MetaOptimization
import NoisyQuadratic
import WorkUnits

/// The comparison of the calibrated model with training at one checkpoint, as a unit of work.
public struct CalibrationWork: ResumableWork {
  /// The effort of the study.
  public typealias Options = CalibrationStudy<Float>.Options

  /// The options of the study.
  public let options: Options
  /// The number of training images.
  public let images: Int
  /// The progress of the comparison.
  public private(set) var progress: CheckpointProgress<Float>

  /// Creates a comparison before its first stage.
  ///
  /// - Parameters:
  ///   - study: the study.
  ///   - checkpoint: the number of training steps before the checkpoint.
  ///   - isFirst: whether no other checkpoint is compared before this one.
  /// - Throws: ``NoisyQuadraticError`` if the checkpoint is negative.
  public init(
    _ study: CalibrationStudy<Float>, at checkpoint: Int, isFirst: Bool
  ) throws(NoisyQuadraticError) {
    options = study.options
    images = study.images.count
    progress = try study.start(checkpoint, isFirst: isFirst)
  }

  /// The effort of a comparison in training steps, roughly.
  public static func effort(_ options: Options, images: Int, checkpoint: Int) -> Double {
    Double(checkpoint) + stages(options, images: images).reduce(0, +)
  }

  /// The effort of every stage after training.
  private static func stages(_ options: Options, images: Int) -> [Double] {
    let (steps, batch) = (Double(options.budget), Double(options.batchSize))
    // A loss without its gradient takes a third of the time, and a product with the Hessian twice the time.
    let loss = Double(images) / batch / 3
    let vectors = 1 + options.calibration.noiseProbes + options.calibration.densityProbes
    let products =
      Double(options.calibration.lanczosSteps * vectors)
      * (2 * Double(min(options.hessianImages, images)) / batch + 1)
    // Six rates or so.
    let tuning = 6 * Double(options.tuningRepeats) * (steps + 2 * loss)
    // A step of a look-ahead counts as three.
    let metaStep = 3 * 5 + 5.0
    let run = Double(options.repeats) * (steps + min(21, steps + 1) * loss)
    return [
      100 + 3 * loss + products, tuning, tuning, metaStep * Double(options.metaSteps),
      steps * (1 + metaStep * Double(options.metaStepsPerStep)),
    ] + [Double](repeating: run, count: 7)
  }

  /// The share of the effort that is done.
  public var share: Double {
    guard !isFinished else { return 1 }
    let stages = Self.stages(options, images: images)
    let trained = progress.findings.isTrained ? progress.step : progress.state.step
    let done = Double(trained) + stages.prefix(progress.stages).reduce(0, +)
    return done / (Double(progress.step) + stages.reduce(0, +))
  }

  /// Whether there is a comparison or a reason why there is none.
  public var isFinished: Bool { progress.isFinished }

  /// Whether this is a state of the planned unit.
  public func continues(_ planned: CalibrationWork) -> Bool {
    options == planned.options && images == planned.images && progress.continues(planned.progress, options)
  }

  /// Does the next stage: about 200 training steps, or one of the measurements.
  ///
  /// - Throws: ``NoisyQuadraticError`` if nothing can be measured at the first checkpoint.
  public mutating func advance(_ study: CalibrationStudy<Float>) throws(NoisyQuadraticError) {
    try study.advance(&progress)
  }
}

extension CalibrationWork {
  private enum Key: CodingKey { case options, images, step, isFirst, state, findings }

  /// Reads a comparison.
  ///
  /// - Throws: `DecodingError` for text that is no comparison.
  public init(from decoder: any Decoder) throws {
    let all = try decoder.container(keyedBy: Key.self)
    options = try all.decode(Options.self, forKey: .options)
    images = try all.decode(Int.self, forKey: .images)
    progress = CheckpointProgress(
      step: try all.decode(Int.self, forKey: .step), isFirst: try all.decode(Bool.self, forKey: .isFirst),
      state: try all.decode(StoredState.self, forKey: .state).state,
      findings: try all.decode(CheckpointProgress<Float>.Findings.self, forKey: .findings))
  }

  /// Writes a comparison.
  ///
  /// - Throws: the errors of the encoder.
  public func encode(to encoder: any Encoder) throws {
    var all = encoder.container(keyedBy: Key.self)
    try all.encode(options, forKey: .options)
    try all.encode(images, forKey: .images)
    try all.encode(progress.step, forKey: .step)
    try all.encode(progress.isFirst, forKey: .isFirst)
    try all.encode(StoredState(progress.state), forKey: .state)
    try all.encode(progress.findings, forKey: .findings)
  }
}
