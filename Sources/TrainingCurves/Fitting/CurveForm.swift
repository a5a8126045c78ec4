import NoisyQuadratic

/// A form of model that is fitted to curves.
public struct CurveForm: Sendable, Equatable {
  /// The dynamics.
  public enum Kind: String, Sendable, CaseIterable {
    /// A ``RelaxationModel`` with free exponents of the noise, for adaptive optimizers.
    case adaptive
    /// A ``GradientDescentModel``, for plain SGD.
    case sgd
  }

  /// The dynamics.
  public let kind: Kind
  /// The lowest curvature of the noise, times the longest run's intrinsic time.
  public let lowestCurvature: Double
  /// The strength of smoothing of the noise, over the root mean square of the residuals without it.
  public let smoothing: Double

  /// A form.
  ///
  /// - Parameters:
  ///   - kind: the dynamics.
  ///   - lowestCurvature: the lowest curvature of the noise, times the longest run's intrinsic time; the kind's
  ///     own if absent.
  ///   - smoothing: the strength of smoothing of the noise, over the root mean square of the residuals without
  ///     it; the kind's own if absent.
  public init(_ kind: Kind, lowestCurvature: Double? = nil, smoothing: Double? = nil) {
    self.kind = kind
    self.smoothing = smoothing ?? (kind == .adaptive ? 0 : 1000)
    self.lowestCurvature = lowestCurvature ?? (kind == .adaptive ? 0.5 : 0.1)
  }

  /// The power of τ/τ* by which residuals are weighted. Early losses of large networks differ from run to run
  /// by more than any model explains.
  var weightPower: Double { kind == .adaptive ? 0.25 : 0 }

  /// Forms of the same kind that are tried besides: with another lowest curvature, or smoother noise.
  var neighbours: [CurveForm] {
    [0.5, 4].map { CurveForm(kind, lowestCurvature: $0 * lowestCurvature, smoothing: smoothing) }
      + [CurveForm(kind, lowestCurvature: lowestCurvature, smoothing: max(100, 3 * smoothing))]
  }

  /// The design for some of the curves that were prepared.
  func design(_ prepared: [PreparedCurve], _ scales: CurveScales) -> any CurveDesign {
    switch kind {
    case .adaptive:
      RelaxationDesign(prepared.compactMap(\.pieces), RelaxationGrid(self, scales))
    case .sgd:
      GradientDescentDesign(prepared.compactMap(\.kernels), GradientDescentGrid(self, scales))
    }
  }
}

/// A curve with what a form's columns need of it.
struct PreparedCurve: Sendable {
  let curve: TrainingCurve
  let pieces: RelaxationPieces?
  let kernels: GradientDescentKernels?

  init(_ curve: TrainingCurve, _ form: CurveForm, _ scales: CurveScales) {
    self.curve = curve
    switch form.kind {
    case .adaptive:
      (pieces, kernels) = (RelaxationPieces(curve, RelaxationGrid(form, scales)), nil)
    case .sgd:
      (pieces, kernels) = (nil, GradientDescentKernels(curve, GradientDescentGrid(form, scales)))
    }
  }
}
