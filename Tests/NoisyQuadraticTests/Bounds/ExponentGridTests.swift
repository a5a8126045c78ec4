import CNoisyQuadraticKernels
import Foundation
import Testing

@testable import NoisyQuadratic

@Suite("Grids of shared exponents")
struct ExponentGridTests {
  /// `r(x) = −2 ln(1 − x) − 2x − x² − ⅔x³`.
  private static func remainder(_ x: Double) -> Double {
    guard x < 0.3 else { return -2 * log1p(-x) - 2 * x - x * x - 2 * x * x * x / 3 }
    return (4..<80).reversed().reduce(0) { $0 + 2 / Double($1) * pow(x, Double($1)) }
  }

  /// `⅔h³ + κ(b)`.
  private static func stiffness(_ h: Double, _ b: Double) -> Double {
    2 * h * h * h / 3 + (b > 0 ? remainder(h * b) / (b * b * b) : 0)
  }

  /// A problem with the given curvatures and unit noise and moments.
  private static func problem(_ h: [Double]) throws -> MergedProblem {
    MergedProblem(
      NormalizedProblem(
        anyNoise: try NoisyQuadraticModel(
          curvature: h, gradientNoise: h.map { _ in 1 }, initialSecondMoment: h.map { _ in 1 })))
  }

  /// A grid with cells of random widths and a program for single directions on it.
  private static func program(_ random: inout TestRandom, seed: Int) throws -> ExponentProgram {
    let ratio = [0.05, 0.1, 0.2, 0.3, 0.5, 0.69][seed % 6]
    var widths = random.array(6 + Int(random.uniform(0, 34))) { $0.logUniform(1e-3, 0.125) }
    if seed % 3 == 1 { widths.sort() }
    if seed % 3 == 2 { widths.sort(by: >) }
    let sums = widths.reduce(into: [0.0]) { $0.append($0[$0.count - 1] + $1) }
    let grid = ExponentGrid(
      sums: sums, limit: 1, steps: 100, ratio: ratio, rounded: 1 + Int(random.uniform(0, 4)))
    // The largest curvature lies in [1, 2), so that the problem's units are these.
    var h = [1.5] + random.array(40) { $0.uniform(0.3, 1.1) } + random.array(40) { $0.logUniform(0.03, 1.9) }
    for _ in 0..<40 {
      let rho = grid.columns[1 + Int(random.uniform(0, Double(grid.columns.count - 1)))].rho
      let value = (1 / rho.squareRoot()) * (1 - random.logUniform(1e-8, 0.5))
      if value < 2 { h.append(value) }
    }
    let meter = WorkMeter(CertificateProgress(lowerBound: 0, upperBound: 1, workLimit: 1e12)) { _ in true }
    return try #require(ExponentProgram(grid, CurvatureGroups(problem(h), width: 0), meter))
  }

  /// The exponent of group i at a node; infinite if the direction is dropped.
  private static func exponent(_ program: ExponentProgram, _ j: Int, _ p: Int, _ i: Int, _ cube: Double)
    -> Double
  {
    let (line, columns) = (program.grid.lines[j], program.grid.columns)
    let h = program.groups.highest(i)
    let reach = min(columns[min(p + 1, columns.count - 1)].root + line.widest, program.grid.limit)
    guard i < columns[p].kept, reach * h < 1 - 0x1p-10 else { return .infinity }
    let ratio = h / (1 - reach * h)
    let (base, stiffness) = (program.base.column(p)[i], program.stiffness.column(p)[i])
    return 2 * h * line.sigma + base + stiffness * cube + line.potential * ratio * ratio
  }

  @Test(
    "B11: wherever a step may land, the nodes lie below, in every direction",
    arguments: LongTest.cases(Array(0..<300), otherwise: Array(0..<48)))
  func transfer(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 8000)
    let program = try Self.program(&random, seed: seed)
    let (grid, lines) = (program.grid, program.grid.lines)
    var checked = 0
    for _ in 0..<40 {
      let j = Int(random.uniform(0, Double(lines.count - 1)))
      // Every column, as the proof does not need the envelope of the lines.
      let p = j == 0 ? 0 : 1 + Int(random.uniform(0, Double(grid.columns.count - 2)))
      let cube = grid.columns[p].cube * [0, 1, random.logUniform(1e-3, 1)][Int(random.uniform(0, 3))]
      let l = random.unit() < 0.5 ? j : j + Int(random.uniform(0, Double(lines.count - 1 - j)))
      let (low, high) = (lines[l].sigma - lines[j].sigma, lines[l + 1].sigma - lines[j].sigma)
      guard low < 1 else { continue }
      let a = random.unit() < 0.3 ? min(high, 1) * (1 - 1e-6) : random.uniform(low, min(high, 1))
      // The two lines of a lottery, or the one to which a short step is rounded up.
      let place = (a - low) / (high - low)
      var ends: [(line: Int, weight: Double, rate: Double)] = [(l + 1, 1, min(high, 1))]
      if l >= j + grid.rounded { ends = [(l, 1 - place, low), (l + 1, place, high)] }
      var mixture = [Double](repeating: 0, count: program.groups.count)
      var isComplete = true
      for (line, weight, rate) in ends {
        let rho = grid.columns[p].rho + rate * rate
        let nodes = program.landing(on: line, rho: rho, cube: cube + rate * rate * rate)
        if nodes.isEmpty { isComplete = false }
        for node in nodes {
          #expect(node.cube <= grid.columns[node.column].cube || nodes.count == 1)
          for i in mixture.indices {
            let exponent = Self.exponent(program, node.line, node.column, i, node.cube)
            mixture[i] += weight * node.weight * exp(-exponent)
          }
        }
      }
      guard isComplete else { continue }
      checked += 1
      for i in mixture.indices {
        let start = exp(-Self.exponent(program, j, p, i, cube))
        let u = 1 - a * program.groups.highest(i)
        #expect(u * u * start >= mixture[i] * (1 - 1e-11) - 1e-300)
      }
    }
    #expect(checked >= 5)
  }

  @Test(
    "B9, B11: the kernel's tables are the formulas'", .long,
    // One of every order of the widths.
    arguments: LongTest.cases(Array(0..<6), otherwise: [0, 1, 5]))
  func tables(seed: Int) throws {
    var random = TestRandom(UInt64(seed) + 8500)
    let program = try Self.program(&random, seed: seed)
    let columns = program.grid.columns
    for i in 0..<program.groups.count {
      let h = program.groups.highest(i)
      // The charge for interpolation between columns lies between two sums: the largest excess of a chord of
      // `e^{−v t}` is found by trial in one, and bounded by v²/8 in the other.
      var (least, most) = (0.0, 0.0)
      for p in columns.indices {
        let (column, next) = (columns[p], columns[min(p + 1, columns.count - 1)])
        let g = Self.stiffness(h, column.root)
        let v = h * h * (next.rho - column.rho) + g * (next.cube - column.cube)
        let isKept =
          h * column.root < 1 - 0x1p-10 && (p == 0 || (v < 1 - 0x1p-10 && h * next.root < 1 - 0x1p-10))
        #expect((i < column.kept) == isKept)
        guard isKept else { break }
        var (trial, bound, start) = (0.0, 0.0, 0.0)
        if p > 0, p + 1 < columns.count {
          let v = h * h * (next.rho - column.rho) + Self.stiffness(h, next.root) * next.cube - g * column.cube
          for step in 1..<200 {
            let t = Double(step) / 200
            trial = max(trial, log1p(t * expm1(-v)) + t * v)
          }
          bound = v * v / 8
        }
        if p > 1 {
          let below = columns[p - 1]
          let v =
            h * h * (column.rho - below.rho)
            + Self.stiffness(h, below.root) * (column.cube - below.cube)
          start = -log1p(-v) - v
        }
        least += max(trial, start)
        most += max(bound, start)
        let base = program.base.column(p)[i]
        #expect(base >= h * h * column.rho + least * (1 - 1e-3) - 1e-14)
        #expect(base <= (h * h * column.rho + most) * (1 + 1e-12) + 1e-14)
        #expect(relativeError(program.stiffness.column(p)[i], g) <= 1e-12)
      }
    }
  }

  @Test("B13: sums over groups lie below those over all directions, and close to them")
  func sums() throws {
    var random = TestRandom(8600)
    let problem = try Self.problem([1.5] + random.array(3000) { $0.logUniform(1e-3, 1.5) })
    let meter = WorkMeter(CertificateProgress(lowerBound: 0, upperBound: 1, workLimit: 1e12)) { _ in true }
    let rates = (0..<20).map { 1 / Double($0 + 2) }
    let grid = ExponentGrid(
      rates: rates, limit: 0.5, .init(cells: 8, ratio: 0.1, rounded: 4, width: 0))
    let single = try #require(ExponentProgram(grid, CurvatureGroups(problem, width: 0), meter))
    for width in [0.02, 0.3] {
      let groups = CurvatureGroups(problem, width: width)
      #expect(groups.count <= Int(log(1500) / log1p(width)) + 2)
      let grouped = try #require(ExponentProgram(grid, groups, meter))
      for node in stride(from: 0, to: grid.nodes, by: 37) {
        let (all, few) = (single.sums[node], grouped.sums[node])
        #expect(few.noise <= all.noise * (1 + 1e-12))
        #expect(few.signal <= all.signal * (1 + 1e-12))
        #expect(few.noise >= all.noise * (1 - width))
      }
    }
    // One sum, from the formulas.
    for node in stride(from: 0, to: grid.nodes, by: 997) {
      let j = try #require(grid.lines.lastIndex { $0.offset <= node })
      let line = grid.lines[j]
      let p = line.first + node - line.offset
      let low = min(grid.columns[p].rho * grid.columns[p].rho * line.inverse, grid.columns[p].cube)
      let cube = min(1.3 * low, grid.columns[p].cube)
      var (noise, fall) = (0.0, 0.0)
      for i in 0..<single.groups.count {
        let h = single.groups.highest(i)
        let e = Self.exponent(single, j, p, i, cube)
        guard e <= 40 else { continue }
        noise += 0.5 * h * exp(-e)
        fall += 0.5 * h * exp(-e) * single.stiffness.column(p)[i]
      }
      #expect(abs(single.sums[node].noise - noise) <= 1e-11 * noise)
      #expect(abs(single.sums[node].noise_fall - fall) <= 1e-11 * fall)
    }
  }

  @Test("The kernel's exponential is within two units in the last place")
  func exponentials() {
    let x = (0...200_000).map { -Double($0) / 5000 } + [-700, -1e-300, -0x1p-53, -0.34657359027997264]
    var result = [Double](repeating: 0, count: x.count)
    nq_exponentials(x.count, x, &result)
    for (x, value) in zip(x, result) { #expect(abs(value - exp(x)) <= 2 * exp(x).ulp) }
  }

  @Test("Every grid has a column at the knee, columns that at most double, and cells that are narrow enough")
  func geometry() {
    var random = TestRandom(8700)
    for steps in [1, 3, 40] {
      for limit in [1e-40, 0.3, 1e30] {
        let rates = random.array(steps) { limit * $0.logUniform(1e-9, 1) }
        let grid = ExponentGrid(
          rates: rates, limit: limit, .init(cells: 8, ratio: 0.69, rounded: 6, width: 0))
        let knee = 1.126 * limit
        #expect(grid.columns.contains { $0.rho == knee * knee })
        for (a, b) in zip(grid.columns.dropFirst(), grid.columns.dropFirst(2)) { #expect(b.rho <= 2 * a.rho) }
        for (a, b) in zip(grid.lines, grid.lines.dropFirst()) {
          #expect(b.sigma - a.sigma <= knee - limit)
          #expect(
            b.first < b.last && b.last < grid.columns.count && b.offset == a.offset + a.last - a.first + 1)
        }
        let final = grid.lines[grid.lines.count - 1]
        for (j, line) in grid.lines.enumerated() {
          #expect((j < grid.end) == (final.sigma - line.sigma >= limit))
        }
      }
    }
  }
}
