import NoisyQuadratic
import ProgramSupport
import TestSupport
import Testing

/// What becomes of errors that are nobody's wrong usage.
@Suite struct FailureTests {
  @Test("LAPACK failing is an internal error, everything else of the library is wrong usage")
  func statuses() {
    let lapack = NoisyQuadraticError.lapack(routine: "dsyevd", info: 3)
    let horizon = NoisyQuadraticError.invalidCount(field: "horizon", value: 0, expected: "at least 1")
    #expect(Failure(lapack).status == .internal)
    #expect(Failure(lapack, in: "a.csv").status == .internal)
    #expect(Failure(horizon).status == .usage)
    #expect(Failure(horizon, in: "a.csv").message == "a.csv: horizon is 0, expected at least 1")
    #expect(throws: Failure.self) {
      try Program.solving { () throws(NoisyQuadraticError) in throw lapack }
    }
  }

  @Test("A plot that cannot be computed is named, and all results are written")
  func plotLeftOut() throws {
    let scratch = try Scratch()
    // The limit of the first step underflows.
    let file = try scratch.write(
      #"{"curvature": [1, 1e-30], "gradientNoise": [1, 1e300], "initialSecondMoment": [1, 1]}"#)
    let result = try scratch.run(
      "compare-horizons",
      ["--problem", file, "--horizon", "3", "--lookahead", "2", "--learning-rate-limit", "paper"])
    #expect(result.status == 0)
    #expect(result.errors.contains("warning: the plot fixed-rates is left out: maximumRate is 0.0, expected"))
    #expect(result.isOneComplaint)
    #expect(try scratch.names(in: "comparison").contains("comparison.json"))
  }
}
