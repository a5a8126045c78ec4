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
      ("rank-schedules", ["--horizon", "4", "--families", "constant", "--no-transfer"]),
      ("sweep", ["--horizons", "3", "--lookaheads", "2"]),
      ("meta-surface", ["--horizons", "3", "--grid", "4", "--meta-steps", "3", "--time-scale", "5"]),
    ])
  func runs(_ program: String, _ options: [String]) throws {
    let scratch = try Scratch()
    let file = try scratch.write(problem)
    let option = program == "sweep" ? "--problems" : "--problem"
    let result = try scratch.run(program, [option, file, "--no-plots"] + options)
    #expect(result.status == 0 && result.complaints.isEmpty, "\(result.errors)")
    guard program == "compare-horizons" else { return }
    let text = try scratch.read("comparison/comparison.json")
    #expect(text.contains(#""gradientNoise": {"kind": "leastSquares", "residualVariance": 0.5}"#))
    #expect(text.contains(#""irreducibleLoss": 0.25"#))
    let best = try FullHorizonSolver(limits: HyperparameterLimits(momentum: 0))
      .solve(NamedProblem(contentsOf: file).model, horizon: 8)
    #expect(text.contains("\(best.finalLoss)"))
  }

  @Test(
    "X1: what knows additive noise only names the file or the pair, and what works instead, and writes nothing",
    arguments: [
      (
        "schedule-gap",
        [
          "--family", "cosine:initialValue=0.5,momentum=0.5", "--horizon", "4",
          "--momentum-convention", "pytorch",
        ], "problem.json", "the gap in the momentum convention pytorch", ", or the convention velocity"
      ),
      (
        "schedule-gap", ["--schedule", "pytorch.csv"], "problem.json with pytorch.csv",
        "the gap in the momentum convention pytorch", ", or the convention velocity"
      ),
      (
        "schedule-gap", ["--schedule", "ramp.csv"], "problem.json with ramp.csv",
        "the best rates at given batch sizes", ", or a schedule without batchSize"
      ),
      (
        "compare-horizons", ["--horizon", "4", "--growth-limit", "2"], "problem.json", "--growth-limit",
        ", or no --growth-limit"
      ),
      ("batch-size-scaling", [], "problem.json", "the search for the steps to a target", ""),
    ])
  func refuses(
    _ program: String, _ options: [String], _ files: String, _ work: String, _ alternative: String
  ) throws {
    let scratch = try Scratch()
    _ = try scratch.write(problem)
    _ = try scratch.write("step,learningRate,batchSize\n0,0.5,1\n1,0.4,2\n", to: "ramp.csv")
    _ = try scratch.write(
      "step,learningRate,momentum,momentumConvention\n0,0.5,0.5,pytorch\n", to: "pytorch.csv")
    let names = try scratch.names()
    let result = try scratch.run(program, ["--problem", "problem.json", "--no-plots"] + options)
    result.expectRefusal(
      status: 65,
      "\(program): \(files): gradientNoise is leastSquares, which is state-dependent, expected additive noise "
        + "for \(work), such as proportionalToCurvature with the residualVariance as its scale\(alternative)\n"
    )
    #expect(try scratch.names() == names)
  }
}
