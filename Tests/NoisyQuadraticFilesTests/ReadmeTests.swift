import Foundation
import NoisyQuadratic
import Testing

/// The README's example compiles and prints what the README says.
@Suite struct ReadmeTests {
  private let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test func theExampleIsTheOneInTheReadme() throws {
    var printed: [Double] = []
    func print(_ numbers: Double...) { printed = numbers }

    // README
    let model = try NoisyQuadraticModel(
      spectrum: .powerLaw(dimension: 1000, exponent: 1, maximum: 1), noiseScale: 1, initialSecondMoment: 1)
    let limits = HyperparameterLimits(learningRate: .oneOverMaximumCurvature)
    let greedy = try GreedySolver(limits: limits).solve(model, horizon: 250)
    let best = try FullHorizonSolver(limits: limits).solve(model, horizon: 250)
    let mine = try Schedule.cosine(initialValue: 0.8, steps: 250)
    print(greedy.finalLoss, model.expectedLoss(under: mine).final, best.finalLoss, best.informationBound)
    // end

    let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let start = try #require(source.range(of: "    // README\n"))
    let end = try #require(source.range(of: "    // end\n"))
    let code = source[start.upperBound..<end.lowerBound]
      .split(separator: "\n").map { $0.dropFirst(4) }.joined(separator: "\n")
    #expect(readme.contains("```swift\nimport NoisyQuadratic\n\n\(code)\n```"))
    let rounded = printed.map { "\(($0 * 1000).rounded() / 1000)" }
    #expect(
      readme.contains("prints \(rounded[0]), \(rounded[1]), \(rounded[2]) and \(rounded[3])"), "\(rounded)")
  }
}
