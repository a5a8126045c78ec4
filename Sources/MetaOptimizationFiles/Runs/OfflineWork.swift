import MetaOptimization
import NoisyQuadratic
import WorkUnits

/// A unit of offline meta-optimization.
public enum OfflineWork: ResumableWork {
  /// Computes the losses of a range of random samples after several numbers of steps.
  case samples(SampleWork)
  /// Makes a meta-descent with the given number of meta-steps.
  case descent(OfflineDescent, metaSteps: Int)
  /// Computes the training curve of a schedule.
  case curve(CurveWork)

  /// Random samples of the surfaces.
  public struct SampleWork: Codable, Sendable {
    /// The numbers of the samples.
    public let numbers: Range<Int>
    /// The numbers of steps after which the loss is taken.
    public let horizons: [Int]
    /// The ranges of `α₀` and β.
    public let rates, exponents: ClosedRange<Double>
    /// The `[α₀, β]` of the finished samples.
    public private(set) var places: [[Double]] = []
    /// The losses of the finished samples after every horizon.
    public private(set) var losses: [[Double]] = []

    private var current: StoredRun?

    /// Creates samples that are still to be drawn.
    public init(
      numbers: Range<Int>, horizons: [Int], rates: ClosedRange<Double>, exponents: ClosedRange<Double>
    ) {
      self.numbers = numbers
      self.horizons = horizons
      self.rates = rates
      self.exponents = exponents
    }

    fileprivate func continues(_ planned: Self) -> Bool {
      numbers == planned.numbers && horizons == planned.horizons && rates == planned.rates
        && exponents == planned.exponents && losses.count <= numbers.count && places.count == losses.count
        && places.allSatisfy { $0.count == 2 } && losses.allSatisfy { $0.count == horizons.count }
        && current?.run.continues(after: horizons) != false
    }

    fileprivate var share: Double {
      (Double(losses.count) + (current?.run.share ?? 0)) / Double(max(numbers.count, 1))
    }

    fileprivate mutating func advance(
      _ problem: OfflineMetaOptimization<Float>
    ) throws(NoisyQuadraticError) {
      var run = if let current { current.run } else { try start(problem) }
      try problem.advance(&run)
      current = StoredRun(run)
      guard run.isFinished else { return }
      current = nil
      places.append(run.decay)
      losses.append(run.losses)
    }

    /// Starts the run of the next sample.
    private func start(
      _ problem: OfflineMetaOptimization<Float>
    ) throws(NoisyQuadraticError) -> OfflineRun<Float> {
      let number = numbers.lowerBound + losses.count
      let place = problem.sample(number, rates: rates, exponents: exponents)
      return try problem.start(place, after: horizons, run: number)
    }
  }

  /// A training curve.
  public struct CurveWork: Codable, Sendable {
    /// The values `[α₀, β]`.
    public let decay: [Double]
    /// The numbers of steps after which the loss is taken.
    public let steps: [Int]
    /// The number that determines the batches.
    public let run: Int
    /// The losses so far.
    public var losses: [Double] { current?.run.losses ?? [] }

    private var current: StoredRun?

    /// Creates a curve that is still to be computed.
    public init(decay: [Double], steps: [Int], run: Int) {
      self.decay = decay
      self.steps = steps
      self.run = run
    }

    fileprivate func continues(_ planned: Self) -> Bool {
      decay.count == planned.decay.count && steps == planned.steps && run == planned.run
        && current?.run.continues(after: steps) != false
    }

    fileprivate var share: Double { current?.run.share ?? 0 }
    fileprivate var isFinished: Bool { current?.run.isFinished ?? false }

    fileprivate mutating func advance(
      _ problem: OfflineMetaOptimization<Float>
    ) throws(NoisyQuadraticError) {
      var run = if let current { current.run } else { try problem.start(decay, after: steps, run: run) }
      try problem.advance(&run)
      current = StoredRun(run)
    }
  }

  /// The share of the work that is done.
  public var share: Double {
    switch self {
    case .samples(let work): return work.share
    case .descent(let descent, let metaSteps):
      return descent.hasDiverged ? 1 : Double(descent.losses.count) / Double(max(metaSteps, 1))
    case .curve(let work): return work.share
    }
  }

  /// Whether the work is finished.
  public var isFinished: Bool {
    switch self {
    case .samples(let work): return work.losses.count == work.numbers.count
    case .descent(let descent, let metaSteps): return descent.hasDiverged || descent.losses.count >= metaSteps
    case .curve(let work): return work.isFinished
    }
  }

  /// Whether this is a state of the planned unit.
  public func continues(_ planned: OfflineWork) -> Bool {
    switch (self, planned) {
    case (.samples(let work), .samples(let planned)): return work.continues(planned)
    case (.descent(let descent, let metaSteps), .descent(let planned, let plannedSteps)):
      return metaSteps == plannedSteps && descent.continues(planned)
    case (.curve(let work), .curve(let planned)): return work.continues(planned)
    default: return false
    }
  }

  /// Makes about 200 steps of a sample or a curve, or one meta-step.
  ///
  /// - Throws: ``NoisyQuadraticError`` if `[α₀, β]` is outside the domain of the decay.
  public mutating func advance(_ problem: OfflineMetaOptimization<Float>) throws(NoisyQuadraticError) {
    switch self {
    case .samples(var work):
      try work.advance(problem)
      self = .samples(work)
    case .descent(var descent, let metaSteps):
      try problem.step(&descent)
      self = .descent(descent, metaSteps: metaSteps)
    case .curve(var work):
      try work.advance(problem)
      self = .curve(work)
    }
  }
}

/// A run as stored in the file of a unit.
private struct StoredRun: Codable {
  private let decay: [Double]
  private let steps: [Int]
  private let number: Int
  private let state: StoredState
  private let losses: [Double]

  init(_ run: OfflineRun<Float>) {
    decay = run.decay
    steps = run.steps
    number = run.number
    state = StoredState(run.state)
    losses = run.losses
  }

  var run: OfflineRun<Float> {
    OfflineRun(decay: decay, steps: steps, number: number, state: state.state, losses: losses)
  }
}
