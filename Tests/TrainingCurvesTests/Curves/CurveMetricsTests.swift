import Testing
import TrainingCurves

@Suite struct CurveMetricsTests {
  /// Errors 1, −1 and 2 on losses 2, 4 and 6, by hand.
  @Test("Metrics have their textbook values")
  func textbook() {
    let metrics = CurveMetrics(predicted: [3, 3, 8], measured: [2, 4, 6])
    #expect(metrics.r2 == 1 - 6.0 / 8)
    #expect(metrics.mae == 4.0 / 3)
    #expect(metrics.rmse == 2.0.squareRoot())
    let mean: Double = 13 / 36
    #expect(abs(metrics.meanRelativeError - mean) < 1e-15)
    #expect(metrics.worstRelativeError == 0.5)
  }
}
