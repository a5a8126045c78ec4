import NoisyQuadratic
import Testing

@testable import TrainingCurves

@Suite struct CurveWarningTests {
  private func curve(_ name: String, _ rates: [Double], falls: Bool = true) throws -> TrainingCurve {
    try TrainingCurve(
      name: name, learningRates: rates, steps: Array(1...rates.count),
      losses: rates.indices.map { 2 + (falls ? -1 : 1) * Double($0) / Double(rates.count) })
  }

  private let cosine = Simulated.cosine(0.5, 0.1, 40)
  private let constant = Array(repeating: 0.5, count: 30)

  @Test("One curve")
  func one() throws {
    #expect(CurveWarning.all([try curve("a", cosine)]) == [.oneCurve("a")])
  }

  @Test("Two curves, and three")
  func few() throws {
    let curves = [try curve("a", cosine), try curve("b", constant), try curve("c", constant)]
    #expect(CurveWarning.all(Array(curves.prefix(2))) == [.twoCurves])
    #expect(CurveWarning.all(curves) == [])
  }

  @Test("Proportional rates, as far as both runs go")
  func proportional() throws {
    let curves = [try curve("a", cosine), try curve("b", cosine.map { 3 * $0 })]
    #expect(CurveWarning.all(curves) == [.proportionalRates, .twoCurves])
    let short = try curve("c", Array(cosine.prefix(20)))
    #expect(CurveWarning.all(curves + [short]) == [.proportionalRates])
    // In any order: two others that differ suffice.
    let drop = cosine.indices.map { 2 * $0 < cosine.count ? cosine[$0] : 0.2 * cosine[$0] }
    #expect(CurveWarning.all([short, try curve("d", drop)] + curves) == [])
    // The length of a warmup says little.
    let warm = cosine.indices.map { $0 == 0 ? 0.5 * cosine[0] : cosine[$0] }
    #expect(CurveWarning.all(curves + [try curve("e", warm)]) == [.proportionalRates])
  }

  @Test("A loss that grows")
  func growing() throws {
    let curves = [try curve("a", cosine), try curve("b", constant, falls: false), try curve("c", constant)]
    #expect(CurveWarning.all(curves) == [.growingLoss(curve: "b")])
  }

  @Test("Warnings are one line with the curve's name")
  func text() {
    for warning in [
      CurveWarning.oneCurve("run 7"), .proportionalRates, .twoCurves, .growingLoss(curve: "run 7"),
      .assumedAdaptive,
      .fewLosses(25, effectiveParameters: 12.5),
    ] {
      #expect(!"\(warning)".contains("\n"))
      switch warning {
      case .oneCurve, .growingLoss: #expect("\(warning)".contains("run 7"))
      case .fewLosses: #expect("\(warning)".hasPrefix("25 losses"))
      case .proportionalRates, .twoCurves, .assumedAdaptive: break
      }
    }
  }
}
