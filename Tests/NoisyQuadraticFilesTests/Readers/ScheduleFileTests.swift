import Foundation
import NoisyQuadratic
import TestSupport
import Testing

@testable import NoisyQuadraticFiles

@Suite struct ScheduleFileTests {
  private func read(_ text: String) throws -> Schedule {
    let scratch = try Scratch()
    return try ScheduleFile(contentsOf: scratch.write(text, to: "mine.csv")).schedule
  }

  @Test func everyAcceptedForm() throws {
    let expected = try Schedule(learningRates: [0.5, 1e-3, 0], momenta: [0, 0.9, 0.25])
    let lines = ["step,learningRate,momentum", "0,0.5,0", "1,1e-3,9E-1", "2,0,.25", ""]
    #expect(try read(lines.joined(separator: "\n")) == expected)
    #expect(try read(lines.joined(separator: "\r\n")) == expected)
    #expect(try read("\u{FEFF}" + lines.joined(separator: "\n")) == expected)
    #expect(
      try read("step,learningRate\n0,0.5\n1,+1e-3\n") == Schedule(learningRates: [0.5, 1e-3]))
    // Without the last line break, with blank lines behind the last step, and in quotation marks.
    for ending in ["\n", "\r\n"] {
      let text = lines.dropLast().joined(separator: ending)
      #expect(try read(text) == expected)
      #expect(try read("\u{FEFF}" + text + ending + ending + " \t" + ending) == expected)
      #expect(try read(text + ending + "  ") == expected)
      let quoted = lines.dropLast().map { line in
        line.split(separator: ",").map { "\"\($0)\"" }.joined(separator: ",")
      }
      #expect(try read(quoted.joined(separator: ending)) == expected)
      #expect(
        try read("\u{FEFF}" + (quoted.prefix(1) + lines.dropFirst()).joined(separator: ending)) == expected)
    }
    let scratch = try Scratch()
    let file = try ScheduleFile(contentsOf: scratch.write(lines.joined(separator: "\n"), to: "my.plan.csv"))
    #expect(file.name == "my.plan")
  }

  @Test("What is written reads back as the same, bit for bit")
  func roundTrip() throws {
    var bits: UInt64 = 0xFEDC_BA98_7654_3210
    var numbers: [Double] = [0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1, 1e15, 123_456_789]
    while numbers.count < 500 {
      bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let number = abs(Double(bitPattern: bits))
      if number.isFinite { numbers.append(number) }
    }
    let schedule = try Schedule(
      learningRates: numbers, momenta: numbers.reversed().map { $0 < 1 ? $0 : 1 / $0 })
    let scratch = try Scratch()
    let directory = try OutputDirectory(scratch.path)
    try directory.write([("schedule.csv", { ScheduleFile.write(schedule, to: $0) })])
    #expect(try ScheduleFile(contentsOf: scratch.path + "/schedule.csv").schedule == schedule)
  }

  @Test(
    "Each fault is one line that names the line, the field, the value and what was expected",
    arguments: [
      ("", "the file is empty, expected the header"),
      ("step,learningRate\n", "there is no step, expected at least one"),
      ("step;learningRate\n0;1\n", "line 1 is \"step;learningRate\", expected the header"),
      ("0,0.5\n1,0.5\n", "line 1 is \"0,0.5\", expected the header"),
      ("Step,LearningRate\n0,1\n", "line 1 is \"Step,LearningRate\""),
      ("step,learningRate\n1,0.5\n", "line 2: step is \"1\", expected 0"),
      ("step,learningRate\n0,0.5\n0,0.5\n", "line 3: step is \"0\", expected 1"),
      ("step,learningRate\n00,0.5\n", "line 2: step is \"00\", expected 0"),
      ("step,learningRate\n0,-0.5\n", "line 2: learningRate is \"-0.5\", expected a finite number ≥ 0"),
      ("step,learningRate\n0,nan\n", "line 2: learningRate is \"nan\""),
      ("step,learningRate\n0,inf\n", "line 2: learningRate is \"inf\""),
      ("step,learningRate\n0,1e999\n", "line 2: learningRate is \"1e999\""),
      ("step,learningRate\n0,0x1p-1\n", "line 2: learningRate is \"0x1p-1\""),
      ("step,learningRate\n0, 0.5\n", "line 2: learningRate is \" 0.5\""),
      ("step,learningRate\n0,\n", "line 2: learningRate is \"\""),
      ("step,learningRate\n0,0.5,0.9\n", "line 2 has 3 values, expected 2"),
      ("step,learningRate,momentum\n0,0.5\n", "line 2 has 2 values, expected 3"),
      ("step,learningRate,momentum\n0,0.5,-1\n", "line 2: momentum is \"-1\""),
      ("step,learningRate\n0,0.5\n\n1,0.5\n", "line 3 has 0 values, expected 2"),
      ("step,learningRate,momentum\n0,0.5,1\n", "momentum is \"1\", expected a finite number ≥ 0 and < 1"),
      ("step,learningRate,momentum\n0,0.5,1.5\n", "line 2: momentum is \"1.5\""),
      (
        "step,learningRate\n0,0.5\n1",
        "has 1 values, expected 2; it has no line break, the file may be cut off"
      ),
      ("step,learningRate\n0,0.5\n1,", "expected a finite number ≥ 0; it has no line break"),
      ("step,learningRate\n0,0.5\n1,5e", "line 3: learningRate is \"5e\""),
      ("step,learningRate\r0,0.5\r", "line 1 has a carriage return without line feed"),
      ("\n0,0.5\n", "line 1 is \"\", expected the header"),
      ("\"step,learningRate\"\n0,0.5\n", "line 1 is \"\"step,learningRate\"\", expected the header"),
      ("\"step\",\"learningRate\n0,0.5\n", "line 1 has a quotation mark without a second one"),
      ("step,learningRate\n\"0\"1,0.5\n", "line 2 has text behind a quotation mark"),
      ("step,learningRate\n0,\"0,5\"\n", "line 2: learningRate is \"0,5\""),
      ("step,learningRate\n0,\"\"\n", "line 2: learningRate is \"\""),
      ("step,learningRate\n0,0.5,\n", "line 2 has 3 values, expected 2"),
      ("step,learningRate\n0,0.5\n\n \n\"1\",0.5\n", "line 3 has 0 values, expected 2"),
      (
        "step,learningRate\n0,1\n" + String(repeating: "\n", count: 1001),
        "line 1003 is blank like the 1000 before it"
      ),
      (
        "step,learningRate\n0,\(String(repeating: "9", count: 100))x\n",
        "learningRate is \"\(String(repeating: "9", count: 80))…\" (101 characters), expected"
      ),
      (
        "\n <!DOCTYPE html>\n<html>",
        "it is a web page (HTML), as a failed download leaves, expected a schedule"
      ),
      ("<HTML><head>" + String(repeating: " ", count: 300), "it is a web page (HTML)"),
    ])
  func faults(_ text: String, _ expected: String) throws {
    let scratch = try Scratch()
    let path = try scratch.write(text, to: "bad.csv")
    #expect {
      try ScheduleFile(contentsOf: path)
    } throws: { error in
      let line = "\(error)"
      return error is FileError && line.contains(expected) && line.contains(path) && !line.contains("\n")
    }
  }

  @Test("Binary files, endless ones and directories are refused at once")
  func hostile() throws {
    let scratch = try Scratch()
    let binary = scratch.path + "/binary"
    try Data([0xFF, 0xFE, 0x00, 0x0A]).write(to: URL(fileURLWithPath: binary))
    #expect(throws: FileError.invalid(path: binary, problem: "line 1 is not UTF-8, expected text")) {
      try ScheduleFile(contentsOf: binary)
    }
    #expect(
      throws: FileError.unreadable(path: "/dev/zero", reason: "it is a device, expected a file or a pipe")
    ) { try ScheduleFile(contentsOf: "/dev/zero") }
    #expect(throws: FileError.unreadable(path: scratch.path, reason: "it is a directory")) {
      try ScheduleFile(contentsOf: scratch.path)
    }
    #expect(throws: FileError.unreadable(path: "/no/such", reason: "no such file")) {
      try ScheduleFile(contentsOf: "/no/such")
    }
  }
}
