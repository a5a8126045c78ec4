import NoisyQuadratic
import Testing

@Suite("Exact moments")
struct MomentStateTests {
  @Test("D1: without momentum, mean and variance by the two-line recursion", arguments: 0..<5)
  func sgd(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 10)
    let model = try random.model(dimension: 4)
    let schedule = try random.schedule(steps: 20, momentum: 0)
    var mean = model.initialMean
    var variance = model.initialVariance
    for step in schedule {
      for i in mean.indices {
        let u = 1 - step.learningRate * model.curvature[i]
        mean[i] *= u
        variance[i] =
          u * u * variance[i]
          + step.learningRate * step.learningRate * model.gradientNoise[i] / model.batchSize
      }
    }
    var state = MomentState(model)
    try state.advance(schedule)
    #expect(state.step == 20)
    // Twenty products of numbers that are right to an ulp; 1 − αh down to 1e-2 costs two digits.
    #expect(largestRelativeError(state.mean, mean) <= 1e-12)
    #expect(largestRelativeError(state.variance, variance) <= 1e-12)
  }

  @Test("D3, D5: means, variances and covariances against explicit influence sums", arguments: 0..<8)
  func influence(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 20)
    let model = try random.model(dimension: 5)
    let schedule = try random.schedule(steps: 1 + 8 * seed, momentum: seed == 0 ? 0 : 0.97)
    var state = MomentState(model)
    try state.advance(schedule)
    for i in 0..<model.dimension {
      let sums = InfluenceSums(h: model.curvature[i], schedule)
      let c = model.gradientNoise[i] / model.batchSize
      let (mean, variance, m) = (
        model.initialMean[i], model.initialVariance[i], model.initialSecondMoment[i]
      )
      let (x, v) = sums.path
      let actual = [
        state.mean[i], state.velocityMean[i], state.variance[i], state.covariance[i],
        state.velocityVariance[i], state.secondMoment[i], state.crossMoment[i],
        state.velocitySecondMoment[i],
      ]
      let expected = [
        x * mean, v * mean, x * x * variance + c * sums.noise.p, x * v * variance + c * sums.noise.q,
        v * v * variance + c * sums.noise.r, x * x * m + c * sums.noise.p, x * v * m + c * sums.noise.q,
        v * v * m + c * sums.noise.r,
      ]
      // At most 57 steps of a few ulp each, relative to the size that moments have along the way.
      let scale = max(1, m) + expected.reduce(0) { max($0, abs($1)) }
      let error = zip(actual, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(error <= 57 * 8 * .ulpOfOne * scale)
    }
  }

  @Test("D5: what the noise adds up to is what the path lost, φ = 1 − h Σ α g")
  func shift() throws {
    var random = TestRandom(31)
    let schedule = try random.schedule(steps: 30, momentum: 0.9)
    let h = 0.7
    var sum = 0.0
    for t in schedule.indices {
      var (theta, v) = (1.0, 1.0)
      for s in (t + 1)..<max(schedule.count, t + 1) {
        v = schedule.momenta[s] * v - schedule.learningRates[s] * h * theta
        theta += v
      }
      sum += schedule.learningRates[t] * theta
    }
    let model = try NoisyQuadraticModel(
      curvature: [h], gradientNoise: [0], initialMean: [1], initialVariance: [0])
    var state = MomentState(model)
    try state.advance(schedule)
    #expect(abs(state.mean[0] - (1 - h * sum)) <= 1e-13)
  }

  @Test("D3: from rest one step of any momentum is a step of SGD")
  func firstStep() throws {
    var random = TestRandom(32)
    let model = try random.model(dimension: 3)
    var (a, b) = (MomentState(model), MomentState(model))
    a.advance(learningRate: 0.3, momentum: 0.9)
    b.advance(learningRate: 0.3)
    #expect(a == b)
  }

  @Test("D6: the outer-rate convention makes the same steps after conversion of its momentum")
  func otherConvention() throws {
    var random = TestRandom(33)
    let (h, steps) = (0.8, 15)
    let rates = random.array(steps) { $0.uniform(0.1, 1.5) }
    let momenta = random.array(steps) { $0.uniform(0, 0.9) }
    var (theta, buffer) = (1.0, 0.0)
    for t in 0..<steps {
      let momentum = t == 0 ? 0 : momenta[t] * rates[t - 1] / rates[t]
      buffer = momentum * buffer + h * theta
      theta -= rates[t] * buffer
    }
    var state = MomentState(
      try NoisyQuadraticModel(curvature: [h], gradientNoise: [0], initialMean: [1], initialVariance: [0]))
    try state.advance(Schedule(learningRates: rates, momenta: momenta))
    #expect(abs(state.mean[0] - theta) <= 1e-14)
  }

  @Test("M1: losses over subsets add up, and flat directions weigh nothing")
  func subsets() throws {
    var random = TestRandom(34)
    let model = try random.model(dimension: 11)
    let schedule = try random.schedule(steps: 10, momentum: 0.8)
    var state = MomentState(model)
    try state.advance(schedule)
    let whole = state.expectedLoss
    let parts = [[0, 3, 5], [1, 2, 4, 6], [7], [8, 9, 10], []].map { state.expectedLoss(over: $0) }
    // Eleven positive terms in another order.
    #expect(relativeError(parts.reduce(0, +), whole) <= 16 * .ulpOfOne)
    #expect(parts[4] == 0)
  }

  @Test("Steps, rates and momenta outside their domain are refused")
  func refused() throws {
    let model = try NoisyQuadraticModel(curvature: [1], gradientNoise: [1], initialSecondMoment: [1])
    let bad: [BadInput] = [
      BadInput("steps", .invalidCount(field: "steps", value: -1, expected: "at least 0")) {
        var state = MomentState(model)
        try state.advance(steps: -1, learningRate: 1)
      },
      BadInput(
        "rate", .invalidValue(field: "learningRate", value: -0.5, expected: "a finite number ≥ 0")
      ) {
        var state = MomentState(model)
        try state.advance(steps: 1, learningRate: -0.5)
      },
      BadInput(
        "infinite rate",
        .invalidValue(field: "learningRate", value: .infinity, expected: "a finite number ≥ 0")
      ) {
        var state = MomentState(model)
        try state.advance(steps: 1, learningRate: .infinity)
      },
      BadInput("momentum", .invalidValue(field: "momentum", value: 1, expected: "at least 0 and below 1")) {
        var state = MomentState(model)
        try state.advance(steps: 1, learningRate: 1, momentum: 1)
      },
      BadInput(
        "no momentum", .invalidValue(field: "momentum", value: .nan, expected: "at least 0 and below 1")
      ) {
        var state = MomentState(model)
        try state.advance(steps: 1, learningRate: 1, momentum: .nan)
      },
    ]
    for input in bad { input.check() }
    var state = MomentState(model)
    try state.advance(steps: 0, learningRate: 1)
    #expect(state == MomentState(model))
  }
}
