import NoisyQuadratic

/// How far predicted losses are from measured ones.
public struct CurveMetrics: Sendable, Equatable, Codable {
  /// `1 − Σ(f − y)² / Σ(y − ȳ)²`; −∞ if all losses are equal and a prediction is not.
  public let r2: Double
  /// The mean of `|f − y|`.
  public let mae: Double
  /// The root of the mean of `(f − y)²`.
  public let rmse: Double
  /// The mean of `|f − y| / y`.
  public let meanRelativeError: Double
  /// The largest `|f − y| / y`.
  public let worstRelativeError: Double

  /// - Parameters:
  ///   - predicted: the predictions f.
  ///   - measured: as many losses y > 0, at least one.
  public init(predicted: [Double], measured: [Double]) {
    precondition(predicted.count == measured.count && !measured.isEmpty, "a prediction for every loss")
    let count = Double(measured.count)
    let errors = zip(predicted, measured).map { abs($0 - $1) }
    let squares = Elementary.sum(errors.lazy.map { $0 * $0 })
    let mean = Elementary.sum(measured) / count
    let spread = Elementary.sum(measured.lazy.map { ($0 - mean) * ($0 - mean) })
    r2 = predicted == measured ? 1 : 1 - squares / spread
    mae = Elementary.sum(errors) / count
    rmse = (squares / count).squareRoot()
    let relative = zip(errors, measured).map { $0 / $1 }
    meanRelativeError = Elementary.sum(relative) / count
    worstRelativeError = relative.max() ?? 0
  }
}
