import NoisyQuadratic
import Testing

@testable import NoisyQuadraticFiles

/// Problem files made to do harm: each is refused by one short line, or read.
@Suite struct HostileProblemTests {
  private static let good = """
    {"name": "a\\u00e9\\ud83d\\ude00", "curvature": [4, 1e-1, 0], "multiplicity": [1, 2.5, 3],
     "gradientNoise": {"kind": "proportionalToCurvature", "scale": 0.5}, "initialSecondMoment": 1}
    """

  private func problem(_ text: String) throws -> NamedProblem {
    try NamedProblem(Array(text.utf8), path: "mine")
  }

  @Test func cutAnywhere() throws {
    let bytes = Array(Self.good.utf8)
    #expect(try NamedProblem(bytes, path: "mine").model.dimension == 3)
    for length in bytes.indices {
      #expect {
        try NamedProblem(Array(bytes.prefix(length)), path: "mine")
      } throws: { error in
        guard case FileError.notJSON = error else { return false }
        return !"\(error)".contains("\n")
      }
    }
  }

  @Test(
    "Sizes, numbers, nesting and strings",
    arguments: [
      (#"{"curvature": {"kind": "powerLaw", "dimension": 1e308, "exponent": 1, "maximum": 1}"#, "1e+308"),
      (#"{"curvature": {"kind": "powerLaw", "dimension": -1, "exponent": 1, "maximum": 1}"#, "is -1"),
      (#"{"curvature": {"kind": "geometric", "dimension": 9e18, "minimum": 1, "maximum": 1}"#, "of memory"),
      (#"{"curvature": {"kind": "chebyshev", "dimension": 0.5, "minimum": 1, "maximum": 1}"#, "is 0.5"),
      (#"{"curvature": [1.7e308, 1.7e308, 1.7e308]"#, "initialLoss is"),
      (#"{"curvature": [1e99999999999999999999]"#, "the number 1e99999999999999999999 is beyond"),
      (#"{"curvature": [1e-99999999999999999999]"#, "not all zero"),
      (#"{"name": "\ud800", "curvature": [1]"#, "half a surrogate pair"),
      (#"{"name": "\udc00\ud800", "curvature": [1]"#, "half a surrogate pair"),
      (#"{"name": "\ud800\u0041", "curvature": [1]"#, "half a surrogate pair"),
      (#"{"curvature": "# + String(repeating: "[", count: 100_000), "nested more than 64 levels deep"),
      (#"{"curvature": "# + String(repeating: "{\"a\":", count: 100_000), "nested more than 64 levels deep"),
      (#"{"curvature": "\u2028\u2029""#, "curvature is \"  \", expected an array"),
      ("<html><body>404</body></html>", "it is a web page (HTML), as a failed download leaves"),
      ("\u{FEFF}  <!doctype HTML>", "expected a problem file"),
    ])
  func values(_ start: String, _ expected: String) {
    #expect {
      try problem(start + #", "gradientNoise": 1, "initialSecondMoment": 1}"#)
    } throws: { error in
      "\(error)".contains(expected) && !"\(error)".contains("\n") && "\(error)".count < 300
    }
  }

  @Test("Values and keys as long as the file are cut in messages, and the length is said")
  func longValues() {
    let name = String(repeating: "x", count: 10_000)
    let rest = #""gradientNoise": 1, "initialSecondMoment": 1}"#
    for (text, part) in [
      (#"{"curvature": "\#(name)", "# + rest, "xxx… (10002 characters), expected an array"),
      (#"{"curvature": [["\#(name)"]], "# + rest, "curvature[0] is [\"xxx"),
      (#"{"curvature": {"kind": "\#(name)"}, "# + rest, "xxx… (10002 characters), expected \"chebyshev\""),
      (#"{"\#(name)": 1, "curvature": [1], "# + rest, "xxx…\" (10000 characters), expected curvature"),
      (#"{"name": ["\#(name)"], "curvature": [1], "# + rest, "xxx… (10004 characters), expected a string"),
    ] {
      #expect {
        try problem(text)
      } throws: { error in
        "\(error)".contains(part) && "\(error)".count < 300
      }
    }
  }

  @Test(
    "A hundred thousand keys, all different or all the same but one, take no time that grows with their square"
  )
  func manyKeys() throws {
    let keys = (0..<100_000).map { "\"\($0)\":0" }
    #expect(throws: FileError.self) { try problem("{" + keys.joined(separator: ",") + "}") }
    let twice = "{" + (keys + ["\"0\":0"]).joined(separator: ",") + "}"
    #expect {
      try problem(twice)
    } throws: { error in
      "\(error)".contains("the key \"0\" stands twice")
    }
  }
}
