/// Ready-to-use problems from the literature.
public enum ReferenceProblem: String, Sendable, CaseIterable {
  /// Section 2 of Wu et al. (2018): 1000 Chebyshev nodes on [0.05, 10], `c = h`, `m₀ = 10`.
  ///
  /// The paper does not state the spectrum. These settings reproduce its numbers.
  case wu2018
  /// ``wu2018`` without gradient noise.
  case wu2018Deterministic = "wu2018-deterministic"
  /// `h_i = 1/i`, d = 1000, `c = h`, `m₀ = 1`.
  case powerLaw = "power-law"
  /// The two directions of Figure 1 of Wu et al. (2018), `½(x² + 100 y²)`, with `c = h`.
  ///
  /// The paper does not state the starting point. Here both directions start with loss 50: `x = 10`, `y = 1`.
  case twoDimensional = "two-dimensional"

  /// The problem of Zhang et al. (2019): `h_i = 1/i`, i = 1 … 10⁴, `c = h`, `m₀ = 1`.
  ///
  /// Neighbouring directions are gathered in 40 bins, each with the mean of its curvatures. This
  /// approximation changes the fourth digit of a loss.
  case zhang2019

  /// What defines a problem: a row of the table that models, problem files and help texts share.
  package struct Definition {
    /// The curvatures `h_i`.
    package enum Curvature {
      /// A named spectrum.
      case spectrum(Spectrum)
      /// Values, and how many directions have each, if not one.
      case values([Double], multiplicity: [Double]? = nil)
    }

    /// The source or the numbers, in a few words.
    package let summary: String
    /// The curvatures `h_i`.
    package let curvature: Curvature
    /// `c_i / h_i`.
    package let noiseScale: Double
    /// `E θ_i²` at the start, in every direction or one number for all.
    package let initialSecondMoment: [Double]
  }

  /// The row of the problem.
  package var definition: Definition {
    switch self {
    case .wu2018, .wu2018Deterministic:
      let isNoisy = self == .wu2018
      return Definition(
        summary: isNoisy ? "Section 2 of Wu et al. 2018" : "wu2018 without noise",
        curvature: .spectrum(.chebyshev(dimension: 1000, minimum: 0.05, maximum: 10)),
        noiseScale: isNoisy ? 1 : 0, initialSecondMoment: [10])
    case .powerLaw:
      return Definition(
        summary: "h_i = 1/i, 1000 directions",
        curvature: .spectrum(.powerLaw(dimension: 1000, exponent: 1, maximum: 1)), noiseScale: 1,
        initialSecondMoment: [1])
    case .twoDimensional:
      return Definition(
        summary: "Figure 1 of Wu et al. 2018", curvature: .values([100, 1]), noiseScale: 1,
        initialSecondMoment: [1, 100])
    case .zhang2019:
      let bins = Self.bins(upTo: 10_000)
      let curvature = bins.map { bin in
        Elementary.sum(bin.lazy.map { 1 / Double($0) }) / Double(bin.count)
      }
      return Definition(
        summary: "h_i = 1/i, 10000 directions in \(bins.count) bins",
        curvature: .values(curvature, multiplicity: bins.map { Double($0.count) }), noiseScale: 1,
        initialSecondMoment: [1])
    }
  }

  /// The model of the problem.
  public func model() throws(NoisyQuadraticError) -> NoisyQuadraticModel {
    let definition = definition
    let curvature: [Double]
    var multiplicity: [Double]?
    switch definition.curvature {
    case .spectrum(let spectrum): curvature = try spectrum.curvatures()
    case .values(let values, let counts): (curvature, multiplicity) = (values, counts)
    }
    let moment = definition.initialSecondMoment
    return try NoisyQuadraticModel(
      curvature: curvature, gradientNoise: curvature.map { definition.noiseScale * $0 },
      initialSecondMoment: moment.count == 1 ? curvature.map { _ in moment[0] } : moment,
      multiplicity: multiplicity)
  }

  /// Ranges that cover 1 … `last`. The length of each is a quarter of its first number, but at least 1.
  private static func bins(upTo last: Int) -> [ClosedRange<Int>] {
    var bins: [ClosedRange<Int>] = []
    var first = 1
    while first <= last {
      bins.append(first...min(first + max(first / 4, 1) - 1, last))
      first += bins[bins.count - 1].count
    }
    return bins
  }
}
