import MetaOptimization
import NoisyQuadratic

/// A piece of offline meta-optimization.
public enum OfflineWork: ResumableWork {
  /// Losses after some numbers of steps for a range of random samples.
  case samples(SampleWork)
  /// A meta-descent of so many meta-steps.
  case descent(OfflineDescent, metaSteps: Int)
  /// The training curve of a schedule.
  case curve(CurveWork)

  /// Random samples of the surfaces.
  public struct SampleWork: Codable, Sendable {
    /// Numbers of the samples.
    public let numbers: Range<Int>
    /// Steps after which the loss is taken.
    public let horizons: [Int]
    /// Ranges of `α₀` and β.
    public let rates, exponents: ClosedRange<Double>
    /// `[α₀, β]` of the samples so far.
    public var places: [[Double]] = []
    /// Their losses after every horizon.
    public var losses: [[Double]] = []

    /// Samples still to be drawn.
    public init(
      numbers: Range<Int>, horizons: [Int], rates: ClosedRange<Double>, exponents: ClosedRange<Double>
    ) {
      self.numbers = numbers
      self.horizons = horizons
      self.rates = rates
      self.exponents = exponents
    }
  }

  /// A training curve.
  public struct CurveWork: Codable, Sendable {
    /// `[α₀, β]`.
    public let decay: [Double]
    /// Steps after which the loss is taken.
    public let steps: [Int]
    /// Determines the batches.
    public let run: Int
    /// The losses, once they are known.
    public var losses: [Double] = []

    /// A curve still to be computed.
    public init(decay: [Double], steps: [Int], run: Int) {
      self.decay = decay
      self.steps = steps
      self.run = run
    }
  }

  /// Training steps, a step with two tangents counting for three.
  public var effort: Double {
    switch self {
    case .samples(let work): return Double(work.numbers.count * (work.horizons.last ?? 0))
    case .descent(let descent, let metaSteps): return 3 * Double(metaSteps * descent.horizon)
    case .curve(let work): return Double(work.steps.last ?? 0)
    }
  }

  /// How much of it is done.
  public var share: Double {
    switch self {
    case .samples(let work): return Double(work.losses.count) / Double(max(work.numbers.count, 1))
    case .descent(let descent, let metaSteps):
      return descent.hasDiverged ? 1 : Double(descent.losses.count) / Double(max(metaSteps, 1))
    case .curve(let work): return work.losses.isEmpty ? 0 : 1
    }
  }

  /// Whether nothing is left to do.
  public var isFinished: Bool {
    switch self {
    case .samples(let work): return work.losses.count == work.numbers.count
    case .descent(let descent, let metaSteps): return descent.hasDiverged || descent.losses.count >= metaSteps
    case .curve(let work): return work.losses.count == work.steps.count
    }
  }

  /// A sample, a meta-step, or a whole curve.
  public mutating func advance<S>(
    _ problem: OfflineMetaOptimization<S>
  ) throws(NoisyQuadraticError) {
    switch self {
    case .samples(var work):
      let number = work.numbers.lowerBound + work.losses.count
      let place = problem.sample(number, rates: work.rates, exponents: work.exponents)
      work.losses.append(try problem.losses(place, after: work.horizons, run: number))
      work.places.append(place)
      self = .samples(work)
    case .descent(var descent, let metaSteps):
      try problem.step(&descent)
      self = .descent(descent, metaSteps: metaSteps)
    case .curve(var work):
      work.losses = try problem.losses(work.decay, after: work.steps, run: work.run)
      self = .curve(work)
    }
  }
}
