import Foundation
import NoisyQuadratic
import NoisyQuadraticFiles
import TestSupport
import Testing

/// Programs on a problem whose noise grows with the error (X1): they compute with it, or refuse it in one line.
@Suite struct LeastSquaresProgramTests {
  private let problem = """
    {"name": "regression", "curvature": [1, 0.2], "initialSecondMoment": 1, "batchSize": 2,
     "gradientNoise": {"kind": "leastSquares", "residualVariance": 0.5}}
    """

  @Test(
    "X1: programs run on least squares",
    arguments: [
      (
        "compare-horizons",
        ["--horizon", "8", "--lookahead", "3", "--held", "--momentum-limit", "0", "--certify", "0.5"]
      ),
      ("schedule-gap", ["--family", "cosine:initialValue=0.5", "--horizon", "8"]),
      ("meta-surface", ["--horizons", "3", "--grid", "4", "--meta-steps", "3", "--time-scale", "5"]),
    ])
  func runs(_ program: String, _ options: [String]) throws {
    let scratch = try Scratch()
    let file = try scratch.write(problem)
    let result = try scratch.run(program, ["--problem", file, "--no-plots"] + options)
    #expect(result.status == 0 && result.complaints.isEmpty, "\(result.errors)")
    guard program == "compare-horizons" else { return }
    let text = try scratch.read("comparison/comparison.json")
    #expect(text.contains(#""gradientNoise": {"kind": "leastSquares", "residualVariance": 0.5}"#))
    #expect(text.contains(#""irreducibleLoss": 0.25"#))
    let best = try FullHorizonSolver(limits: HyperparameterLimits(momentum: 0))
      .solve(NamedProblem(contentsOf: file).model, horizon: 8)
    #expect(text.contains("\(best.finalLoss)"))
  }

  @Test("X1: what knows additive noise only refuses, and writes nothing")
  func refuses() throws {
    let scratch = try Scratch()
    let file = try scratch.write(problem)
    for (program, options) in [
      (
        "schedule-gap",
        [
          "--family", "cosine:initialValue=0.5,momentum=0.5", "--horizon", "4",
          "--momentum-convention", "pytorch",
        ]
      )
    ] {
      let result = try scratch.run(program, ["--problem", file, "--no-plots"] + options)
      #expect(result.status == 64 && result.isOneComplaint)
      #expect(result.errors.contains("gradientNoise is leastSquares"))
      #expect(try scratch.names(in: ".") == ["problem.json"])
    }
  }
}
