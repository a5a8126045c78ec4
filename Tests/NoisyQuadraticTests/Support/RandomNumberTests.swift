import NoisyQuadratic
import Testing

@Suite("Random numbers")
struct RandomNumberTests {
  private struct Vectors: Decodable {
    let splitMix64Seed42, xoshiroState1234, xoshiroSeed42: [String]
    let normalsSeed42: [Double]
  }

  private func vectors() throws -> Vectors { try Fixture.load(Vectors.self, "random-numbers") }

  private func numbers(_ text: [String]) throws -> [UInt64] { try text.map { try #require(UInt64($0)) } }

  @Test("xoshiro256** from a given state, the authors' code")
  func xoshiro() throws {
    var generator = Xoshiro256StarStar(state: (1, 2, 3, 4))
    for expected in try numbers(vectors().xoshiroState1234) {
      #expect(generator.next() == expected)
    }
  }

  @Test("A seed spreads by SplitMix64")
  func seed() throws {
    let state = try numbers(vectors().splitMix64Seed42)
    #expect(
      Xoshiro256StarStar(seed: 42) == Xoshiro256StarStar(state: (state[0], state[1], state[2], state[3])))
    var generator = Xoshiro256StarStar(seed: 42)
    for expected in try numbers(vectors().xoshiroSeed42) {
      #expect(generator.next() == expected)
    }
    #expect(Xoshiro256StarStar(seed: 0) != Xoshiro256StarStar(seed: 1))
  }

  @Test("Normal numbers by the polar method, rejected pairs included")
  func normals() throws {
    var generator = Xoshiro256StarStar(seed: 42)
    var sampler = NormalSampler()
    for expected in try vectors().normalsSeed42 {
      // C libraries may differ by an ulp in the logarithm.
      #expect(relativeError(sampler.next(using: &generator), expected) <= 2 * .ulpOfOne)
    }
  }

  @Test("Normal numbers have the moments of a normal distribution")
  func moments() {
    var generator = Xoshiro256StarStar(seed: 7)
    var sampler = NormalSampler()
    let count = 100_000
    var sums = [0.0, 0, 0, 0]
    for _ in 0..<count {
      let x = sampler.next(using: &generator)
      let square = x * x
      sums[0] += x
      sums[1] += square
      sums[2] += square * x
      sums[3] += square * square
    }
    let n = Double(count)
    // Five standard errors; E x⁶ = 15, E x⁸ = 105.
    #expect(abs(sums[0] / n) <= 5 / n.squareRoot())
    #expect(abs(sums[1] / n - 1) <= 5 * (2 / n).squareRoot())
    #expect(abs(sums[2] / n) <= 5 * (15 / n).squareRoot())
    #expect(abs(sums[3] / n - 3) <= 5 * (96 / n).squareRoot())
  }
}
