import Foundation
import NoisyQuadratic
import Testing

@Suite("Short-horizon bias in numbers")
struct HorizonBiasTests {
  private static func model(noise: Double = 1) throws -> NoisyQuadraticModel {
    try NoisyQuadraticModel(
      spectrum: .powerLaw(dimension: 6, exponent: 1, maximum: 1), noiseScale: noise, initialSecondMoment: 1)
  }

  @Test("Figures are those of the solvers called directly", arguments: [0, 0.6])
  func solvers(_ momentum: Double) throws {
    let model = try Self.model()
    let limits = HyperparameterLimits(learningRate: .value(0.8), momentum: momentum)
    let bias = try HorizonBiasStudy(horizon: 9, lookaheads: [4, 20, 2], limits: limits).bias(of: model)
    let constant = try ConstantSolver(limits: limits).solve(model, horizon: 9)
    let best = try FullHorizonSolver(limits: limits).solve(model, horizon: 9)
    #expect(bias.horizon == 9 && bias.initialLoss == model.initialLoss && bias.learningRateLimit == 0.8)
    #expect(bias.greedyLoss == (try GreedySolver(limits: limits).solve(model, horizon: 9).finalLoss))
    #expect(bias.constantLoss == constant.finalLoss)
    #expect(bias.constantRate == constant.schedule.learningRates[4])
    #expect(bias.constantMomentum == constant.schedule.momenta[4])
    for (i, lookahead) in [4, nil, 2].enumerated() {
      let loss = try lookahead.map {
        try RecedingHorizonSolver(lookahead: $0, limits: limits).solve(model, horizon: 9).finalLoss
      }
      #expect(bias.lookaheadLosses[i] == loss)
    }
    #expect(bias.optimalLoss == best.finalLoss && bias.termination == best.termination)
    #expect(bias.lowerBound == best.informationBound && bias.boundMethod == .information)
    #expect(bias.gap == best.gapToInformationBound)
    #expect(bias.greedyRatio == bias.greedyLoss / best.finalLoss)
    let rates = best.schedule.learningRates
    #expect(bias.firstRate == rates[0] && bias.lastRate == rates[8] && bias.peakRate == rates.max())
    // The rates from there on are below the peak, and the one before is not.
    try #require((1...9).contains(bias.decayStep))
    #expect(rates[bias.decayStep...].allSatisfy { $0 < 0.99 * bias.peakRate })
    #expect(rates[bias.decayStep - 1] >= 0.99 * bias.peakRate)
  }

  @Test("Greedy is optimal for one step and for one direction, and one step has no decay")
  func limitsOfBias() throws {
    let one = try NoisyQuadraticModel(curvature: [2], gradientNoise: [1], initialSecondMoment: [3])
    let bias = try HorizonBiasStudy(horizon: 7, limits: HyperparameterLimits()).bias(of: one)
    #expect(abs((bias.greedyRatio ?? 0) - 1) < 1e-12)
    // Noise makes the optimal rate of a single direction fall from the first step on.
    #expect(bias.decayStep == 1 && bias.peakRate == bias.firstRate && bias.lastRate < bias.firstRate)
    let step = try HorizonBiasStudy(horizon: 1, limits: HyperparameterLimits()).bias(of: Self.model())
    #expect(step.greedyLoss == step.optimalLoss && step.decayStep == 1)
  }

  @Test("A certificate raises the bound to the gap that was asked for")
  func certificate() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.2], gradientNoise: [1, 0.2], initialSecondMoment: [1, 1])
    let limits = HyperparameterLimits()
    let plain = try HorizonBiasStudy(horizon: 6, limits: limits).bias(of: model)
    let proven = try HorizonBiasStudy(horizon: 6, limits: limits, gap: 0.02).bias(of: model)
    #expect(plain.boundMethod == .information && plain.gap > 0.02)
    #expect(proven.boundMethod != .information && proven.gap <= 0.02)
    #expect(proven.lowerBound > plain.lowerBound && proven.lowerBound <= proven.optimalLoss)
    #expect(proven.optimalLoss <= plain.optimalLoss * (1 + 1e-12))
  }

  @Test("A study whose solutions are coded between its parts has the same figures")
  func parts() throws {
    let model = try Self.model(noise: 0.1)
    let study = try HorizonBiasStudy(
      horizon: 5, lookaheads: [2], limits: HyperparameterLimits(momentum: 0.5))
    let solutions = try (0..<study.solutionCount).map { try study.solution($0, for: model) }
    let coded = try PropertyListDecoder().decode(
      [Solution].self, from: PropertyListEncoder().encode(solutions))
    let bias = try study.bias(from: coded, for: model)
    #expect(bias == (try study.bias(of: model)))
    #expect(
      bias
        == (try PropertyListDecoder().decode(
          HorizonBias.self, from: PropertyListEncoder().encode(bias))))
    #expect(throws: NoisyQuadraticError.lengthMismatch(field: "solutions", expected: 4, actual: 3)) {
      _ = try study.bias(from: solutions.dropLast(), for: model)
    }
  }

  @Test("A local optimum above another schedule is left for it")
  func informed() throws {
    let model = try Self.model(noise: 0.1)
    let study = try HorizonBiasStudy(horizon: 5, limits: HyperparameterLimits())
    var solutions = try (0..<study.solutionCount).map { try study.solution($0, for: model) }
    // The greedy schedule in the place of the full horizon's stands for a local optimum above the constant.
    let best = solutions[2]
    solutions[1] = best
    solutions[2] = solutions[0]
    try #require(best.finalLoss < solutions[0].finalLoss * (1 - 1e-6))
    #expect(try study.bias(from: solutions, for: model).optimalLoss <= best.finalLoss * (1 + 1e-12))
  }

  @Test("Arguments outside their domain are refused")
  func refused() {
    for gap in [-0.1, 1, .nan] {
      #expect(throws: NoisyQuadraticError.self) {
        _ = try HorizonBiasStudy(horizon: 5, limits: HyperparameterLimits(), gap: gap)
      }
    }
    #expect(
      throws: NoisyQuadraticError.invalidCount(field: "horizon", value: 0, expected: "at least 1")
    ) {
      _ = try HorizonBiasStudy(horizon: 0, limits: HyperparameterLimits())
    }
    #expect(throws: NoisyQuadraticError.self) {
      _ = try HorizonBiasStudy(horizon: 5, lookaheads: [0], limits: HyperparameterLimits())
    }
  }

  @Test("Another batch size divides the noise, and nothing else")
  func batchSize() throws {
    let model = try Self.model()
    let larger = try model.with(batchSize: 4)
    let divided = try Self.model(noise: 0.25)
    let limits = HyperparameterLimits()
    #expect(larger.curvature == model.curvature && larger.initialLoss == model.initialLoss)
    #expect(
      try GreedySolver(limits: limits).solve(larger, horizon: 8).losses
        == GreedySolver(limits: limits).solve(divided, horizon: 8).losses)
    #expect(throws: NoisyQuadraticError.self) { try model.with(batchSize: 0) }
  }
}
