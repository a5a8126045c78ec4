/// The final loss of a schedule, split over the spectrum and into signal and noise (G5).
///
/// ```
/// L_T = ½ Σ n h φ_T² m₀  +  ½ Σ n h p_T
///       signal              noise
/// ```
/// Here `φ_T` is the factor by which the noiseless run shrinks a direction's start, and `p_T` is the variance
/// that gradient noise adds to it, however much the noise grows with the error (X1). Signal left in low curvatures shows that the rates were too small in
/// total. Noise in high curvatures shows that the rates fell too late or too little.
public struct SpectralLoss: Sendable, Equatable {
  /// Directions of similar curvature.
  public struct Band: Sendable, Equatable {
    /// The lowest and the highest curvature in the band.
    public let curvatures: ClosedRange<Double>
    /// `Σ n`, the number of directions in the band.
    public let multiplicity: Double
    /// The remaining loss from the start.
    public let signal: Double
    /// The loss that gradient noise has added.
    public let noise: Double
  }

  /// Bands of equal width in whole octaves below the highest curvature, highest first. Bands without
  /// directions and directions without curvature are left out.
  public let bands: [Band]

  /// The signal of all bands.
  public var signal: Double { Elementary.sum(bands.lazy.map(\.signal)) }
  /// The noise of all bands.
  public var noise: Double { Elementary.sum(bands.lazy.map(\.noise)) }

  /// Splits the loss after the last step.
  ///
  /// - Parameters:
  ///   - model: d directions, started at rest.
  ///   - schedule: T steps.
  ///   - maximumBands: at least 1; bands are one octave wide if that number suffices.
  /// - Throws: ``NoisyQuadraticError`` for a number of bands below 1.
  /// - Complexity: O(d T bands).
  public init(
    _ model: NoisyQuadraticModel, under schedule: Schedule, maximumBands: Int = 12
  ) throws(NoisyQuadraticError) {
    guard maximumBands >= 1 else {
      throw .invalidCount(field: "maximumBands", value: maximumBands, expected: "at least 1")
    }
    let highest = model.maximumCurvature
    let directions = model.curvature.indices.filter { model.curvature[$0] > 0 }
    let octaves = directions.map { Self.octaves(from: highest, to: model.curvature[$0]) }
    let width = (octaves.max() ?? 0) / maximumBands + 1
    let members = Dictionary(grouping: directions.indices) { octaves[$0] / width }
      .sorted { $0.key < $1.key }
      .map { $0.value.map { directions[$0] } }
    // The loss is linear in start and noise. Each alone gives its part, by sums of positive terms.
    func finalLosses(noise: [Double], moment: [Double]) throws(NoisyQuadraticError) -> [Double] {
      let part = try NoisyQuadraticModel(
        curvature: model.curvature, gradientNoise: noise, initialSecondMoment: moment,
        multiplicity: model.multiplicity, batchSize: model.batchSize)
      return part.expectedLosses(under: [schedule], over: members)[0].map(\.final)
    }
    let nothing = [Double](repeating: 0, count: model.dimension)
    let signal = try finalLosses(noise: nothing, moment: model.initialSecondMoment)
    let noise: [Double]
    if model.noiseKind.isStateDependent {
      let whole = model.expectedLosses(under: [schedule], over: members)[0].map(\.final)
      noise = zip(whole, signal).map { max($0 - $1, 0) }
    } else {
      noise = try finalLosses(noise: model.gradientNoise, moment: nothing)
    }
    bands = members.enumerated().map { band, indices in
      let curvatures = indices.map { model.curvature[$0] }
      return Band(
        curvatures: (curvatures.min() ?? highest)...(curvatures.max() ?? highest),
        multiplicity: Elementary.sum(indices.lazy.map { model.multiplicity[$0] }),
        signal: signal[band], noise: noise[band])
    }
  }

  /// `⌊log₂(high/low)⌋`, exact even if the quotient overflows.
  private static func octaves(from high: Double, to low: Double) -> Int {
    Int(high.exponent) - Int(low.exponent) - (high.significand < low.significand ? 1 : 0)
  }
}
