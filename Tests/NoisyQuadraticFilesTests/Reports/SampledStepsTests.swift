import NoisyQuadratic
import Testing

@testable import NoisyQuadraticFiles

@Suite struct SampledStepsTests {
  @Test(
    "Every step of a run up to 10000, 10000 evenly spaced ones of a longer run",
    arguments: [1, 2, 9_999, 10_000, 10_001, 10_002, 19_998, 123_456, 1 << 53])
  func theListedSteps(_ horizon: Int) throws {
    let sampled = SampledSteps(horizon: horizon)
    #expect(sampled.isThinned == (horizon > 10_000))
    for (steps, last) in [(sampled.steps, horizon - 1), (sampled.lossSteps, horizon)] {
      #expect(steps.count == (sampled.isThinned ? 10_000 : last + 1))
      #expect(steps.first == 0 && steps.last == last)
      let gaps = zip(steps, steps.dropFirst()).map { $1 - $0 }
      // A run of one step has one rate, and no gap.
      let (least, largest) = (gaps.min() ?? 1, gaps.max() ?? 1)
      #expect(least >= 1 && largest - least <= 1)
      #expect(sampled.isThinned || largest == 1)
    }
    // The rate at a place belongs to the same step as the loss there.
    let common = min(sampled.steps.count, 9_999)
    #expect(sampled.steps.prefix(common).elementsEqual(sampled.lossSteps.prefix(common)))
  }

  @Test func theFullSeriesIsEveryStep() {
    let sampled = SampledSteps(horizon: 10_003, fullSeries: true)
    #expect(!sampled.isThinned)
    #expect(sampled.steps.elementsEqual(0..<10_003))
    #expect(sampled.lossSteps.elementsEqual(0...10_003))
  }
}
