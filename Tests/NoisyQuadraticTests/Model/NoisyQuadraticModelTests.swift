import NoisyQuadratic
import Testing

@Suite("Model")
struct NoisyQuadraticModelTests {
  @Test("M1: the initial loss is half the weighted sum of second moments")
  func initialLoss() throws {
    let model = try NoisyQuadraticModel(
      curvature: [2, 0.5, 0], gradientNoise: [1, 0, 3], initialMean: [3, -2, 100],
      initialVariance: [1, 0, 7], multiplicity: [1, 4, 2])
    // ½ (2·10 + 4·½·4), exact in binary.
    #expect(model.initialLoss == 14)
    #expect(model.initialSecondMoment == [10, 4, 10007])
    #expect(model.dimension == 3)
    #expect(model.maximumCurvature == 2)
  }

  @Test(
    "M1: mean and variance enter the loss of every schedule by their second moment alone", arguments: 0..<5)
  func meanAndVariance(seed: Int) throws {
    var random = TestRandom(UInt64(seed))
    let model = try random.model(dimension: 5)
    let moments = try NoisyQuadraticModel(
      curvature: model.curvature, gradientNoise: model.gradientNoise,
      initialSecondMoment: model.initialSecondMoment, multiplicity: model.multiplicity,
      batchSize: model.batchSize)
    let schedule = try random.schedule(steps: 12, momentum: 0.9)
    #expect(model.expectedLoss(under: schedule) == moments.expectedLoss(under: schedule))
  }

  @Test("M2: the two conventions agree where c = h² σ², and differ where the numbers are the same")
  func conventions() throws {
    let h = [1, 0.5, 0.25]
    let sigma = [1.0, 2, 4]
    let m = [1.0, 2, 3]
    let wu = try NoisyQuadraticModel(
      curvature: h, minimumVariance: sigma, initialSecondMoment: m)
    // Their σ² = 1/h is c = h.
    #expect(wu.gradientNoise == h)
    let zhang = try NoisyQuadraticModel(
      curvature: h, gradientCovariance: h, initialSecondMoment: m, batchSize: 1)
    #expect(wu == zhang)
    let confused = try NoisyQuadraticModel(
      curvature: h, gradientCovariance: sigma, initialSecondMoment: m, batchSize: 1)
    #expect(confused.gradientNoise != wu.gradientNoise)
    let batched = try NoisyQuadraticModel(
      curvature: h, gradientCovariance: h, initialSecondMoment: m, batchSize: 8, multiplicity: [1, 2, 1])
    #expect(batched.batchSize == 8)
    #expect(batched.multiplicity == [1, 2, 1])
    #expect(batched.gradientNoise == h)
  }

  @Test("M2: a batch of B examples is a single one of noise c/B, bit for bit", arguments: [2, 0.25, 1024])
  func batchSize(_ batch: Double) throws {
    var random = TestRandom(3)
    let (h, c, m) = (
      random.array(6) { $0.uniform(0.1, 1) }, random.array(6) { $0.unit() }, [1.0, 2, 3, 4, 5, 6]
    )
    let batched = try NoisyQuadraticModel(
      curvature: h, gradientNoise: c, initialSecondMoment: m, batchSize: batch)
    // Powers of two divide exactly.
    let single = try NoisyQuadraticModel(
      curvature: h, gradientNoise: c.map { $0 / batch }, initialSecondMoment: m)
    let schedule = try random.schedule(steps: 20, momentum: 0.8)
    #expect(batched.expectedLoss(under: schedule) == single.expectedLoss(under: schedule))
    #expect(try batched.informationBound(steps: 20) == single.informationBound(steps: 20))
    #expect(batched.firstStepGrowthLimit == single.firstStepGrowthLimit)
    // What cannot be trained away is that of one example, whatever the batch.
    let irreducible = try #require(batched.irreducibleLoss)
    #expect(try relativeError(irreducible, batch * #require(single.irreducibleLoss)) <= 4 * .ulpOfOne)
  }

  @Test("M3: the irreducible loss is ½ Σ n σ² h of one example, absent where a flat direction has noise")
  func irreducibleLoss() throws {
    let h = [1, 0.5, 4]
    let sigma = [3, 2, 0.5]
    let wu = try NoisyQuadraticModel(
      curvature: h, minimumVariance: sigma, initialSecondMoment: [1, 1, 1])
    // ½ (1·3 + ½·2 + 4·½), exact.
    #expect(wu.irreducibleLoss == 3)
    let batched = try NoisyQuadraticModel(
      curvature: [2, 0], gradientNoise: [3, 0], initialSecondMoment: [1, 1], multiplicity: [4, 5],
      batchSize: 16)
    #expect(batched.irreducibleLoss == 3)
    let flat = try NoisyQuadraticModel(
      curvature: [2, 0], gradientNoise: [3, 1e-9], initialSecondMoment: [1, 1])
    #expect(flat.irreducibleLoss == nil)
  }

  @Test("M1: multiplicity two is the direction twice")
  func multiplicity() throws {
    let once = try NoisyQuadraticModel(
      curvature: [1, 0.1], gradientNoise: [0.5, 0.2], initialSecondMoment: [1, 3], multiplicity: [2, 1])
    let twice = try NoisyQuadraticModel(
      curvature: [1, 1, 0.1], gradientNoise: [0.5, 0.5, 0.2], initialSecondMoment: [1, 1, 3])
    var random = TestRandom(8)
    let schedule = try random.schedule(steps: 25, momentum: 0.9)
    // The sums have other orders: a few units in the last place.
    let (a, b) = (once.expectedLoss(under: schedule).values, twice.expectedLoss(under: schedule).values)
    #expect(largestRelativeError(a, b) <= 8 * .ulpOfOne)
    #expect(
      try relativeError(once.informationBound(steps: 9), twice.informationBound(steps: 9)) <= 4 * .ulpOfOne)
    #expect(once.firstStepGrowthLimit == twice.firstStepGrowthLimit)
    for solver in NamedSolver.all {
      let limits = HyperparameterLimits(learningRate: .firstStepGrowth, momentum: 0.9)
      let (one, two) = try (solver.solve(once, limits, horizon: 6), solver.solve(twice, limits, horizon: 6))
      // Sweeps and searches stop at a relative gain of 1e-9 or below.
      #expect(relativeError(one.finalLoss, two.finalLoss) <= 1e-8, "\(solver.name)")
    }
  }

  @Test("M1: directions may come in any order", arguments: 0..<4)
  func permutation(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 40)
    let model = try random.model(dimension: 9)
    let order = [4, 8, 0, 2, 6, 1, 3, 7, 5]
    func permuted(_ values: [Double]) -> [Double] { order.map { values[$0] } }
    let other = try NoisyQuadraticModel(
      curvature: permuted(model.curvature), gradientNoise: permuted(model.gradientNoise),
      initialMean: permuted(model.initialMean), initialVariance: permuted(model.initialVariance),
      multiplicity: permuted(model.multiplicity), batchSize: model.batchSize)
    let schedule = try random.schedule(steps: 20, momentum: 0.9)
    // Only the order of the sums differs.
    let (a, b) = (model.expectedLoss(under: schedule).values, other.expectedLoss(under: schedule).values)
    #expect(largestRelativeError(b, a) <= 16 * .ulpOfOne)
    #expect(other.highestCurvatures(3).map { order[$0] } == model.highestCurvatures(3))
    #expect(other.lowestCurvatures(4).map { order[$0] } == model.lowestCurvatures(4))
  }

  @Test("Highest and lowest curvatures, ties by index")
  func extremes() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 3, 2, 3, 0], gradientNoise: [0, 0, 0, 0, 0], initialSecondMoment: [1, 1, 1, 1, 1])
    #expect(model.lowestCurvatures(2) == [4, 0])
    #expect(Set(model.highestCurvatures(2)) == [1, 3])
    #expect(model.highestCurvatures(99).count == 5)
    #expect(model.lowestCurvatures(0).isEmpty)
    #expect(model.lowestCurvatures(-1).isEmpty)
  }

  @Test("Legal extremes: one direction, no noise, no moments, flat directions")
  func legal() throws {
    let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [0], initialSecondMoment: [0])
    #expect(model.initialLoss == 0)
    #expect(model.irreducibleLoss == 0)
    #expect(try model.informationBound(steps: 5) == 0)
    #expect(model.firstStepGrowthLimit == nil)
    let flat = try NoisyQuadraticModel(
      curvature: [0, 1], gradientNoise: [1, 1], initialSecondMoment: [1e300, 1])
    #expect(flat.initialLoss == 0.5)
    let schedule = try Schedule.constant(learningRate: 0.5, momentum: 0.5, steps: 3)
    let alone = try NoisyQuadraticModel(curvature: [1], gradientNoise: [1], initialSecondMoment: [1])
    #expect(flat.expectedLoss(under: schedule) == alone.expectedLoss(under: schedule))
  }

  @Test("The preset problems are the literature's")
  func presets() throws {
    let wu = try ReferenceProblem.wu2018.model()
    #expect(wu.dimension == 1000)
    // A sum of 1000 rounded cosines.
    #expect(relativeError(wu.initialLoss, 25125) <= 1e-14)
    #expect(wu.gradientNoise == wu.curvature)
    #expect(wu.initialSecondMoment.allSatisfy { $0 == 10 })
    let quiet = try ReferenceProblem.wu2018Deterministic.model()
    #expect(quiet.curvature == wu.curvature)
    #expect(quiet.gradientNoise.allSatisfy { $0 == 0 })
    let power = try ReferenceProblem.powerLaw.model()
    let harmonic: [Double] = (1...1000).map { i in 1 / Double(i) }
    #expect(power.curvature == harmonic)
    #expect(power.gradientNoise == power.curvature)
    #expect(power.initialSecondMoment.allSatisfy { $0 == 1 })
    let plane = try ReferenceProblem.twoDimensional.model()
    #expect(plane.curvature.sorted() == [1, 100])
    #expect(plane.gradientNoise == plane.curvature)
    let binned = try ReferenceProblem.zhang2019.model()
    #expect(binned.dimension == 40 && binned.multiplicity.reduce(0, +) == 10_000)
    #expect(binned.gradientNoise == binned.curvature)
    // Bins keep the sum of the curvatures.
    let sum: Double = (1...10_000).reduce(0) { $0 + 0.5 / Double($1) }
    #expect(relativeError(binned.initialLoss, sum) <= 1e-13)
    let full = try NoisyQuadraticModel(
      spectrum: .powerLaw(dimension: 10_000, exponent: 1, maximum: 1), noiseScale: 1, initialSecondMoment: 1)
    let schedule = try Schedule.inverseTime(initialValue: 0.5, timeScale: 50, exponent: 1, steps: 300)
    let losses = [binned, full].map { $0.expectedLoss(under: schedule).final }
    // Second order in the width of a bin, at most a quarter: 1/4² / 24 of a curvature's own part.
    #expect(relativeError(losses[0], losses[1]) <= 3e-3 && losses[0] != losses[1])
    #expect(
      ReferenceProblem.allCases.map(\.rawValue) == [
        "wu2018", "wu2018-deterministic", "power-law", "two-dimensional",
        "zhang2019",
      ])
  }
}
