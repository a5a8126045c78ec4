import NoisyQuadratic
import Testing

/// The fused passes of plain SGD against the passes with a decision, which look at every step through
/// ``StepQuadratic``.
@Suite("Sweeps in one kernel call")
struct KernelSweepTests {
  /// What a pass leaves behind.
  private struct Pass {
    var objective = 0.0
    var slope = 0.0
    /// The largest of what a slope is the difference of.
    var scale = 0.0
  }

  /// The two ways, side by side.
  private struct Pair {
    let fused, plain: SweepEngine
    let limit: Double

    init(_ problem: NormalizedProblem, rates: [Double], capacity: Int, limit: Double) {
      let dynamics = UpdateRule.sgd.dynamics(of: problem)
      (fused, plain) = (SweepEngine(dynamics, capacity: capacity), SweepEngine(dynamics, capacity: capacity))
      self.limit = limit
      fused.load(KernelSchedule(rates: rates, momenta: rates.map { _ in 0 }))
      _ = fused.forward()
    }

    private func plainPass(_ run: (@escaping StepQuadratic.Decision) -> Double) -> Pass {
      var pass = Pass()
      // A pass looks at each step before it changes the step.
      pass.objective = run { [rates = plain.schedule.rates, limit] t, quadratic in
        let rate = rates[t]
        let slope = quadratic.gradient(rate, 0).0
        let isHeld = rate <= 0 && slope >= 0 || rate >= limit && slope <= 0
        pass.slope = max(pass.slope, isHeld ? 0 : abs(slope))
        pass.scale = max(pass.scale, quadratic.aa * rate, quadratic.ba)
        return quadratic.minimizer(maximumRate: limit, maximumMomentum: 0)
      }
      return pass
    }

    /// A pass both ways from the schedule of the first, so that what one pass is off by is not the next one's.
    func backward() -> (fused: SweepPass, plain: Pass) {
      plain.load(fused.schedule)
      _ = plain.forward()
      let slope = fused.sweepBackward(StepLimits(rate: limit))
      let pass = plainPass {
        plain.backward($0)
        return 0
      }
      return (slope, pass)
    }

    func forward() -> (fused: SweepPass, plain: Pass) {
      plain.load(fused.schedule)
      plain.backward()
      return (fused.sweepForward(StepLimits(rate: limit)), plainPass { plain.forward($0) })
    }
  }

  enum Noise: Sendable, CaseIterable { case some, mixed, none }

  private func problem(_ random: inout TestRandom, _ d: Int, _ noise: Noise) throws -> NormalizedProblem {
    var h = random.array(d) { $0.logUniform(1e-3, 1) }
    h[d / 2] = 1
    return NormalizedProblem(
      anyNoise: try NoisyQuadraticModel(
        curvature: h,
        gradientNoise: h.enumerated().map { i, h in
          switch noise {
          case .some: return h * 0.1
          case .mixed: return i % 3 == 0 ? 0 : h * 0.1
          case .none: return 0
          }
        },
        initialSecondMoment: random.array(d) { $0.uniform(0.1, 2) },
        multiplicity: random.array(d) { $0.uniform(0.5, 3) }))
  }

  /// Three pairs of passes both ways.
  private func compare(_ pair: Pair, allowed: Double, _ comment: String = "") {
    func check(_ name: String, _ pass: SweepPass, _ plain: Pass) {
      #expect(
        largestScaledError(pair.fused.schedule.rates, pair.plain.schedule.rates) <= allowed,
        "\(comment), \(name)")
      // A difference of numbers of the size of the scale.
      #expect(abs((pass.slope ?? .nan) - plain.slope) <= allowed * plain.scale, "\(comment), \(name)")
    }
    for round in 1...3 {
      let back = pair.backward()
      check("backward \(round)", back.fused, back.plain)
      let ahead = pair.forward()
      check("forward \(round)", ahead.fused, ahead.plain)
      #expect(relativeError(ahead.fused.objective, ahead.plain.objective) <= allowed, "\(comment)")
    }
  }

  @Test(
    "S6: the passes in one call make those step by step", arguments: [1, 5, 8, 13, 100],
    [1, 2, 7, 60])
  func passes(d: Int, steps: Int) throws {
    for (noise, limit) in Noise.allCases.flatMap({ noise in [0.7, 2, .infinity].map { (noise, $0) } }) {
      // Without noise one direction is solved by one step, and what follows is made of roundings.
      if d == 1, noise != .some { continue }
      var random = TestRandom(UInt64(100 * d + steps) + 8600)
      let problem = try problem(&random, d, noise)
      let rates = random.array(steps) { $0.unit() < 0.1 ? 0 : $0.uniform(0, min(limit, 1.5)) }
      let pair = Pair(problem, rates: rates, capacity: steps, limit: limit)
      #expect(pair.fused.sweepsMeasureSlopes)
      // Sums of d terms in another order, and T steps of a few roundings; what one step's minimizer is off by,
      // the next ones may answer with some times as much.
      compare(pair, allowed: 64 * Double(d + steps) * .ulpOfOne, "\(noise), \(limit)")
      // The loss is that of the schedule.
      let loss = pair.fused.dynamics
        .objective(pair.fused.schedule)
      let objective = pair.fused.forward()
      #expect(relativeError(objective, loss) <= Double(d + steps) * .ulpOfOne)
    }
  }

  @Test("S6: limits of 0, and a start at rest without noise, leave nothing to decide", arguments: [1, 9, 64])
  func nothing(d: Int) throws {
    var random = TestRandom(UInt64(d) + 8700)
    let problem = try problem(&random, d, .some)
    let held = Pair(problem, rates: Array(repeating: 0, count: 5), capacity: 5, limit: 0)
    compare(held, allowed: Double(d + 5) * .ulpOfOne)
    #expect(held.fused.schedule.rates.allSatisfy { $0 == 0 })
    #expect(held.fused.sweepBackward(StepLimits(rate: 0)).slope == 0)
    // No direction has anything left: a rate is 0, also where no noise speaks against another.
    let solved = NormalizedProblem(
      anyNoise: try NoisyQuadraticModel(
        curvature: Array(repeating: 1, count: d), gradientNoise: Array(repeating: d > 9 ? 1 : 0, count: d),
        initialSecondMoment: Array(repeating: 0, count: d)))
    let rest = Pair(solved, rates: [0.5, 0.25], capacity: 2, limit: 1)
    compare(rest, allowed: Double(d + 5) * .ulpOfOne)
    #expect(rest.fused.schedule.rates == [0, 0])
  }

  @Test("S7: cut into segments, the passes in one call make those step by step", arguments: [2200, 2150, 47])
  func segments(steps: Int) throws {
    // d = 1000 and T = 2200 moments of 8 bytes exceed the 16 MiB of one segment; a schedule may be shorter.
    let d = 1000
    var random = TestRandom(8800)
    let problem = try problem(&random, d, .mixed)
    let rates = random.array(steps) { $0.uniform(0, 1.5) }
    let pair = Pair(problem, rates: rates, capacity: 2200, limit: 1.8)
    compare(pair, allowed: 64 * Double(d + steps) * .ulpOfOne)
  }
}
