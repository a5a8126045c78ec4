import Foundation
@testable import MetaOptimization
import MetaOptimizationFiles
import NoisyQuadratic
import Testing

@Suite("Online meta-optimization")
struct OnlineMetaOptimizationTests {
  private let shape = ImageShape(validChannels: 1, height: 4, width: 4)

  private func problem(
    _ change: (inout OnlineMetaOptimization<Float>.Options) -> Void = { _ in }
  ) throws -> OnlineMetaOptimization<Float> {
    var random = RandomProblem(41)
    let images = try random.images(shape, count: 80, classes: 3)
    let architecture = try NetworkArchitecture.perceptron(input: shape, hidden: [6], classes: 3)
    var options = OnlineMetaOptimization<Float>.Options()
    options.steps = 40
    options.adaptationSteps = 20
    options.interval = 4
    options.metaSteps = 3
    options.batchSize = 5
    options.evaluationInterval = 8
    options.evaluationBatches = 10
    options.seed = 2
    change(&options)
    return try OnlineMetaOptimization(Trainer(try Network(architecture)), images, options: options)
  }

  private func finished(_ problem: OnlineMetaOptimization<Float>) throws -> OnlineRun<Float> {
    var run = problem.start()
    while !problem.isFinished(run) { try problem.advance(&run) }
    return run
  }

  @Test("A baseline keeps its rate and then lets it decay to the end")
  func baseline() throws {
    let run = try finished(try problem { $0.isAdaptive = false })
    #expect(run.points.map(\.step) == [0, 8, 16, 24, 32, 40])
    #expect(run.metaSteps == 0)
    for point in run.points {
      #expect(abs(point.momentum - 0.9) < 1e-15)
      let share = max(Double(point.step - 20) / 20, 0)
      #expect(abs(point.effectiveRate / Elementary.exp(share * Elementary.log(1e-4)) - 1) < 1e-13)
    }
  }

  @Test("Meta-steps follow the hypergradient of the look-ahead, by Adam", arguments: [false, true])
  func metaStep(isDeterministic: Bool) throws {
    // Adam's first step is η in the logarithm, whatever the size of the slope.
    let problem = try problem {
      $0.isDeterministic = isDeterministic
      $0.learningRate = 1e-3
      $0.steps = 1
      $0.evaluationInterval = 1
      $0.metaSteps = 1
      $0.metaRate = 0.25
    }
    let run = try finished(problem)
    #expect(run.metaSteps == 1 && run.divergedLookaheads == 0)
    let change = Elementary.log(run.points[1].effectiveRate / run.points[0].effectiveRate)
    #expect(abs(abs(change) - 0.25) < 1e-4)
    // The slope's sign by hand: the same batches, a little to both sides.
    var fresh = try BatchSequence(problem.images, batchSize: 5, seed: RandomStream.meta.seed(2))
    let drawn = (0..<10).map { fresh.batch(isDeterministic ? 0 : $0) }
    func loss(_ logarithm: Double) throws -> Double {
      let path = try HyperparameterPath(
        logEffectiveRate: logarithm, logMomentumGap: Elementary.log(0.1), steps: 5)
      var state = problem.start().state
      return problem.trainer.forwardHypergradient(
        path, from: &state, batches: { drawn[$0] }, objective: Array(drawn[5...])
      ).loss
    }
    let start = Elementary.log(0.01)
    #expect((try loss(start + 0.5) < loss(start - 0.5)) == (change > 0))
  }

  @Test(
    "A run that was written and read at every stop is the same, to the last bit",
    arguments: [BaseOptimizer.heavyBall(.outside), .adam()])
  func resume(optimizer: BaseOptimizer) throws {
    let other = try problem()
    let problem = try OnlineMetaOptimization(
      Trainer(other.trainer.network, optimizer: optimizer), other.images, options: other.options)
    let whole = try finished(problem)
    var work = OnlineWork("smd", problem)
    var shares: [Double] = []
    while !work.isFinished {
      try work.advance(problem)
      let data = try PropertyListEncoder().encode(work)
      work = try PropertyListDecoder().decode(OnlineWork.self, from: data)
      shares.append(work.share)
    }
    #expect(work.run == whole)
    #expect(whole.metaSteps == 15 && whole.points.count == 6)
    #expect(shares == shares.sorted() && abs((shares.last ?? 0) - 1) < 1e-12)
  }

  @Test("Of plain SGD the rate alone is adapted; momentum there, and other images, are refused")
  func trainers() throws {
    let problem = try problem()
    let plain = Trainer(problem.trainer.network, optimizer: .sgd)
    var options = problem.options
    #expect(throws: NoisyQuadraticError.self) {
      try OnlineMetaOptimization(plain, problem.images, options: options)
    }
    options.momentum = 0
    let run = try finished(try OnlineMetaOptimization(plain, problem.images, options: options))
    #expect(run.points.allSatisfy { $0.momentum == 0 } && run.points[1].effectiveRate != 0.1)
    var random = RandomProblem(42)
    for (width, classes) in [(2, 3), (4, 4)] {
      let others = try random.images(
        try ImageShape(channels: 1, height: 4, width: width), count: 80, classes: classes)
      #expect(throws: NoisyQuadraticError.self) {
        try OnlineMetaOptimization(problem.trainer, others, options: problem.options)
      }
    }
  }

  @Test("Adaptation does not depend on the batches' history, but on the seed")
  func seeds() throws {
    let (a, b) = (try finished(try problem()), try finished(try problem { $0.seed = 3 }))
    #expect(a == (try finished(try problem())))
    #expect(a.points.map(\.loss) != b.points.map(\.loss))
  }

  @Test("Training that diverges is a result")
  func divergence() throws {
    let run = try finished(
      try problem {
        $0.isAdaptive = false
        $0.learningRate = 1e37
        $0.effectiveRates = 1e-4...1e38
      })
    #expect(run.divergence != nil && run.points.count >= 1)
    #expect(run.points.allSatisfy { $0.loss.isFinite })
  }

  @Test("A look-ahead that overflows lowers the rate, and is counted")
  func divergedLookahead() throws {
    let run = try finished(
      try problem {
        $0.learningRate = 1e37
        $0.effectiveRates = 1e-4...1e38
      })
    #expect(run.divergedLookaheads > 0)
    #expect(run.effectiveRate < 0.99e38)
  }

  @Test("Options outside their domains are refused by name")
  func refusals() throws {
    let wrong: [(String, (inout OnlineMetaOptimization<Float>.Options) -> Void)] = [
      ("steps is 0", { $0.steps = 0 }), ("lookahead is 0", { $0.lookahead = 0 }),
      ("momentum is -0.1", { $0.momentum = -0.1 }), ("momentumGaps is 2.0", { $0.momentumGaps = 0.1...2 }),
      ("learningRate is inf", { $0.learningRate = .infinity }), ("interval is 0", { $0.interval = 0 }),
      ("batchSize is 81", { $0.batchSize = 81 }),
      ("learningRate/(1 - momentum) is 20.0", { ($0.learningRate, $0.momentum) = (10, 0.5) }),
      ("1 - momentum is 0.5", { ($0.momentum, $0.momentumGaps) = (0.5, 0.1...0.2) }),
    ]
    for (text, change) in wrong {
      do {
        _ = try problem(change)
        Issue.record("accepted: \(text)")
      } catch let error as NoisyQuadraticError {
        #expect(error.description.hasPrefix(text), "\(error.description)")
      }
    }
  }
}
