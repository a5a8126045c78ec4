/// A form of model that is fitted to curves.
public struct CurveForm: Sendable, Equatable {
  /// The dynamics and the form of the signal.
  public enum Kind: String, Sendable, CaseIterable {
    /// A ``RelaxationModel`` with a power-law signal and free exponents of the noise.
    case adaptive
    /// A ``GradientDescentModel`` with a power-law signal.
    case sgdPowerLaw = "sgd-power-law"
    /// A ``GradientDescentModel`` with a free weight for every curvature's signal.
    case sgdSpectrum = "sgd-spectrum"
  }

  /// The dynamics and the form of the signal.
  public let kind: Kind
  /// The lowest curvature of the noise, times the longest run's intrinsic time.
  public let lowestCurvature: Double

  /// A form.
  public init(_ kind: Kind, lowestCurvature: Double = 0.5) {
    (self.kind, self.lowestCurvature) = (kind, lowestCurvature)
  }

  func design(_ curves: [TrainingCurve]) -> any CurveDesign {
    switch kind {
    case .adaptive: RelaxationDesign(curves, lowestCurvature: lowestCurvature)
    case .sgdPowerLaw: GradientDescentDesign(curves, signal: .powerLaw, lowestCurvature: lowestCurvature)
    case .sgdSpectrum: GradientDescentDesign(curves, signal: .free, lowestCurvature: lowestCurvature)
    }
  }
}
