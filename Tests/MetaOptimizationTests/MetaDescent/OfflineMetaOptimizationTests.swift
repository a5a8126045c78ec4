import Foundation
@testable import MetaOptimization
import MetaOptimizationFiles
import NoisyQuadratic
import Testing

@Suite("Offline meta-optimization")
struct OfflineMetaOptimizationTests {
  private func problem(
    _ change: (inout OfflineMetaOptimization<Double>.Options) -> Void = { _ in }
  ) throws -> OfflineMetaOptimization<Double> {
    let shape = try ImageShape(channels: 1, height: 3, width: 3)
    var random = RandomProblem(21)
    let noise = try random.images(shape, count: 60, classes: 3)
    // Something to learn: the class is the brightest of three pixels.
    let labels = (0..<60).map { i in
      UInt8((0..<3).max { noise.pixels[9 * i + $0] < noise.pixels[9 * i + $1] } ?? 0)
    }
    let images = try LabeledImages(shape: shape, pixels: noise.pixels, labels: labels, classes: 3)
    let architecture = try NetworkArchitecture.perceptron(
      input: shape, hidden: [6], classes: 3, activation: .tanh)
    var options = OfflineMetaOptimization<Double>.Options()
    options.batchSize = 5
    options.warmStartSteps = 4
    options.timeScale = 6
    options.evaluationBatches = 8
    options.deviation = 0.5
    options.seed = 9
    change(&options)
    return try OfflineMetaOptimization(Trainer(try Network(architecture)), images, options: options)
  }

  @Test("The hypergradient is that of central differences in both logarithms")
  func hypergradient() throws {
    let problem = try problem()
    let decay = [0.2, 0.8]
    let result = try problem.hypergradient(decay, horizon: 12, metaStep: 3)
    let differences = try (0..<2).map { j in
      func loss(_ step: Double) throws -> Double {
        var changed = decay
        changed[j] *= Elementary.exp(step)
        return try problem.hypergradient(changed, horizon: 12, metaStep: 3).loss
      }
      return (try loss(1e-5) - loss(-1e-5)) / 2e-5
    }
    #expect(distance(result.derivatives, differences) < 1e-8)
    #expect(try problem.hypergradient(decay, horizon: 12, metaStep: 4) != result)
  }

  @Test("One run serves all horizons")
  func horizons() throws {
    let problem = try problem()
    let together = try problem.losses([0.1, 0.5], after: [1, 5, 20], run: 2)
    for (k, steps) in [1, 5, 20].enumerated() {
      #expect(try problem.losses([0.1, 0.5], after: [steps], run: 2) == [together[k]])
    }
    #expect(try problem.losses([0.1, 0.5], after: [20], run: 3) != [together[2]])
    let start = try problem.startLoss()
    #expect(together[2] < start)
  }

  @Test("Work that was written and read at every stop is the same, to the last bit")
  func resume() throws {
    let other = try problem()
    let network = try Network<Float>(other.trainer.network.architecture)
    var options = OfflineMetaOptimization<Float>.Options()
    options.batchSize = 5
    options.warmStartSteps = 4
    options.evaluationBatches = 8
    let problem = try OfflineMetaOptimization(Trainer(network), other.images, options: options)
    let (rates, exponents) = (0.001...0.5, 0.01...200.0)
    // Longer than what is done at a time, and one that diverges.
    let pieces: [OfflineWork] = [
      .samples(.init(numbers: 1..<4, horizons: [3, 250, 701], rates: rates, exponents: exponents)),
      .samples(.init(numbers: 0..<2, horizons: [9, 12], rates: 1e37...1e38, exponents: exponents)),
      .descent(try problem.descent(from: [0.1, 2], horizon: 7), metaSteps: 3),
      .curve(.init(decay: [0.05, 0.5], steps: [1, 10, 410, 600], run: -1)),
    ]
    for piece in pieces {
      var (whole, work, shares, stops) = (piece, piece, [Double](), 0)
      while !whole.isFinished { try whole.advance(problem) }
      while !work.isFinished {
        try work.advance(problem)
        work = try PropertyListDecoder().decode(
          OfflineWork.self, from: try PropertyListEncoder().encode(work))
        shares.append(work.share)
        stops += 1
      }
      #expect(shares == shares.sorted() && abs((shares.last ?? 0) - 1) < 1e-12 && stops > 1)
      switch (whole, work) {
      case (.samples(let a), .samples(let b)):
        #expect(a.places == b.places && a.losses == b.losses && a.losses.count == a.numbers.count)
        for (number, losses) in zip(a.numbers, a.losses) {
          let place = problem.sample(number, rates: a.rates, exponents: a.exponents)
          #expect(try losses == problem.losses(place, after: a.horizons, run: number))
        }
      case (.descent(let a, _), .descent(let b, _)): #expect(a == b && a.losses.count == 3)
      case (.curve(let a), .curve(let b)):
        #expect(a.losses == b.losses)
        #expect(try a.losses == problem.losses(a.decay, after: a.steps, run: -1))
      default: Issue.record("another kind of work came back")
      }
    }
    #expect(throws: NoisyQuadraticError.self) { try problem.losses([0.1, 1], after: [5, 2], run: 0) }
  }

  @Test("A descent goes down, stays in its ranges and ends where training diverges")
  func descent() throws {
    let problem = try problem { $0.metaRate = 0.1 }
    var descent = try problem.descent(from: [0.002, 3], horizon: 15)
    for _ in 0..<25 { try problem.step(&descent) }
    #expect(descent.path.count == 26 && descent.losses.count == 25 && !descent.hasDiverged)
    // Every loss is another run's, on other batches: means of five.
    let (early, late): (Double, Double) = (
      descent.losses.prefix(5).reduce(0, +), descent.losses.suffix(5).reduce(0, +)
    )
    #expect(late < 0.95 * early)
    #expect(descent.decay[0] > 0.004)
    // α/(1 − μ) at most 10.
    #expect(try problem.descent(from: [50, 2000], horizon: 5).decay == [10 * (1 - 0.9), 1000])
    let wild = try self.problem { $0.effectiveRates = 1e-4...1e308 }
    var diverging = try wild.descent(from: [1e307, 1], horizon: 20)
    try wild.step(&diverging)
    let ended = diverging
    try wild.step(&diverging)
    #expect(diverging.hasDiverged && diverging == ended && diverging.path.count == 1)
  }

  @Test("Training that diverges has an infinite loss from there on")
  func divergence() throws {
    #expect(try problem().losses([1e308, 0.01], after: [1, 30], run: 0).last == .infinity)
  }

  @Test("Samples are uniform in the logarithms and do not depend on each other")
  func samples() throws {
    let problem = try problem()
    let places = (0..<400).map { problem.sample($0, rates: 0.001...0.1, exponents: 0.01...100) }
    #expect(places.allSatisfy { (0.001...0.1).contains($0[0]) && (0.01...100).contains($0[1]) })
    for (j, middle) in [0.01, 1].enumerated() {
      // Binomial: standard deviation 10.
      #expect(abs(places.filter { $0[j] < middle }.count - 200) < 50)
    }
    #expect(Set(places.map { $0[0] }).count == 400)
  }

  @Test("Options outside their domains are refused by name")
  func refusals() throws {
    let wrong: [(String, (inout OfflineMetaOptimization<Double>.Options) -> Void)] = [
      ("batchSize is 61", { $0.batchSize = 61 }), ("batchSize is 0", { $0.batchSize = 0 }),
      ("momentum is 1.0", { $0.momentum = 1 }), ("timeScale is nan", { $0.timeScale = .nan }),
      ("metaRate is -1.0", { $0.metaRate = -1 }), ("warmStartSteps is -1", { $0.warmStartSteps = -1 }),
      ("evaluationBatches is 0", { $0.evaluationBatches = 0 }),
      ("exponents is 0.0", { $0.exponents = 0...1 }),
    ]
    for (text, change) in wrong {
      do {
        _ = try problem(change)
        Issue.record("accepted: \(text)")
      } catch let error as NoisyQuadraticError {
        #expect(error.description.hasPrefix(text), "\(error.description)")
      }
    }
    #expect(throws: NoisyQuadraticError.self) { _ = try problem().descent(from: [.nan, 1], horizon: 3) }
    #expect(throws: NoisyQuadraticError.self) { _ = try problem().descent(from: [0.1, 1], horizon: 0) }
  }
}
