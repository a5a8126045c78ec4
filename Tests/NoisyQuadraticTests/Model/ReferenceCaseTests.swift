import NoisyQuadratic
import Testing

@Suite("Model against reference cases")
struct ReferenceCaseTests {
  @Test("All reference cases are read")
  func complete() {
    #expect(ReferenceCase.all.count == 8)
    #expect(SmallOptimum.all.count == 9)
  }

  @Test("M1, M5, M7: initial loss, cap and information bound", arguments: ReferenceCase.all)
  func values(_ reference: ReferenceCase) throws {
    let model = try reference.model()
    let expected = reference.expected
    // Up to a thousand rounded terms, summed with compensation.
    #expect(relativeError(model.initialLoss, expected.initialLoss) <= 1e-13)
    let bound = try model.informationBound(steps: expected.horizon)
    #expect(relativeError(bound, expected.informationBound) <= 1e-12)
    let cap = try #require(model.firstStepGrowthLimit)
    // A handful of roundings.
    #expect(relativeError(cap, expected.learningRateLimit) <= 4 * .ulpOfOne)
  }

  @Test("M5: at the cap no direction's loss grows in one step, just above it one does", arguments: 0..<8)
  func cap(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 500)
    let model = try random.model(dimension: 6, noise: random.logUniform(1e-3, 10))
    let cap = try #require(model.firstStepGrowthLimit)
    func growth(_ alpha: Double) -> Double {
      var state = MomentState(model)
      state.advance(learningRate: alpha)
      return zip(state.secondMoment, model.initialSecondMoment).map { $0 / $1 }.max() ?? 0
    }
    #expect(growth(cap * (1 - 1e-9)) <= 1)
    #expect(growth(cap * (1 + 1e-9)) > 1)
    #expect(cap <= 2 / model.maximumCurvature)
  }

  @Test("M5: directions that are flat or solved do not count")
  func capExceptions() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0, 0.5], gradientNoise: [1, 1, 1], initialSecondMoment: [1, 1, 0],
      multiplicity: [3, 1, 1])
    #expect(model.firstStepGrowthLimit == 1)
    let none = try NoisyQuadraticModel(
      curvature: [1, 0], gradientNoise: [1, 1], initialSecondMoment: [0, 1])
    #expect(none.firstStepGrowthLimit == nil)
    // A nearly solved direction can rule.
    let quiet = try NoisyQuadraticModel(
      curvature: [1, 1e-2, 1e-4], gradientNoise: [0.01, 0.01, 0.01], initialSecondMoment: [1, 1, 1])
    #expect(try abs(#require(quiet.firstStepGrowthLimit) - 0.02) <= 1e-6)
  }

  @Test("M7: the bound falls with the horizon, from L₀ to nothing")
  func boundOverTime() throws {
    struct Spectra: Decodable {
      struct Bound: Decodable {
        let steps: Int
        let bound: Double
      }

      let informationBounds: [Bound]
    }
    let model = try ReferenceProblem.wu2018.model()
    for entry in try Fixture.load(Spectra.self, "spectra").informationBounds {
      // A thousand terms of a few roundings each, all positive.
      #expect(try relativeError(model.informationBound(steps: entry.steps), entry.bound) <= 1e-14)
    }
    var random = TestRandom(71)
    let other = try random.model(dimension: 4)
    #expect(try relativeError(other.informationBound(steps: 0), other.initialLoss) <= 4 * .ulpOfOne)
  }

  @Test("M7: no random schedule ends below the bound", arguments: 0..<20)
  func boundHolds(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 900)
    let model = try random.model(dimension: 1 + seed % 4, noise: random.logUniform(1e-2, 10))
    let steps = 1 + seed
    let schedule = try random.schedule(steps: steps, momentum: seed % 2 == 0 ? 0 : 0.95)
    #expect(try model.expectedLoss(under: schedule).final >= model.informationBound(steps: steps))
  }
}
