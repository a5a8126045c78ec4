import NoisyQuadratic
import Testing

@Suite("Certificates within a budget")
struct CertificateBudgetTests {
  private static let limits = HyperparameterLimits(learningRate: .value(1))

  private static func powerLaw(_ dimension: Int) throws -> NoisyQuadraticModel {
    try NoisyQuadraticModel(
      spectrum: .powerLaw(dimension: dimension, exponent: 1, maximum: 1), noiseScale: 1,
      initialSecondMoment: 1)
  }

  private static func certify(
    _ model: NoisyQuadraticModel, horizon: Int, gap: Double = 1e-3, work: Double? = nil,
    maximumCurvatures: Int = 4, known: Solution? = nil,
    shouldContinue: @escaping (CertificateProgress) -> Bool = { _ in true }
  ) throws -> OptimalityCertificate {
    var solver = CertifiedSolver(limits: limits, gap: gap)
    if let work { solver.options.maximumWork = work }
    solver.options.maximumCurvatures = maximumCurvatures
    solver.options.findsPolicy = false
    return try solver.certify(model, horizon: horizon, known: known, shouldContinue: shouldContinue)
  }

  @Test("The paper's problem without momentum is certified to a tenth of a per cent")
  func paper() throws {
    var solver = CertifiedSolver(limits: HyperparameterLimits(learningRate: .firstStepGrowth))
    solver.options.findsPolicy = false
    let certificate = try solver.certify(ReferenceProblem.wu2018.model(), horizon: 250)
    #expect(certificate.method == .sharedExponents)
    #expect(certificate.termination == .reached)
    // A tenth of the work that ten seconds allow.
    #expect(certificate.statistics.work <= 1e8)
  }

  @Test("A larger budget never lowers the bound, and every one is the same again", .long)
  func budgets() throws {
    let model = try Self.powerLaw(12)
    var last = 0.0
    var terminations: [CertificateTermination] = []
    for work in LongTest.cases([0, 1e3, 1e5, 1e6, 1e9], otherwise: [0, 1e5, 1e9]) {
      let certificate = try Self.certify(model, horizon: 20, work: work)
      let again = try Self.certify(model, horizon: 20, work: work)
      #expect(certificate.lowerBound == again.lowerBound)
      #expect(certificate.statistics == again.statistics)
      #expect(certificate.lowerBound <= certificate.upperBound)
      #expect(certificate.lowerBound >= last * (1 - 1e-12))
      #expect(try certificate.lowerBound >= model.informationBound(steps: 20) * (1 - 1e-11))
      // The last trial of every group is finished.
      #expect(certificate.statistics.work <= 1.2 * work + 1e5)
      terminations.append(certificate.termination)
      last = certificate.lowerBound
    }
    #expect(terminations.first == .limit)
    #expect(terminations.last == .exhausted)
  }

  @Test("Whoever stops the proof has the best bound so far", .long)
  func stopped() throws {
    let model = try Self.powerLaw(14)
    var all = 0
    let whole = try Self.certify(model, horizon: 30) { _ in
      all += 1
      return true
    }
    // From four questions on the cases below are different ones.
    #expect(all >= 4)
    for calls in [0, 1, all / 2, all - 1] {
      var (count, last) = (0, 0.0)
      let certificate = try Self.certify(model, horizon: 30) { progress in
        #expect(progress.lowerBound >= last && progress.lowerBound <= progress.upperBound)
        last = progress.lowerBound
        count += 1
        return count <= calls
      }
      #expect(certificate.termination == .stopped)
      #expect(count == calls + 1)
      #expect(certificate.lowerBound >= last)
      #expect(try certificate.lowerBound >= model.informationBound(steps: 30) * (1 - 1e-11))
      #expect(certificate.lowerBound <= whole.lowerBound)
    }
  }

  @Test("A gap that a cheap bound closes costs no dynamic programming")
  func cheap() throws {
    let certificate = try Self.certify(Self.powerLaw(100), horizon: 100, gap: 0.2)
    #expect(certificate.termination == .reached)
    #expect(certificate.method == .intrinsicTime)
    #expect(certificate.statistics.rounds == 0)
  }

  @Test("A known solution is not sought again")
  func known() throws {
    let model = try Self.powerLaw(5)
    let solution = try FullHorizonSolver(limits: Self.limits).solve(model, horizon: 12)
    let certificate = try Self.certify(model, horizon: 12, maximumCurvatures: 5, known: solution)
    let anew = try Self.certify(model, horizon: 12, maximumCurvatures: 5)
    #expect(certificate.solution == solution)
    #expect(certificate.lowerBound == anew.lowerBound && certificate.upperBound == anew.upperBound)
    // A worse one stands until the proof comes upon a better schedule.
    let greedy = try GreedySolver(limits: Self.limits).solve(model, horizon: 12)
    let better = try Self.certify(model, horizon: 12, maximumCurvatures: 5, known: greedy)
    #expect(better.isReached)
    #expect(relativeError(better.solution.finalLoss, solution.finalLoss) <= 1e-10)
  }

  @Test("Known solutions of other runs are refused")
  func refused() throws {
    let model = try Self.powerLaw(3)
    let known = try GreedySolver(limits: Self.limits).solve(model, horizon: 4)
    BadInput("length", .lengthMismatch(field: "known", expected: 5, actual: 4)) {
      _ = try Self.certify(model, horizon: 5, known: known)
    }.check()
    BadInput(
      "rate",
      .invalidValue(
        field: "known.learningRateLimit", value: 1, expected: "the limit of the certificate")
    ) { _ = try CertifiedSolver().certify(model, horizon: 4, known: known) }.check()
    BadInput(
      "momentum",
      .invalidValue(field: "known.momentumLimit", value: 0, expected: "the limit of the certificate")
    ) {
      var solver = CertifiedSolver(limits: Self.limits)
      solver.limits.momentum = 0.9
      _ = try solver.certify(model, horizon: 4, known: known)
    }.check()
    BadInput("work", .invalidValue(field: "maximumWork", value: -1, expected: "at least 0")) {
      _ = try Self.certify(model, horizon: 4, work: -1)
    }.check()
  }

  @Test("Q4: of very many directions a few stand for all, and the bound holds")
  func compressed() throws {
    let model = try Self.powerLaw(5000)
    let certificate = try Self.certify(model, horizon: 50, gap: 0.01, work: 3e6)
    let bound = try model.intrinsicTimeBound(steps: 50, learningRateLimit: .value(1))
    #expect(certificate.method == .intrinsicTime)
    #expect(certificate.lowerBound <= bound * (1 + 1e-9))
    // Compressed to 1e-6 of the information bound, with levels of loss that differ as little.
    #expect(certificate.lowerBound >= bound * (1 - 1e-4))
  }
}
