import Testing

@testable import NoisyQuadraticFiles

@Suite struct DelimitedTextTests {
  /// All rows with the numbers of their lines, read in blocks.
  private func rows(
    _ text: String, block: Int = 1 << 16
  ) throws -> [(line: Int, isTerminated: Bool, values: [String])] {
    var reader = DelimitedText()
    var rows: [(Int, Bool, [String])] = []
    func takeAll() throws {
      while let row = try reader.next() {
        rows.append((row.line, row.isTerminated, (0..<row.count).map { row[$0] }))
      }
    }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      reader.append(rest.prefix(block))
      rest = rest.dropFirst(block)
      try takeAll()
    }
    reader.end()
    try takeAll()
    return rows
  }

  @Test(
    "What a writer quotes reads back, with any separator, line ending and block", arguments: [",", ";", "\t"])
  func roundTrip(_ separator: String) throws {
    let pieces = ["a", "0.5", "\"", "\n", "\r\n", ",", ";", "\t", " ", "é", "\u{301}", "🐠", ""]
    var bits: UInt64 = 1
    func random(_ count: Int) -> Int {
      bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(bits >> 33) % count
    }
    for ending in ["\n", "\r\n"] {
      let header = ["first", "sec\(ending)ond", "a \"third\""]
      let cells =
        [header]
        + (0..<40).map { _ in
          (0..<3).map { _ in
            (0..<random(4)).map { _ in pieces[random(pieces.count)] }.joined()
          }
        }
      let lines = cells.map { row in
        row.map { cell in
          // By scalars, as a combining mark may follow any of these.
          let isPlain = cell.unicodeScalars.allSatisfy { !"\"\n\r,;\t ".unicodeScalars.contains($0) }
          return isPlain && !cell.isEmpty
            ? cell : "\"" + cell.unicodeScalars.map { $0 == "\"" ? "\"\"" : "\($0)" }.joined() + "\""
        }.joined(separator: separator)
      }
      for block in [1, 7, 1 << 16] {
        let read = try rows("\u{FEFF}" + lines.joined(separator: ending), block: block)
        #expect(read.map { $0.values.map { Array($0.utf8) } } == cells.map { $0.map { Array($0.utf8) } })
        #expect(read.map(\.isTerminated) == cells.indices.map { $0 < 40 })
        var line = 1
        for (row, text) in zip(read, lines) {
          #expect(row.line == line)
          line += text.utf8.count { $0 == UInt8(ascii: "\n") } + 1
        }
      }
    }
  }

  @Test("The separator is the one that the header has most of, outside of quotation marks")
  func separators() throws {
    #expect(try rows("a,b\n1;2,3\n")[1].values == ["1;2", "3"])
    #expect(try rows("a;b\n1,2;3\n")[1].values == ["1,2", "3"])
    #expect(try rows("a\tb\n1,2\t3 \n")[1].values == ["1,2", "3"])
    #expect(try rows("\"a;b;c\",d\n1,2\n")[1].values == ["1", "2"])
    #expect(try rows("a (x,y);b;c\n1;2;3\n")[1].values == ["1", "2", "3"])
    #expect(try rows("alone\n1\n")[1].values == ["1"])
    // Tabs separate empty values, and are no blanks then.
    #expect(try rows("a\tb\n\t\n1\t2\n").map(\.values) == [["a", "b"], ["", ""], ["1", "2"]])
  }

  @Test(
    "Each fault names the line where its row begins",
    arguments: [
      ("a,b\n\"x\ny\",2\n3\n", "line 4 has 1 value, expected 2"),
      (
        "a,b\n1,2\n\"x\n1,2\n",
        "line 3 has a quotation mark without a second one, expected both around a value"
      ),
      ("a,b\n\"x\n\"\"y\" z,2\n", "line 2 has text behind a quotation mark"),
      ("a,b\n1,2\n\n\n3,4", "line 3 is blank, expected 2 values"),
      ("a,b\n1,\r2\n", "line 2 has a carriage return without line feed"),
      (
        "a,b\n1," + String(repeating: "x", count: 1 << 20),
        "line 2 begins a row of more than 1048576 bytes, expected"
      ),
      (
        "a,b\n1,2\n\"" + String(repeating: "x\n", count: 1 << 19),
        "line 3 begins a row of more than 1048576 bytes, perhaps by a quotation mark without a second one"
      ),
    ])
  func faults(_ text: String, _ expected: String) {
    #expect {
      try rows(text)
    } throws: { ($0 as? DelimitedText.Failure)?.problem.hasPrefix(expected) == true }
  }
}
