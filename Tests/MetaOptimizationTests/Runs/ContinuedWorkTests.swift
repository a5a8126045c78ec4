import Foundation
import Testing
import WorkUnits

@testable import MetaOptimization
@testable import MetaOptimizationFiles
@testable import NoisyQuadratic

/// What a checkpoint's state is checked for before a run goes on with it.
@Suite struct ContinuedWorkTests {
  private static let run = """
    {"decay": [0.1, 0.5], "steps": [5, 10], "number": 3, "losses": [2.1], "state":
     {"numbers": "AAAAAAAAAAAAAAAAAAAAAA==", "parameterCount": 2, "decays": [1, 1], "step": 7}}
    """
  private static let adam = """
    {"learningRate": 0.01, "firstDecay": 0.9, "secondDecay": 0.999, "epsilon": 1e-8, "gradientLimit": 10,
     "memory": [0, 0, 0, 0, 1, 1], "count": 2}
    """
  private static let samples = """
    {"samples": {"_0": {"numbers": [0, 4], "horizons": [5, 10], "rates": [0.001, 10], "exponents": [0.0001, 100],
     "places": [[0.1, 0.2]], "losses": [[1, 2]], "current": \(run)}}}
    """
  private static let curve = """
    {"curve": {"_0": {"decay": [0.1, 0.5], "steps": [5, 10], "run": 1, "current": \(run)}}}
    """
  private static let descent = """
    {"descent": {"_0": {"horizon": 50, "path": [[0.1, 0.5], [0.2, 0.5]], "losses": [2], "hasDiverged": false,
     "adam": \(adam), "lowest": [1e-5, 1e-4], "highest": [1, 1000]}, "metaSteps": 8}}
    """
  private static let online = """
    {"name": "x", "options": {"steps": 100, "adaptationSteps": 50, "isAdaptive": true, "isDeterministic": false,
     "lookahead": 5, "objectiveBatches": 5, "interval": 10, "metaSteps": 100, "metaRate": 0.01, "gradientLimit": 10,
     "effectiveRates": [0.0001, 10], "momentumGaps": [0.0001, 1], "learningRate": 0.1, "momentum": 0.9,
     "finalEffectiveRate": 0.0001, "batchSize": 100, "deviation": 0.1, "evaluationInterval": 1000,
     "evaluationBatches": 600, "seed": 0}, "logarithms": [0.1, -2.3], "adam": \(adam), "metaSteps": 3,
     "divergedLookaheads": 0, "points": [], "state": {"numbers": "AAAAAAAAAAAAAAAAAAAAAA==", "parameterCount": 2,
     "decays": [1, 1], "step": 7}}
    """

  private func decoded<Work: Decodable>(_ text: String) throws -> Work {
    try JSONDecoder().decode(Work.self, from: Data(text.utf8))
  }

  /// Whether a work with one text in place of another goes on; what does not decode does not.
  private func goesOn<Work: ResumableWork>(_ text: String, _ old: String, _ new: String, as: Work.Type) throws
    -> Bool
  {
    try #require(old.isEmpty || text.contains(old), "the test changes something")
    let planned: Work = try decoded(text)
    guard let changed: Work = try? decoded(text.replacingOccurrences(of: old, with: new)) else {
      return false
    }
    return changed.continues(planned)
  }

  @Test func whatIsSavedGoesOn() throws {
    for text in [Self.samples, Self.curve, Self.descent] {
      #expect(try goesOn(text, "", "", as: OfflineWork.self))
    }
    #expect(try goesOn(Self.online, "", "", as: OnlineWork.self))
    // Farther on than planned.
    #expect(
      try goesOn(
        Self.descent, "[0.2, 0.5]], \"losses\": [2]", "[1, 1], [2, 2]], \"losses\": [2, 1]",
        as: OfflineWork.self))
    #expect(try goesOn(Self.online, "\"step\": 7", "\"step\": 100", as: OnlineWork.self))
    #expect(try !goesOn(Self.samples, Self.samples, Self.curve, as: OfflineWork.self))
  }

  @Test(
    "Numbers that would overflow, lists that are too short or too long",
    arguments: [
      (samples, "[0, 4]", "[-9223372036854775808, 9223372036854775807]"),
      (samples, "[0, 4]", "[4, 0]"),
      (samples, "[0, 4], \"horizons\": [5, 10]", "[0, 4], \"horizons\": [5, 9223372036854775807]"),
      (samples, "[[0.1, 0.2]]", "[]"), (samples, "[[1, 2]]", "[[], [], [], [], []]"),
      (samples, "\"steps\": [5, 10]", "\"steps\": []"), (samples, "\"step\": 7", "\"step\": -1"),
      (samples, "\"step\": 7", "\"step\": 9223372036854775807"), (samples, "[2.1]", "[1, 2, 3]"),
      (samples, "\"decay\": [0.1, 0.5]", "\"decay\": []"),
      (curve, "\"steps\": [5, 10], \"number\"", "\"steps\": [5, 11], \"number\""),
      (curve, "\"run\": 1", "\"run\": 2"), (curve, "\"parameterCount\": 2", "\"parameterCount\": 0"),
      (curve, "\"parameterCount\": 2", "\"parameterCount\": 3"), (curve, "[1, 1]", "[1]"),
      (descent, "\"path\": [[0.1, 0.5], [0.2, 0.5]]", "\"path\": []"),
      (descent, "[0.2, 0.5]", "[0.2]"), (descent, "\"losses\": [2]", "\"losses\": [2, 3]"),
      (descent, "[1e-5, 1e-4]", "[]"), (descent, "[1, 1000]", "[1]"),
      (descent, "\"metaSteps\": 8", "\"metaSteps\": 9"),
      (descent, "\"horizon\": 50", "\"horizon\": 9223372036854775807"),
      (descent, "[0, 0, 0, 0, 1, 1]", "[0, 0]"), (descent, "\"count\": 2", "\"count\": 4611686018427387904"),
    ])
  func refused(_ text: String, _ old: String, _ new: String) throws {
    #expect(try !goesOn(text, old, new, as: OfflineWork.self))
  }

  @Test(
    "The same online",
    arguments: [
      ("\"interval\": 10", "\"interval\": 0"), ("[0.1, -2.3]", "[0.1]"), ("\"step\": 7", "\"step\": 101"),
      ("\"step\": 7", "\"step\": -1"), ("\"metaSteps\": 3", "\"metaSteps\": 9223372036854775807"),
      ("\"divergedLookaheads\": 0", "\"divergedLookaheads\": -1"),
      ("AAAAAAAAAAAAAAAAAAAAAA==", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), ("[0, 0, 0, 0, 1, 1]", "[]"),
      ("\"count\": 2", "\"count\": 1"), ("[0.0001, 10]", "[10, 0.0001]"),
    ])
  func refusedOnline(_ old: String, _ new: String) throws {
    #expect(try !goesOn(Self.online, old, new, as: OnlineWork.self))
  }
}
