import Testing

@testable import NoisyQuadraticFiles

@Suite struct PlainTextTests {
  @Test("A value in a message is one line of at most 80 characters; a cut is marked and the length said")
  func messages() {
    #expect("0.5".quotedForMessage == "\"0.5\"")
    #expect("".quotedForMessage == "\"\"")
    #expect("a\r\n\u{7}b".quotedForMessage == "\"a   b\"")
    let eighty = String(repeating: "x", count: 80)
    #expect(eighty.quotedForMessage == "\"\(eighty)\"")
    #expect((eighty + "y").quotedForMessage == "\"\(eighty)…\" (81 characters)")
    #expect((eighty + "y").cutForMessage == "\(eighty)… (81 characters)")
    #expect((eighty + "y").dropLast().cutForMessage == eighty)
  }

  @Test("Line breaks of every kind, and what XML cannot hold, become spaces")
  func oneLine() {
    #expect("a\nb\r\nc\u{B}d\u{C}e\u{85}f\u{2028}g\u{2029}h".onOneLine == "a b  c d e f g h")
    #expect("a\u{0}b\u{FFFE}c\u{FFFF}d\u{FFFD}".onOneLine == "a b c d\u{FFFD}")
  }

  @Test("One grapheme of many scalars is cut too")
  func grapheme() {
    let accents = "e" + String(repeating: "\u{301}", count: 3000)
    #expect(accents.quotedForMessage.unicodeScalars.count < 120)
    #expect(accents.quotedForMessage.hasSuffix("(3001 characters)"))
  }
}
