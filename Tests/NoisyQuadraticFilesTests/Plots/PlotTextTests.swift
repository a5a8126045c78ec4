import NoisyQuadraticFiles
import TestSupport
import Testing

/// Text on its way into a picture.
@Suite struct PlotTextTests {
  @Test(arguments: HostileName.all)
  func aHeadingFitsAndKeepsItsEnds(_ name: String) {
    let heading = PlotHeading(
      .name(name), .text(" on "), .name("x" + name + "y"), .text(": ends at 1"), legend: name)
    for width in [640, 900, 1500] {
      let lines = heading.lines(width: width, size: 15)
      for line in lines { #expect(PlotText.width(line) * 20 <= Double(width)) }
      #expect(lines[0].hasSuffix("y: ends at 1") && lines[0].contains(" on x"))
      // What is left out is marked.
      #expect(lines[0].contains("…") || lines[0] == heading.title)
    }
    #expect(!heading.title.contains("…") && heading.title.hasPrefix(name.onOneLine + " on x"))
  }

  @Test func aShortNameLeavesItsRoomToTheLongOne() {
    let (short, long) = ("ab", String(repeating: "c", count: 200))
    for parts in [(short, long), (long, short)] {
      let line = PlotHeading(.name(parts.0), .text(" on "), .name(parts.1)).lines(width: 900, size: 15)[0]
      // All but a letter or two of the room: 0.96 of the width, at 20 pixels for a unit.
      #expect(line.contains("ab") && PlotText.width(line) * 20 > 0.9 * 900)
    }
  }

  @Test(arguments: [
    ("abcdefgh", 10.0, "abcdefgh"), ("abcdefgh", 3.6, "ab…gh"), ("abcdefgh", 0.1, "…"), ("", 0, ""),
  ])
  func shortened(_ text: String, _ width: Double, _ expected: String) {
    #expect(PlotText.shortened(text, toWidth: width) == expected)
  }

  @Test func linesBreakBetweenWords() {
    let lines = PlotText.wrapped("one two three four five", toWidth: 5)
    #expect(lines.count > 1 && lines.joined(separator: " ") == "one two three four five")
    #expect(lines.allSatisfy { PlotText.width($0) <= 5 })
    #expect(PlotText.wrapped("", toWidth: 5).isEmpty)
  }

  @Test(arguments: [
    (0.25, "0.2500"), (12.0, "12.00"), (0, "0"), (1e-5, "10⁻⁵"), (2.5e-12, "2.5×10⁻¹²"), (-3e20, "-3×10²⁰"),
    (.infinity, "∞"), (.nan, "∞"), (-.infinity, "-∞"), (1.2346e300, "1.235×10³⁰⁰"),
  ])
  func numbers(_ value: Double, _ expected: String) {
    #expect(PlotText.number(value, digits: 4) == expected)
  }

  @Test func literals() {
    #expect(PlotText.quoted("a'b\\n\"`") == "'a'.\"'\".'b\\n\"`'")
    #expect(!PlotText.quoted("]]>").contains("]]>"))
    #expect("a\nb\u{2028}c\(HostileName.noncharacters.prefix(1))".onOneLine == "a b c ")
  }
}
