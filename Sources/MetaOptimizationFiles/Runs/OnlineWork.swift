import MetaOptimization
import NoisyQuadratic
import WorkUnits

/// A run with online meta-optimization as a unit of work.
public struct OnlineWork: ResumableWork {
  /// The options of the training and of the meta-optimization.
  public typealias Options = OnlineMetaOptimization<Float>.Options

  /// The name of the run in the table and the plots.
  public let name: String
  /// The options of this run, which may differ from the paper's.
  public let options: Options
  /// The progress of the run.
  public private(set) var run: OnlineRun<Float>

  /// Creates a run before its first step.
  public init(_ name: String, _ problem: OnlineMetaOptimization<Float>) {
    self.name = name
    options = problem.options
    run = problem.start()
  }

  /// The effort of a run in training steps. A step of a look-ahead counts as three.
  public static func effort(_ options: Options) -> Double {
    guard options.isAdaptive else { return Double(options.steps) }
    let adapting = Double(min(options.steps, options.adaptationSteps)) / Double(options.interval)
    let each = 3 * Double(options.lookahead) + Double(options.isDeterministic ? 1 : options.objectiveBatches)
    return Double(options.steps) + adapting * Double(options.metaSteps) * each
  }

  /// The share of the effort that is done.
  public var share: Double {
    guard run.divergence == nil else { return 1 }
    let effort = Self.effort(options)
    let each = options.isAdaptive ? (effort - Double(options.steps)) : 0
    let adapted = Double(min(run.state.step, options.adaptationSteps))
    let all = Double(max(min(options.steps, options.adaptationSteps), 1))
    return (Double(run.state.step) + each * adapted / all) / effort
  }

  /// Whether all steps are done or training has diverged.
  public var isFinished: Bool { run.isFinished(after: options.steps) }

  /// Whether this is a state of the planned unit.
  public func continues(_ planned: OnlineWork) -> Bool {
    name == planned.name && options == planned.options && run.continues(planned.run, steps: options.steps)
  }

  /// Advances the run by about 200 gradients.
  ///
  /// - Throws: the errors of a batch of images; nothing if the run was created for the problem.
  public mutating func advance(_ problem: OnlineMetaOptimization<Float>) throws(NoisyQuadraticError) {
    try problem.advance(&run)
  }
}

extension OnlineWork {
  private enum Key: CodingKey {
    case name, options, state, logarithms, adam, metaSteps, divergedLookaheads, points, divergence
  }

  /// Reads a run.
  ///
  /// - Throws: `DecodingError` for text that is no run.
  public init(from decoder: any Decoder) throws {
    let all = try decoder.container(keyedBy: Key.self)
    name = try all.decode(String.self, forKey: .name)
    options = try all.decode(Options.self, forKey: .options)
    run = OnlineRun(
      state: try all.decode(StoredState.self, forKey: .state).state,
      logarithms: try all.decode([Double].self, forKey: .logarithms),
      adam: try all.decode(AdamSteps.self, forKey: .adam))
    run.metaSteps = try all.decode(Int.self, forKey: .metaSteps)
    run.divergedLookaheads = try all.decode(Int.self, forKey: .divergedLookaheads)
    run.points = try all.decode([OnlinePoint].self, forKey: .points)
    run.divergence = try all.decodeIfPresent(Int.self, forKey: .divergence)
  }

  /// Writes a run.
  ///
  /// - Throws: `EncodingError` for numbers that are not finite, unless the encoder has a text for them.
  public func encode(to encoder: any Encoder) throws {
    var all = encoder.container(keyedBy: Key.self)
    try all.encode(name, forKey: .name)
    try all.encode(options, forKey: .options)
    try all.encode(StoredState(run.state), forKey: .state)
    try all.encode(run.logarithms, forKey: .logarithms)
    try all.encode(run.adam, forKey: .adam)
    try all.encode(run.metaSteps, forKey: .metaSteps)
    try all.encode(run.divergedLookaheads, forKey: .divergedLookaheads)
    try all.encode(run.points, forKey: .points)
    try all.encodeIfPresent(run.divergence, forKey: .divergence)
  }
}
