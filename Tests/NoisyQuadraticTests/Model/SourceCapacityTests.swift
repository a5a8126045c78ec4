import Testing

@testable import NoisyQuadratic

/// Power laws of source and capacity, with as many entries as are needed.
@Suite struct SourceCapacityTests {
  /// `Σ n h m e^{−2hτ}` and `Σ n h c e^{−2hτ}`, which decide every loss of the continuous limit.
  private func sums(_ model: NoisyQuadraticModel, _ tau: Double) -> (signal: Double, noise: Double) {
    var (signal, noise) = (0.0, 0.0)
    for i in model.curvature.indices {
      let h = model.curvature[i]
      let kept = model.multiplicity[i] * h * Elementary.exp(-2 * h * tau)
      signal += kept * model.initialSecondMoment[i]
      noise += kept * model.gradientNoise[i]
    }
    return (signal, noise)
  }

  @Test(
    "Z1: a few hundred entries have the sums of all directions",
    arguments: [(0.25, 1.5), (0.5, 3.0), (2.0, 1.1)])
  func panels(_ source: Double, _ capacity: Double) throws {
    let dimension = 20_000
    let problem = try SourceCapacityProblem(
      source: source, capacity: capacity, dimension: dimension, noiseScale: 2)
    let few = try problem.model()
    #expect(few.dimension < 200)
    var whole: [(signal: Double, noise: Double)] = [(0, 0), (0, 0), (0, 0)]
    let times = [0.0, 30, 1e4]
    for i in 1...dimension {
      let h = Elementary.pow(Double(i), -capacity)
      let start = Elementary.pow(Double(i), -1 - source * capacity)
      for (k, tau) in times.enumerated() {
        let kept = Elementary.exp(-2 * h * tau)
        whole[k].signal += start * kept
        whole[k].noise += 2 * h * h * kept
      }
    }
    for (k, tau) in times.enumerated() {
      let found = sums(few, tau)
      // The midpoint rule leaves some 1e-9 of a term before i = 128; the Gauss points, (β ln 1.5 / 2)⁸ times
      // constants, some 1e-8 of a panel.
      #expect(abs(found.signal / whole[k].signal - 1) < 3e-8, "\(tau)")
      #expect(abs(found.noise / whole[k].noise - 1) < 3e-8, "\(tau)")
    }
  }

  @Test("Z1: infinitely many directions have the sums of zeta functions and power laws")
  func infinite() throws {
    let problem = try SourceCapacityProblem(source: 0.5, capacity: 2)
    let model = try problem.model()
    // Σ i^−2 and Σ i^−4.
    let (signal, noise) = sums(model, 0)
    #expect(abs(signal / (Double.pi * Double.pi / 6) - 1) < 1e-9)
    #expect(abs(noise / (Double.pi * Double.pi * Double.pi * Double.pi / 90) - 1) < 1e-10)
    // ∫ i^−2 e^{−2τ i^−2} di = ½ √(π/2τ), up to exponentially few terms (Poisson).
    let tau = 1e12
    let expected = 0.5 * (Double.pi / (2 * tau)).squareRoot()
    #expect(abs(sums(model, tau).signal / expected - 1) < 1e-7)
    // Equal starts are the border of the phases.
    #expect(model.initialSecondMoment.allSatisfy { abs($0 - 1) < 1e-12 })
    #expect(PhasePrediction(problem).isEasy)
    // Coarse panels are as good to a few digits.
    let coarse = try problem.model(leading: 24, ratio: 4)
    #expect(coarse.dimension < model.dimension / 2)
    #expect(abs(sums(coarse, 50).signal / sums(model, 50).signal - 1) < 1e-4)
  }

  @Test("Up to 4096 directions there is an entry for each")
  func finite() throws {
    let model = try SourceCapacityProblem(source: 1, capacity: 1.5, dimension: 3).model()
    #expect(model.multiplicity == [1, 1, 1] && model.curvature[0] == 1)
    #expect(abs(model.curvature[1] - Elementary.pow(2, -1.5)) < 1e-16)
    #expect(abs(model.curvature[1] * model.initialSecondMoment[1] - Elementary.pow(2, -2.5)) < 1e-16)
    let most = SourceCapacityProblem.mostDirections
    #expect(try SourceCapacityProblem(source: 1, capacity: 2, dimension: most).model().dimension == most)
  }

  @Test("Exponents outside their domains are refused by name")
  func refusals() throws {
    for (source, capacity, dimension, noise, field) in [
      (0.0, 2.0, 5, 1.0, "source"), (.nan, 2, 5, 1, "source"), (1, 1, 5, 1, "capacity"),
      (1, 1e9, 5, 1, "capacity"), (1, 2, 0, 1, "dimension"), (1, 2, 5, -1, "noiseScale"),
    ] {
      let error = #expect(throws: NoisyQuadraticError.self) {
        try SourceCapacityProblem(
          source: source, capacity: capacity, dimension: dimension, noiseScale: noise)
      }
      #expect(error?.description.contains(field) == true, "\(field)")
    }
    let problem = try SourceCapacityProblem(source: 1, capacity: 2)
    #expect(throws: NoisyQuadraticError.self) { try problem.model(leading: 1) }
    #expect(throws: NoisyQuadraticError.self) { try problem.model(ratio: 1) }
  }
}
