import Foundation
import TestSupport
import Testing

/// The time that a proof may take, as users give it.
@Suite struct CertifySecondsTests {
  private let problem = """
    {"curvature": {"kind": "powerLaw", "dimension": 12, "exponent": 1, "maximum": 1},
     "gradientNoise": {"kind": "proportionalToCurvature", "scale": 1}, "initialSecondMoment": 1}
    """

  private func compare(_ scratch: Scratch, _ options: [String]) throws -> ProgramRun {
    try scratch.compareHorizons(
      ["--problem", scratch.write(problem), "--horizon", "12", "--lookahead", "2", "--no-plots"] + options)
  }

  @Test(
    "A proof without time is no failure: the bound so far, and why it is no higher",
    arguments: ["1e-9", "30"])
  func time(seconds: String) throws {
    let scratch = try Scratch()
    let result = try compare(
      scratch, ["--no-momentum", "--certify", "1e-6", "--certify-seconds", seconds])
    #expect(result.status == 0)
    #expect(result.output.contains("Proven: every schedule ends at"))
    let data = Data(try scratch.read("comparison/comparison.json").utf8)
    let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let certificate = try #require(json["certificate"] as? [String: Any])
    let lower = try #require(certificate["lower"] as? Double)
    let upper = try #require(certificate["upper"] as? Double)
    let information = try #require((json["problem"] as? [String: Any])?["informationBound"] as? Double)
    #expect(lower <= upper && lower >= information * (1 - 1e-11))
    let termination = try #require(certificate["termination"] as? String)
    // No clock and no budget of work is that small: what stops first, is a matter of the machine.
    if seconds == "1e-9" {
      #expect(["limit", "stopped"].contains(termination))
    } else {
      #expect(["reached", "exhausted", "limit"].contains(termination))
    }
    #expect((json["options"] as? [String: Any])?["certifySeconds"] as? Double == Double(seconds))
  }

  @Test(
    "Times that are none are refused, and a time without a proof",
    arguments: [
      (
        ["--certify", "0.1", "--certify-seconds", "0"], "--certify-seconds is 0, expected a number of seconds"
      ),
      (["--certify", "0.1", "--certify-seconds", "-1"], "--certify-seconds is -1, expected"),
      (["--certify", "0.1", "--certify-seconds", "nan"], "--certify-seconds is nan, expected"),
      (["--certify", "0.1", "--certify-seconds", "soon"], "--certify-seconds is soon, expected"),
      (["--certify-seconds", "5"], "expected --certify with it"),
    ])
  func refused(options: [String], message: String) throws {
    let scratch = try Scratch()
    let result = try compare(scratch, options)
    #expect(result.status == 64)
    #expect(result.complaints.contains(message))
    #expect((try? scratch.names(in: "comparison"))?.isEmpty ?? true)
  }
}
