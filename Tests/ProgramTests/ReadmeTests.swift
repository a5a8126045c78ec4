import Foundation
import NoisyQuadratic
import NoisyQuadraticFiles
import Testing

/// The README's example compiles and prints what the README says.
@Suite struct ReadmeTests {
  private let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test(.long) func theExampleIsTheOneInTheReadme() throws {
    var printed: [[Double]] = []
    func print(_ numbers: Double...) { printed.append(numbers) }

    // README
    // Curvature, gradient noise and E θ² at the start, direction by direction.
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.3, 0.1, 0.03, 0.01], gradientNoise: [1, 0.3, 0.1, 0.03, 0.01],
      initialSecondMoment: [1, 1, 1, 1, 1])
    let limits = HyperparameterLimits(learningRate: .value(1))

    // One step ahead against the whole run.
    let greedy = try GreedySolver(limits: limits).solve(model, horizon: 100)
    let best = try FullHorizonSolver(limits: limits).solve(model, horizon: 100)
    print(greedy.finalLoss, best.finalLoss)

    // A schedule of your own.
    let mine = try Schedule(learningRates: (0..<100).map { 0.5 * (1 - Double($0) / 100) })
    print(model.expectedLoss(under: mine).final)

    // Another objective: the mean of the losses after steps 51 to 100. The first weight is that of the start.
    let weights = (0...100).map { $0 > 50 ? 0.02 : 0 }
    let early = try FullHorizonSolver(limits: limits, objective: .weightedLoss(weights))
      .solve(model, horizon: 100)
    print(try model.value(of: .weightedLoss(weights), under: early.schedule), early.finalLoss)

    // Proof: no schedule of 100 rates up to 1 ends below the first number.
    let certificate = try CertifiedSolver(limits: limits, gap: 1e-3).certify(model, horizon: 100)
    print(certificate.lowerBound, certificate.upperBound)
    // end

    let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let start = try #require(source.range(of: "    // README\n"))
    let end = try #require(source.range(of: "    // end\n"))
    let code = source[start.upperBound..<end.lowerBound]
      .split(separator: "\n", omittingEmptySubsequences: false).map { $0.dropFirst(4) }.joined(
        separator: "\n")
    #expect(readme.contains("```swift\nimport NoisyQuadratic\n\n\(code)```"))
    let rounded = printed.map { line in line.map { $0.fixed(4) }.joined(separator: " ") }
    #expect(readme.contains("prints\n\n```\n\(rounded.joined(separator: "\n"))\n```"), "\(rounded)")
  }
}
