import MetaOptimization
import NoisyQuadratic
import Testing

@Suite("Calibration")
struct CalibrationTests {
  private func calibration(_ dense: DenseQuadratic, steps: Int, sharp: Int = 3) throws -> Calibration {
    var options = Calibration.Options()
    options.lanczosSteps = steps
    options.sharpDirections = sharp
    options.noiseProbes = dense.samples.count
    return try Calibration(
      loss: 3, gradient: dense.gradient, noise: dense.samples, batchSize: 7, options: options,
      products: dense.products)
  }

  private let rates = [0.3, 0.1, 0.4, 0.02, 0.2, 0.25, 0.5, 0.1, 0.3, 0.05, 0.2, 0.4]

  @Test("N1, N4: on a quadratic the predictions are exact, for as many steps as Lanczos' method made")
  func exactOnAQuadratic() throws {
    let dense = try DenseQuadratic(20, samples: 6, seed: 11)
    let exact = dense.losses(rates, from: 3)
    let schedule = try Schedule(learningRates: rates)
    for (steps, good) in [(20, 12), (12, 12), (6, 6)] {
      let calibration = try calibration(dense, steps: steps, sharp: steps == 20 ? 3 : 0)
      let (predicted, local) = (
        calibration.predictedLosses(under: schedule), try calibration.localLosses(under: schedule)
      )
      for t in 0...good {
        #expect(abs(local[t] - exact[t]) <= 1e-11)
        #expect(abs(predicted[t] - exact[t]) <= 1e-9)
      }
      if good < rates.count { #expect(abs(local[rates.count] - exact[rates.count]) > 1e-9) }
      #expect(calibration.gradientShareLeftOut == 0 && calibration.noiseShareLeftOut == 0)
      #expect(abs(calibration.model.initialLoss + calibration.lossOffset - 3) <= 1e-12)
    }
  }

  @Test("N7: with momentum too, with negative curvature and without")
  func momentum() throws {
    let momenta = [0.9, 0.5, 0, 0.7, 0.8, 0.3, 0.9, 0.95, 0.1, 0.6, 0.8, 0.4]
    let schedule = try Schedule(learningRates: rates, momenta: momenta)
    for (shift, steps, good) in [(0, 20, 12), (0, 12, 12), (0, 6, 6), (0.6, 20, 12)] {
      let dense = try DenseQuadratic(20, samples: 4, shift: shift, seed: 17)
      let exact = dense.losses(schedule, from: 3)
      let calibration = try calibration(dense, steps: steps, sharp: steps == 20 ? 3 : 0)
      let (predicted, local) = (
        calibration.predictedLosses(under: schedule), try calibration.localLosses(under: schedule)
      )
      for t in 0...good {
        #expect(abs(local[t] - exact[t]) <= 1e-10 * max(1, abs(exact[t])))
        if shift == 0 { #expect(abs(predicted[t] - exact[t]) <= 1e-9 * max(1, abs(exact[t]))) }
      }
      if good < rates.count { #expect(abs(local[rates.count] - exact[rates.count]) > 1e-9) }
    }
    // Without momentum it is the other oracle.
    let dense = try DenseQuadratic(8, samples: 3, shift: 0.2, seed: 18)
    let plain = dense.losses(try Schedule(learningRates: rates), from: 3)
    for (a, b) in zip(plain, dense.losses(rates, from: 3)) { #expect(abs(a - b) < 1e-11 * max(1, abs(b))) }
  }

  @Test("N1, N4: negative curvature is in the local quadratic, not in the model, and its share is told")
  func negativeCurvature() throws {
    let dense = try DenseQuadratic(16, samples: 5, shift: 0.6, seed: 12)
    let calibration = try calibration(dense, steps: 16)
    let exact = dense.losses(rates, from: 3)
    for (a, b) in try zip(calibration.localLosses(under: try Schedule(learningRates: rates)), exact) {
      #expect(abs(a - b) <= 1e-11 * max(1, abs(b)))
    }
    let below = { (h: Double) in h < 0 ? 1.0 : 0 }
    let share = dense.integral([dense.gradient], below) / dot(dense.gradient, dense.gradient)
    #expect(share > 0.2 && abs(calibration.gradientShareLeftOut - share) <= 1e-12)
    let noise = dense.integral(dense.samples, below) / dense.integral(dense.samples) { _ in 1 }
    #expect(abs(calibration.noiseShareLeftOut - noise) <= 1e-12)
    #expect(calibration.model.curvature.allSatisfy { $0 > 0 })
    #expect(abs(calibration.smallestCurvature - dense.eigenvalues[0]) <= 1e-12)
  }

  @Test(
    "N5: the greedy rate is the minimum of the first step, and the model's where all curvature is positive")
  func greedyRate() throws {
    for shift in [0, 0.3] {
      let dense = try DenseQuadratic(16, samples: 5, shift: shift, seed: 13)
      let calibration = try calibration(dense, steps: 10, sharp: 0)
      let rate = try #require(calibration.greedyRate)
      func loss(_ rate: Double) -> Double { dense.losses([rate], from: 3)[1] }
      #expect(loss(rate) < loss(1.001 * rate) && loss(rate) < loss(0.999 * rate))
      // The second difference is the curvature, so this is the vertex of the parabola.
      let (a, b, c) = (loss(0), loss(rate), loss(2 * rate))
      #expect(abs(a - c) <= 1e-11 * abs(a - b))
      if shift == 0 {
        let solution = try GreedySolver(limits: HyperparameterLimits(learningRate: .none))
          .solve(calibration.model, horizon: 1)
        #expect(abs(solution.schedule.learningRates[0] / rate - 1) <= 1e-10)
      }
    }
  }

  @Test("N3: the noise has the moments of its samples, and of the sharpest directions each its own")
  func noise() throws {
    let dense = try DenseQuadratic(18, samples: 9, shift: 0.2, seed: 14)
    for sharp in [0, 4, 100] {
      let calibration = try calibration(dense, steps: 18, sharp: sharp)
      for degree in 0...6 {
        func power(_ h: Double) -> Double { (0..<degree).reduce(1) { product, _ in product * h } }
        let exact = dense.integral(dense.samples, power)
        #expect(abs(calibration.noise.moment(degree) - exact) <= 1e-11 * abs(exact))
      }
      let variances = dense.squares(dense.samples)
      for k in 0..<min(sharp, 4) {
        let i = calibration.noise.curvatures.firstIndex { abs($0 - dense.eigenvalues[17 - k]) <= 1e-11 }
        #expect(abs(calibration.noise.weights[try #require(i)] / variances[17 - k] - 1) <= 1e-9)
      }
    }
  }

  @Test("N3: Ritz vectors that are not quite eigenvectors cost the noise little")
  func sharpDirections() throws {
    let dense = try DenseQuadratic(20, samples: 6, seed: 11)
    let schedule = try Schedule(learningRates: rates)
    let (plain, sharp) = try (
      calibration(dense, steps: 12, sharp: 0), calibration(dense, steps: 12, sharp: 5)
    )
    #expect(abs(sharp.noise.mass / plain.noise.mass - 1) <= 1e-12)
    for (a, b) in try zip(plain.localLosses(under: schedule), sharp.localLosses(under: schedule)) {
      #expect(abs(a - b) <= 1e-3)
    }
  }

  @Test("The density has mass 1 and integrates to the share of the eigenvalues")
  func density() throws {
    let dense = try DenseQuadratic(40, samples: 1, shift: 0.5, seed: 15)
    var options = Calibration.Options()
    options.densityProbes = 50
    options.lanczosSteps = 12
    let density = try Calibration(
      loss: 1, gradient: dense.gradient, noise: dense.samples, batchSize: 1, options: options,
      products: dense.products
    ).density
    #expect(abs(density.mass - 1) <= 1e-12)
    // 50 probes of 40 directions: a standard error of about √(2/2000) of the root mean square.
    let trace = dense.eigenvalues.reduce(0, +) / 40
    let square = dense.eigenvalues.reduce(0) { $0 + $1 * $1 } / 40
    #expect(abs(density.moment(1) - trace) <= 5 * (2 * square / 2000).squareRoot())
    let step = 9.0 / 400
    let places: [Double] = (0...400).map { -3 + step * Double($0) }
    let sum: Double = density.density(at: places, width: 0.1).reduce(0, +)
    #expect(abs(sum * step - 1) <= 1e-6)
  }

  @Test("N1: a network's losses after one step are predicted to third order in the rate")
  func network() throws {
    let shape = try ImageShape(channels: 1, height: 2, width: 3)
    var random = RandomProblem(16)
    let images = try random.images(shape, count: 24, classes: 3)
    let network = try Network<Double>(
      .perceptron(input: shape, hidden: [4], classes: 3, activation: .tanh))
    let parameters = random.vector(network.parameterCount, deviation: 0.5)
    var calibrator = Calibrator(network, images: images, batchSize: 1)
    // One epoch of single images, whatever their order: the mean over them is the mean over the noise.
    calibrator.noiseBatches = 24
    calibrator.options.noiseProbes = 24
    let calibration = try calibrator.calibrate(parameters)
    let all = Batch(images)
    #expect(abs(calibration.loss - network.loss(parameters, on: all)) <= 1e-14)
    let slope = network.gradient(parameters, on: all).gradient
    #expect(abs(calibration.gradient.mass / dot(slope, slope) - 1) <= 1e-12)
    let gradients = try (0..<24).map { network.gradient(parameters, on: try Batch(images, [$0])).gradient }
    let errors = try [0.02, 0.01].map { rate in
      let mean = gradients.reduce(0) { sum, g in
        sum + network.loss(zip(parameters, g).map { $0 - rate * $1 }, on: all) / 24
      }
      return try mean - calibration.localLosses(under: Schedule(validRates: [rate], momenta: [0]))[1]
    }
    #expect(abs(errors[0]) < 1e-4 && abs(errors[0] / errors[1] - 8) <= 0.5)
    calibrator.hessianImages = 25
    #expect(throws: NoisyQuadraticError.self) { try calibrator.calibrate(parameters) }
  }

  @Test("What cannot be measured is said")
  func errors() throws {
    let dense = try DenseQuadratic(4, samples: 2, seed: 17)
    func measure(
      loss: Double = 1, gradient: [Double]? = nil, noise: [[Double]]? = nil,
      _ change: (inout Calibration.Options) -> Void = { _ in }
    ) throws {
      var options = Calibration.Options()
      change(&options)
      _ = try Calibration(
        loss: loss, gradient: gradient ?? dense.gradient, noise: noise ?? dense.samples, batchSize: 1,
        options: options, products: dense.products)
    }
    try measure()
    // A batch of everything has no noise.
    try measure(noise: [[0, 0, 0, 0]])
    #expect(throws: NoisyQuadraticError.self) { try measure(loss: .nan) }
    #expect(throws: NoisyQuadraticError.self) { try measure(gradient: [0, 0, 0, 0]) }
    #expect(throws: NoisyQuadraticError.self) { try measure(noise: []) }
    #expect(throws: NoisyQuadraticError.self) { try measure { $0.lanczosSteps = 0 } }
    #expect(throws: NoisyQuadraticError.self) { try measure { $0.noiseProbes = 0 } }
    #expect(throws: NoisyQuadraticError.self) { try measure { $0.densityProbes = 0 } }
    #expect(throws: NoisyQuadraticError.self) { try measure { $0.sharpDirections = -1 } }
    let concave = try DenseQuadratic(4, samples: 2, shift: 100, seed: 17)
    #expect(throws: NoisyQuadraticError.self) {
      try Calibration(
        loss: 1, gradient: concave.gradient, noise: concave.samples, batchSize: 1,
        products: concave.products)
    }
  }
}
