import Foundation
import TestSupport
import Testing

@testable import NoisyQuadraticFiles

@Suite struct WriterTests {
  /// The file that a function writes.
  private func written(_ fill: @escaping (TextSink) -> Void) throws -> String {
    let scratch = try Scratch()
    let directory = try OutputDirectory(scratch.path)
    try directory.write([("file", fill)])
    return try String(contentsOfFile: directory.file("file"), encoding: .utf8)
  }

  private let hostile = ["", "a,b", "\"", "\\", "a\nb", "\r\n", "\u{0}\u{1F}", "}]", "é\u{2028}😀"]

  @Test func layout() throws {
    let text = try written { sink in
      JSONObjectWriter.write(to: sink, onLines: true) { json in
        json.add("text", "x")
        json.add("absent", nil as Double?)
        json.addArray("lines", onLines: true) { json in
          json.addObject { json in
            json.add("a", 1)
            json.addSeries("b", [0.5, .infinity, -0.0])
            json.addSeries("c", [])
            json.add("d", true)
            json.add("e", false)
          }
          json.addObject(onLines: true) { _ in }
          json.addObject(onLines: true) { json in
            json.add("a", 1)
            json.addArray("inner", onLines: true) { json in
              json.add(numbers: [1])
              json.addObject(onLines: true) { json in
                json.add("b", 2)
                json.addObject("c") { $0.add("d", 3) }
              }
            }
          }
        }
        json.addArray("line") { json in
          json.add(numbers: [])
          json.add(numbers: [1, 2])
        }
        json.addArray("empty") { _ in }
      }
    }
    #expect(
      text == """
        {"text": "x",
         "absent": null,
         "lines": [
          {"a": 1,
           "b": [0.5, null, -0.0],
           "c": [],
           "d": true, "e": false},
          {},
          {"a": 1,
           "inner": [
            [1],
            {"b": 2,
             "c": {"d": 3}}]}
         ],
         "line": [[], [1, 2]],
         "empty": []}

        """)
  }

  @Test func jsonReadsBackWhateverTheStrings() throws {
    let text = try written { sink in
      JSONObjectWriter.write(to: sink) { json in
        for text in self.hostile { json.add(text, text) }
      }
    }
    let value = try JSONReader.read(Array(text.utf8))
    #expect(value == .object(hostile.map { .init($0, .string($0)) }))
  }

  @Test("A series longer than a block reads back as the same numbers")
  func longSeries() throws {
    let numbers = (0..<50_000).lazy.map { Double($0) / 3 }
    let text = try written { sink in
      JSONObjectWriter.write(to: sink) { $0.add("numbers", numbers: numbers) }
    }
    let value = try JSONReader.read(Array(text.utf8))
    #expect(value["numbers"]?.numbers == Array(numbers))
  }

  @Test func cells() throws {
    let text = try written { sink in
      let csv = CSVWriter(to: sink, header: ["name", "count", "number"])
      for name in ["plain", "a,b", "say \"x\"", "\"\u{301}", "two\nlines"] {
        csv.addRow { row in
          row.add(name)
          row.add(-3)
          row.add(0.1)
        }
      }
      csv.addRow { row in
        row.add("")
        row.add(nil)
        row.add(.nan)
      }
    }
    #expect(
      text == #"""
        name,count,number
        plain,-3,0.1
        "a,b",-3,0.1
        "say ""x""",-3,0.1
        """\#u{301}",-3,0.1
        "two
        lines",-3,0.1
        ,,

        """#)
  }
}
