import Testing

@testable import NoisyQuadratic

@Suite("Gradient of a whole run in one pass")
struct WholeRunGradientTests {
  @Test("S5: the fast pass is the plain one, step by step", arguments: 0..<6)
  func plain(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 9100)
    let problem = NormalizedProblem(
      anyNoise: try random.model(dimension: 1 + 5 * seed, noise: [0, 1e-6, 1][seed % 3]))
    let dynamics = UpdateRule.heavyBall.dynamics(of: problem)
    let steps = 1 + 4 * seed
    let schedule = problem.scaled(try random.schedule(steps: steps, momentum: 0.9))
    let engine = SweepEngine(dynamics, capacity: steps)
    // The run does not start at rest.
    dynamics.advance(engine.start, 0.3, 0.5)
    engine.load(schedule)
    let fast = engine.gradient()
    engine.load(schedule)
    #expect(relativeError(fast.value, engine.forward()) <= 1e-12)
    var (rates, momenta, matters) = ([Double](), [Double](), [Bool]())
    engine.backward { t, quadratic in
      let slope = quadratic.gradient(schedule.rates[t], schedule.momenta[t])
      rates.insert(slope.0, at: 0)
      momenta.insert(slope.1, at: 0)
      matters.insert(quadratic.mm > 0, at: 0)
      return (schedule.rates[t], schedule.momenta[t])
    }
    #expect(largestScaledError(fast.rates, rates) <= 1e-11)
    #expect(largestScaledError(fast.momenta, momenta) <= 1e-11)
    #expect(fast.momentumMatters == matters)
  }

  @Test("S5: derivatives keep their digits at losses of 1e-80 and below", arguments: [10, 20, 40])
  func digits(steps: Int) throws {
    let problem = NormalizedProblem(
      anyNoise: try NoisyQuadraticModel(
        curvature: [1, 1.02, 1.05], gradientNoise: [0, 0, 0], initialSecondMoment: [1, 2, 3]))
    let dynamics = UpdateRule.heavyBall.dynamics(of: problem)
    let rates = (0..<steps).map { 0.9 + 0.01 * Double($0 % 5) }
    let engine = SweepEngine(dynamics, capacity: steps)
    engine.load(KernelSchedule(rates: rates, momenta: Array(repeating: 0, count: steps)))
    let gradient = engine.gradient()
    // Without noise and momentum L = ½ Σ k m₀ Π (1 − α h)².
    let direct = problem.curvature.indices.map { i -> Double in
      rates.reduce(problem.weight[i] * problem.secondMoment[i]) {
        $0 * (1 - $1 * problem.curvature[i]) * (1 - $1 * problem.curvature[i])
      }
    }
    let loss = 0.5 * direct.reduce(0, +)
    if steps == 40 { #expect(loss < 1e-80) }
    #expect(relativeError(gradient.value, loss) <= 1e-11)
    for t in 0..<steps {
      let slope = problem.curvature.indices.reduce(0.0) {
        $0 - direct[$1] * problem.curvature[$1] / (1 - rates[t] * problem.curvature[$1])
      }
      #expect(relativeError(gradient.rates[t], slope) <= 1e-11, "step \(t)")
    }
  }

  @Test("S6: the moments of one pass are those of single steps")
  func moments() throws {
    var random = TestRandom(9120)
    let problem = NormalizedProblem(anyNoise: try random.model(dimension: 11, noise: 0.5))
    let (final, running) = (
      UpdateRule.heavyBall.dynamics(of: problem),
      UpdateRule.heavyBall.dynamics(of: problem, hasRunningCosts: true)
    )
    let schedule = problem.scaled(try random.schedule(steps: 8, momentum: 0.9))
    let columns = [final, running].map { dynamics in
      let (state, slots) = (dynamics.makeColumns(columns: 5), dynamics.makeColumns(columns: 24))
      dynamics.reset(state)
      _ = dynamics.recordMoments(state, into: slots, schedule, steps: 0..<8, weights: nil)
      return (0..<24).flatMap { c in (0..<11).map { slots.column(c)[$0] } }
        + (0..<5).flatMap { c in (0..<11).map { state.column(c)[$0] } }
    }
    #expect(largestScaledError(columns[0], columns[1]) <= 1e-14)
  }
}
