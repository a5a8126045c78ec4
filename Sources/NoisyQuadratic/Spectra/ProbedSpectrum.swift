/// The densities of several random probes. Their mean estimates the spectral density of a Hessian, and their
/// spread gives the error of the estimate (W2).
public struct ProbedSpectrum: Sendable, Equatable {
  /// One density per probe, at least one.
  public let probes: [SpectralDensity]

  /// Creates a spectrum from densities that were measured before, for instance by another tool.
  ///
  /// - Throws: ``NoisyQuadraticError`` if there is none.
  public init(_ probes: [SpectralDensity]) throws(NoisyQuadraticError) {
    guard !probes.isEmpty else { throw .lengthMismatch(field: "probes", expected: 1, actual: 0) }
    self.probes = probes
  }

  /// The mean of the probes' densities. With more than one probe, its weights sum to 1.
  public var density: SpectralDensity { .mean(probes) }

  /// The moment `tr Hᵏ / n`, with its standard error.
  ///
  /// For K steps of Lanczos' method and k below 2K, the mean over probes is an unbiased estimate (W2).
  public func moment(_ degree: Int) -> ProbeMean { ProbeMean(probes.map { $0.moment(degree) }) }

  /// The share of the weight at eigenvalues up to the given one, with its standard error over the probes.
  ///
  /// The estimate is not unbiased: a Gauss rule moves weight between neighbouring points.
  public func share(upTo eigenvalue: Double) -> ProbeMean {
    ProbeMean(probes.map { $0.share(upTo: eigenvalue) })
  }
}
