import NoisyQuadratic
import Testing

@testable import TrainingCurves

@Suite struct MonotoneMeansTests {
  @Test("T5: the best of all partitions into blocks", arguments: 1...8)
  func bruteForce(count: Int) {
    var generator = Xoshiro256StarStar(seed: UInt64(count))
    for _ in 0..<8 {
      let values = (0..<count).map { _ in 2 * generator.uniform() - 1 }
      let weights = (0..<count).map { _ in 0.1 + generator.uniform() }
      func cost(_ x: [Double]) -> Double {
        x.indices.reduce(0) { $0 + weights[$1] * (x[$1] - values[$1]) * (x[$1] - values[$1]) }
      }
      var best = Double.infinity
      var answer: [Double] = []
      for cuts in 0..<1 << (count - 1) {
        var (x, start) = ([Double](), 0)
        for i in 0..<count where i == count - 1 || cuts >> i & 1 == 1 {
          let weight = weights[start...i].reduce(0, +)
          let sum = (start...i).reduce(0) { $0 + weights[$1] * values[$1] }
          x += Array(repeating: sum / weight, count: i - start + 1)
          start = i + 1
        }
        if zip(x, x.dropFirst()).allSatisfy({ $0 <= $1 }), cost(x) < best { (best, answer) = (cost(x), x) }
      }
      let found = MonotoneMeans.nonDecreasing(values, weights: weights)
      #expect(largestScaledError(found, answer) <= 1e-14)
    }
  }

  @Test("T5: what is monotone stays, and what falls becomes its mean")
  func limits() {
    #expect(MonotoneMeans.nonDecreasing([1, 1, 2, 5], weights: [1, 2, 3, 4]) == [1, 1, 2, 5])
    #expect(MonotoneMeans.nonDecreasing([6, 3, 0], weights: [1, 1, 2]) == [2.25, 2.25, 2.25])
    #expect(MonotoneMeans.nonDecreasing([], weights: []) == [])
  }
}
