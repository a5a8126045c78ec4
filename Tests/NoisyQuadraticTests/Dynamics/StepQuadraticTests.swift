import NoisyQuadratic
import Testing

@Suite("One step on a box")
struct StepQuadraticTests {
  /// Random convex quadratics, bounded below, of every rank.
  private func sample(_ random: inout TestRandom, rank: Int) throws -> StepQuadratic {
    var quadratic = try StepQuadratic.of()
    // A sum of squares of linear forms, each with its own target: bounded below by construction.
    for _ in 0..<rank {
      let (u, v, target) = (random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-3, 3))
      quadratic.aa += u * u
      quadratic.am += u * v
      quadratic.mm += v * v
      quadratic.ba += u * target
      quadratic.bm += v * target
    }
    return quadratic
  }

  /// What rounding may hide in a value at `(alpha, mu)`.
  private func rounding(_ q: StepQuadratic, _ alpha: Double, _ mu: Double) -> Double {
    16 * Double.ulpOfOne
      * (q.aa * alpha * alpha + abs(2 * q.am * alpha * mu) + q.mm * mu * mu + abs(q.ba * alpha)
        + abs(q.bm * mu))
  }

  @Test("S4: no point of a grid is lower, for matrices of rank 0, 1, 2", arguments: [0, 1, 2, 3])
  func grid(rank: Int) throws {
    var random = TestRandom(UInt64(rank) + 800)
    for _ in 0..<150 {
      let quadratic = try sample(&random, rank: rank)
      let maximumRate = random.logUniform(0.1, 30)
      let maximumMomentum = random.unit() < 0.2 ? 0 : random.uniform(0.1, 1)
      let (alpha, mu) = quadratic.minimizer(maximumRate: maximumRate, maximumMomentum: maximumMomentum)
      #expect(alpha >= 0 && alpha <= maximumRate && mu >= 0 && mu <= maximumMomentum)
      var lowest = Double.infinity
      for i in 0...60 {
        for j in 0...60 {
          let point = (maximumRate * Double(i) / 60, maximumMomentum * Double(j) / 60)
          lowest = min(lowest, quadratic.value(point.0, point.1) + rounding(quadratic, point.0, point.1))
        }
      }
      let value = quadratic.value(alpha, mu)
      #expect(
        value <= lowest + rounding(quadratic, alpha, mu),
        "\(quadratic), box \(maximumRate) × \(maximumMomentum)")
    }
  }

  @Test("S4: without a limit on the rate no point of a wide grid is lower", arguments: [1, 2, 3])
  func unlimited(rank: Int) throws {
    var random = TestRandom(UInt64(rank) + 810)
    for _ in 0..<150 {
      let quadratic = try sample(&random, rank: rank)
      let (alpha, mu) = quadratic.minimizer(maximumRate: .infinity, maximumMomentum: 0.9)
      #expect(alpha >= 0 && alpha.isFinite && mu >= 0 && mu <= 0.9)
      var lowest = Double.infinity
      for i in 0...60 {
        for j in 0...30 {
          let point = (i == 0 ? 0 : 1e-3 * Double(1 << (i / 3)), 0.9 * Double(j) / 30)
          lowest = min(lowest, quadratic.value(point.0, point.1) + rounding(quadratic, point.0, point.1))
        }
      }
      #expect(quadratic.value(alpha, mu) <= lowest + rounding(quadratic, alpha, mu), "\(quadratic)")
    }
  }

  @Test("S4: the projected gradient vanishes at the minimizer")
  func stationary() throws {
    var random = TestRandom(820)
    for _ in 0..<300 {
      let quadratic = try sample(&random, rank: 4)
      let (alpha, mu) = quadratic.minimizer(maximumRate: 2, maximumMomentum: 0.9)
      let (byRate, byMomentum) = quadratic.gradient(alpha, mu)
      // The 2 × 2 system amplifies rounding by its condition number.
      let determinant = quadratic.aa * quadratic.mm - quadratic.am * quadratic.am
      let size = quadratic.aa + quadratic.mm + abs(quadratic.ba) + abs(quadratic.bm)
      let allowed = 64 * Double.ulpOfOne * size * (1 + size * size / determinant)
      #expect(alpha == 0 ? byRate >= -allowed : alpha == 2 ? byRate <= allowed : abs(byRate) <= allowed)
      #expect(
        mu == 0 ? byMomentum >= -allowed : mu == 0.9 ? byMomentum <= allowed : abs(byMomentum) <= allowed)
    }
  }

  @Test("S4: momentum without effect is reported as 0")
  func atRest() throws {
    let quadratic = try StepQuadratic.of(aa: 2, ba: 1)
    let free = quadratic.minimizer(maximumRate: .infinity, maximumMomentum: 0.9)
    #expect(free == (0.5, 0))
    let bound = quadratic.minimizer(maximumRate: 0.25, maximumMomentum: 0.9)
    #expect(bound == (0.25, 0))
  }

  @Test("S4: a rate without effect leaves momentum to be chosen")
  func noRate() throws {
    let quadratic = try StepQuadratic.of(mm: 2, bm: 1)
    for limit in [1, Double.infinity] {
      let (alpha, mu) = quadratic.minimizer(maximumRate: limit, maximumMomentum: 0.9)
      #expect(alpha == 0 && mu == 0.5)
    }
    let nothing = try StepQuadratic.of().minimizer(maximumRate: 1, maximumMomentum: 0.9)
    #expect(nothing == (0, 0))
  }

  @Test("S4: every face of the box is found")
  func faces() throws {
    // ½(α − x)² + ½(μ − y)²: the nearest point of the box.
    for x in [-1, 0, 0.5, 1, 2.0] {
      for y in [-1, 0, 0.4, 0.9, 2.0] {
        let quadratic = try StepQuadratic.of(aa: 1, mm: 1, ba: x, bm: y)
        let (alpha, mu) = quadratic.minimizer(maximumRate: 1, maximumMomentum: 0.9)
        #expect(alpha == min(max(x, 0), 1) && mu == min(max(y, 0), 0.9))
      }
    }
  }
}
