import NoisyQuadratic

/// The noise's curvatures in a ``RelaxationDesign``, and the scales of its model.
struct RelaxationGrid: Sendable {
  let scales: CurveScales
  let curvatures: [Double]
  /// δ/τ*.
  static let driftOffset = 0.05

  init(_ form: CurveForm, _ scales: CurveScales) {
    self.scales = scales
    // The fastest noise follows the rate within a step.
    curvatures = CurveScales.grid(
      from: form.lowestCurvature / scales.timeScale, to: 1e3 / scales.peakRate, count: 32)
  }
}
