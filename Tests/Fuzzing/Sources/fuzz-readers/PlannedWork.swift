import Foundation
import MetaOptimizationFiles

/// Units of work before their first step, which states are compared with.
enum PlannedWork {
  static let offline: [OfflineWork?] = [
    decoded(
      """
      {"samples": {"_0": {"numbers": [0, 4], "horizons": [5, 10], "rates": [0.001, 10], "exponents": [0.0001, 100],
       "places": [], "losses": []}}}
      """),
    decoded(
      """
      {"descent": {"_0": {"horizon": 50, "path": [[0.1, 0.5]], "losses": [], "hasDiverged": false, "adam": \(adam),
       "lowest": [1e-5, 1e-4], "highest": [1, 1000]}, "metaSteps": 8}}
      """),
    decoded("{\"curve\": {\"_0\": {\"decay\": [0.1, 0.5], \"steps\": [5, 10], \"run\": 1}}}"),
  ]

  static let online: OnlineWork? = decoded(
    """
    {"name": "x", "options": {"steps": 100, "adaptationSteps": 50, "isAdaptive": true, "isDeterministic": false,
     "lookahead": 5, "objectiveBatches": 5, "interval": 10, "metaSteps": 100, "metaRate": 0.01, "gradientLimit": 10,
     "effectiveRates": [0.0001, 10], "momentumGaps": [0.0001, 1], "learningRate": 0.1, "momentum": 0.9,
     "finalEffectiveRate": 0.0001, "batchSize": 100, "deviation": 0.1, "evaluationInterval": 1000,
     "evaluationBatches": 600, "seed": 0}, "logarithms": [0.1, -2.3], "adam": \(adam), "metaSteps": 0,
     "divergedLookaheads": 0, "points": [], "state": {"numbers": "AAAAAAAAAAAAAAAAAAAAAA==", "parameterCount": 2,
     "decays": [1, 1], "step": 0}}
    """)

  private static let findings = """
    {"isTrained": false, "schedules": [], "runs": [], "rates": [], "descent": {"logarithms": [-2.3, 0],
     "metaSteps": 0, "adam": {"learningRate": 0.05, "firstDecay": 0.9, "secondDecay": 0.999, "epsilon": 1e-8,
     "gradientLimit": 10, "memory": [0, 0, 1, 1], "count": 1}}}
    """

  static let calibration: CalibrationWork? = decoded(
    """
    {"options": {"budget": 2, "batchSize": 6, "learningRate": 0.1, "momentum": 0, "repeats": 2, "tuningRepeats": 1,
     "hessianImages": 24, "metaSteps": 4, "metaStepsPerStep": 1, "seed": 0, "calibration": {"lanczosSteps": 2,
     "sharpDirections": 1, "noiseProbes": 1, "densityProbes": 1, "seed": 0}}, "images": 24, "step": 9,
     "isFirst": false, "state": {"numbers": "AAAAAAAAAAAAAAAAAAAAAA==", "parameterCount": 2, "decays": [1, 1],
     "step": 0}, "findings": \(findings)}
    """)

  private static let adam = """
    {"learningRate": 0.01, "firstDecay": 0.9, "secondDecay": 0.999, "epsilon": 1e-8, "gradientLimit": 10,
     "memory": [0, 0, 0, 0, 1, 1], "count": 2}
    """

  private static func decoded<Work: Decodable>(_ text: String) -> Work? {
    try? JSONDecoder().decode(Work.self, from: Data(text.utf8))
  }
}
