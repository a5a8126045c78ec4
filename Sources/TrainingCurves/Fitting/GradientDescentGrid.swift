import NoisyQuadratic

/// The curvatures of a ``GradientDescentDesign``.
struct GradientDescentGrid: Sendable {
  let scales: CurveScales
  /// The curvatures of the noise.
  let noise: [Double]
  /// The curvatures of the signal, which reach far below those that the curves tell apart.
  let signal: [Double]

  init(_ form: CurveForm, _ scales: CurveScales) {
    self.scales = scales
    // Above 1/α* a direction overshoots at the peak rate; beyond 2/α* it diverges.
    let top = 1.5 / scales.peakRate
    noise = CurveScales.grid(
      from: min(form.lowestCurvature / scales.timeScale, top / 4), to: top, count: 32)
    // A coarser grid does not resolve the cut of the signal's weights.
    signal = CurveScales.grid(from: min(1e-4 / scales.timeScale, top / 4), to: top, count: 96)
  }
}
