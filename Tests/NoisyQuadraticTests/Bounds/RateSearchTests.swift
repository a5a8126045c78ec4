import NoisyQuadratic
import Testing

@Suite("One step of the dynamic program")
struct RateSearchTests {
  @Test("B5: the intervals cover every rate at which a quadratic is not negative", arguments: 0..<4)
  func coverage(seed: Int) {
    var random = TestRandom(UInt64(seed) + 4100)
    for _ in 0..<500 {
      // Coefficients with few digits: values at the sampled rates are exact.
      func coefficient() -> Double { random.uniform(-8, 8).rounded() / 4 }
      let quadratic = RateQuadratic(
        constant: coefficient(), linear: coefficient(), square: coefficient())
      let (lower, upper) = (random.uniform(0, 8).rounded() / 8, 1 + random.uniform(0, 8).rounded() / 8)
      let (first, second) = quadratic.nonNegative(in: lower...upper)
      for step in 0...64 {
        let rate = lower + (upper - lower) * Double(step) / 64
        let isCovered = first?.contains(rate) ?? false || second?.contains(rate) ?? false
        if quadratic(rate) >= 0 { #expect(isCovered, "\(quadratic) at \(rate)") }
        // Nothing is covered that is negative by more than rounding.
        if quadratic(rate) < -1e-12 { #expect(!isCovered, "\(quadratic) at \(rate)") }
      }
    }
  }

  @Test("B5: a quadratic that touches zero is covered where it does, whatever the rounding", arguments: 0..<4)
  func touching(seed: Int) {
    var random = TestRandom(UInt64(seed) + 4110)
    for _ in 0..<500 {
      let (root, size) = (random.uniform(0.1, 0.9), random.logUniform(1e-250, 1e250))
      var quadratic = RateQuadratic(
        constant: -size * root * root, linear: 2 * size * root, square: -size)
      // The coefficients are wrong by a rounding each.
      quadratic.error = 4 * RateQuadratic.unit * quadratic.size(1)
      let (first, second) = quadratic.nonNegative(in: 0...1)
      #expect(first?.contains(root) ?? false || second?.contains(root) ?? false)
    }
  }

  /// A partition cut at random edges, with values that are not always concave.
  private static func partition(_ random: inout TestRandom, dimension d: Int, cuts: Int) -> ConePartition {
    var partition = ConePartition(
      scale: random.array(d) { $0.logUniform(0.3, 3) }, values: random.array(d) { $0.uniform(0.5, 1.5) })
    for _ in 0..<cuts {
      let leaves = partition.cuts.indices.filter { partition.cuts[$0] == nil }
      let cone = leaves[Int(random.uniform(0, Double(leaves.count)))]
      let a = Int(random.uniform(0, Double(d - 1)))
      let b = a + 1 + Int(random.uniform(0, Double(d - 1 - a)))
      let weight = random.uniform(0.2, 0.8)
      guard let ray = partition.cut(cone, a, b, weightA: weight, weightB: 1 - weight) else { continue }
      partition.raise(ray, to: partition.values[ray] * random.uniform(0.9, 1.2))
    }
    return partition
  }

  /// The bound at a costate, by solving for its shares in every cone.
  private static func bound(_ partition: ConePartition, at w: [Double]) -> Double? {
    for cone in partition.cuts.indices where partition.cuts[cone] == nil {
      let d = w.count
      let rays = (0..<d).map { Array(partition.ray(partition.corner(cone, $0))) }
      let shares = solve((0..<d).map { i in (0..<d).map { rays[$0][i] } }, w)
      if shares.allSatisfy({ $0 >= -1e-10 }) {
        return (0..<d).reduce(0) { $0 + shares[$1] * partition.values[partition.corner(cone, $1)] }
      }
    }
    return nil
  }

  /// Gauss–Jordan elimination with pivoting.
  private static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    var rows = zip(matrix, right).map { $0 + [$1] }
    for k in rows.indices {
      let pivot = (k..<rows.count).max { abs(rows[$0][k]) < abs(rows[$1][k]) } ?? k
      rows.swapAt(k, pivot)
      for i in rows.indices where i != k {
        let factor = rows[i][k] / rows[k][k]
        for j in k...rows.count { rows[i][j] -= factor * rows[k][j] }
      }
    }
    return rows.indices.map { rows[$0][rows.count] / rows[$0][$0] }
  }

  @Test("B3: a backup finds the lowest bound along the curve", arguments: 2...4, LongTest.cases(Array(0..<3)))
  func backup(dimension d: Int, seed: Int) throws {
    var random = TestRandom(UInt64(10 * d + seed) + 4120)
    for _ in 0..<3 {
      let partition = Self.partition(&random, dimension: d, cuts: 6)
      let (h, w) = (random.array(d) { $0.logUniform(0.05, 1) }, random.array(d) { $0.logUniform(0.1, 10) })
      let (noise, upper) = (random.uniform(0, 1), random.uniform(0.5, 6))
      let minimum = RateSearch.minimum(
        partition, noise: noise,
        shares: (0..<d).map { i in
          let x = w[i] / partition.ray(i)[i * d + i]
          return RateQuadratic(constant: x, linear: -2 * h[i] * x, square: h[i] * h[i] * x)
        }, range: 0...upper, scale: 1)
      func value(_ rate: Double) throws -> Double {
        let before = zip(w, h).map { $0 * (1 - rate * $1) * (1 - rate * $1) }
        return try #require(Self.bound(partition, at: before)) + rate * rate * noise
      }
      // The scan misses the minimum by at most a slope times its spacing; the rate found is no estimate.
      let lowest = try (0...300).map { try value(upper * Double($0) / 300) }.min() ?? 0
      #expect(minimum.value <= lowest * (1 + 1e-12))
      #expect(relativeError(minimum.value, try value(minimum.rate)) <= 1e-9)
    }
  }

  @Test(
    "B4: the best rate lies in its range, whatever the steps before it and the costate after",
    arguments: 0..<40)
  func ranges(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 4130)
    let d = 1 + seed % 4
    let h = random.array(d) { $0.logUniform(0.01, 1) }
    let c: [Double] = random.array(d) { seed % 3 == 0 && $0.unit() < 0.3 ? 0 : $0.logUniform(0.01, 1) }
    let m: [Double] = random.array(d) { seed % 5 == 0 && $0.unit() < 0.3 ? 0 : $0.logUniform(0.1, 10) }
    let rateLimit: Double = seed % 2 == 0 ? .infinity : random.uniform(0.2, 2)
    let ranges = try #require(
      RateRange.ranges(curvature: h, noise: c, start: m, rateLimit: rateLimit, steps: 8))
    for _ in 0..<10 {
      var moments = m
      for range in ranges {
        let w = random.array(d) { $0.logUniform(1e-3, 1e3) }
        var (slope, curve) = (0.0, 0.0)
        for i in 0..<d {
          slope += w[i] * h[i] * moments[i]
          curve += w[i] * (h[i] * h[i] * moments[i] + c[i])
        }
        if curve > 0 { #expect(range.contains(min(slope / curve, rateLimit)), "\(range)") }
        let rate = random.uniform(range.lowerBound, range.upperBound)
        for i in 0..<d {
          let u: Double = 1 - rate * h[i]
          moments[i] = u * u * moments[i] + rate * rate * c[i]
        }
      }
    }
  }
}
