import Foundation
import TestSupport
import Testing

@testable import NoisyQuadraticFiles

@Suite struct JSONReaderTests {
  private func read(_ text: String) throws -> JSONValue { try JSONReader.read(Array(text.utf8)) }

  /// Whether a value is Foundation's, member by member: the order of its dictionaries is another in every process.
  private func agree(_ mine: JSONValue, _ theirs: Any) -> Bool {
    switch mine {
    case .null: return theirs is NSNull
    case .bool(let value): return theirs as? Bool == value
    case .number(let value): return theirs as? Double == value
    case .string(let value): return theirs as? String == value
    case .array(let values):
      guard let others = theirs as? [Any], others.count == values.count else { return false }
      return zip(values, others).allSatisfy(agree)
    case .object(let members):
      guard let others = theirs as? [String: Any], others.count == members.count else { return false }
      return members.allSatisfy { member in others[member.key].map { agree(member.value, $0) } ?? false }
    }
  }

  @Test(
    "Whatever Foundation accepts and RFC 8259 allows reads the same",
    arguments: [
      "0", "-0.0", "1e-5", "0.1", "4.9e-324", "1.7976931348623157e308", "true",
      "null", "\"a\\n\\u00e9\\ud83d\\ude00\"", "[]", "[1, [2, {}], \"x\"]",
      "{\"a\": {\"b\": [1]}, \"c\": null}",
    ])
  func agreesWithFoundation(_ text: String) throws {
    let mine = try read(text)
    for text in [text, mine.text] {
      let theirs = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
      #expect(agree(mine, theirs), "\(theirs)")
    }
    #expect(try read(mine.text) == mine)
  }

  @Test("Numbers that are not finite are read where they are allowed, as Python writes them")
  func nonFinite() throws {
    func numbers(_ text: String) throws -> [Double?] {
      guard case .array(let values) = try JSONReader.read(Array(text.utf8), allowsNonFinite: true) else {
        return []
      }
      return values.map { if case .number(let number) = $0 { number } else { nil } }
    }
    let read = try numbers("[NaN, Infinity, -Infinity, 1]")
    #expect(read.map { $0?.isNaN } == [true, false, false, false])
    #expect(read.dropFirst() == [.infinity, -.infinity, 1])
    for text in ["[nan]", "[+Infinity]", "[-NaN]", "[inf]", "[NaNs]", "[1e999]"] {
      #expect(throws: JSONReader.Failure.self) { try numbers(text) }
    }
  }

  @Test(
    "What is not JSON is refused with its place",
    arguments: [
      ("", 1, 1), ("[1,]", 1, 4), ("{\"a\":1,}", 1, 8), ("[1 2]", 1, 4), ("01", 1, 2), ("1.", 1, 3),
      ("+1", 1, 1), (".5", 1, 1), ("NaN", 1, 1), ("Infinity", 1, 1), ("1e999", 1, 1), ("\"a", 1, 3),
      ("\"\\x\"", 1, 4), ("\"\\ud800\"", 1, 8), ("{a:1}", 1, 2), ("[\n1,\n*]", 3, 1), ("tru", 1, 1),
      ("1 1", 1, 3),
      ("\"\t\"", 1, 2), ("[1", 1, 3), ("{\"a\":1,\n \"a\":2}", 2, 2),
    ])
  func refuses(_ text: String, line: Int, column: Int) {
    #expect {
      try read(text)
    } throws: { error in
      guard let failure = error as? JSONReader.Failure else { return false }
      return failure.line == line && failure.column == column
    }
  }

  @Test(
    "A number that is not finite is called by its name",
    arguments: [
      "NaN", "nan", "-NaN", "Infinity", "-Infinity", "inf", "-inf", "+Infinity", "[1, NaN]",
      "{\"1\": -Infinity}",
    ])
  func namedNumbers(_ text: String) {
    #expect {
      try read(text)
    } throws: { error in
      let problem = (error as? JSONReader.Failure)?.problem ?? ""
      let name = text.filter { !"[]{}\": 1,".contains($0) }
      return problem == "\(name) is not a number in JSON, expected a finite number"
    }
  }

  @Test("Messages do not grow with the input")
  func shortMessages() {
    let long = String(repeating: "9", count: 5000)
    for (text, part) in [
      (long, "999… (5000 characters) is"), ("{\"\(long)\":1,\"\(long)\":1}", "999…\" (5000"),
    ] {
      #expect {
        try read(text)
      } throws: { error in
        let problem = (error as? JSONReader.Failure)?.problem ?? ""
        return problem.contains(part) && problem.count < 200
      }
    }
  }

  @Test func deepNestingIsRefusedNotATrap() {
    #expect(throws: JSONReader.Failure.self) { try read(String(repeating: "[", count: 100_000)) }
  }

  @Test func numbersRoundTripExactly() throws {
    var bits: UInt64 = 0x0123_4567_89AB_CDEF
    for _ in 0..<2000 {
      bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let number = Double(bitPattern: bits)
      guard number.isFinite else { continue }
      #expect(try read(number.jsonText) == .number(number))
    }
    #expect(Double.nan.jsonText == "null")
  }
}
