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

@Suite struct FamilyTextTests {
  @Test("Every family is the library's, defaults included")
  func families() throws {
    let pairs: [(String, Schedule)] = [
      ("constant:learningRate=0.1,momentum=0.9", try .constant(learningRate: 0.1, momentum: 0.9, steps: 40)),
      ("linear:initialValue=1", try .linear(initialValue: 1, steps: 40)),
      (
        "linear:initialValue=1,endValue=0.5,transitionSteps=9",
        try .linear(initialValue: 1, endValue: 0.5, transitionSteps: 9, steps: 40)
      ),
      (
        "exponential:initialValue=1,decayRate=0.5",
        try .exponential(initialValue: 1, decayRate: 0.5, steps: 40)
      ),
      (
        "exponential:initialValue=1,decayRate=0.5,transitionSteps=7",
        try .exponential(initialValue: 1, decayRate: 0.5, transitionSteps: 7, steps: 40)
      ),
      ("inverse-time:timeScale=3,initialValue=1", try .inverseTime(initialValue: 1, timeScale: 3, steps: 40)),
      (
        "inverse-time:initialValue=1,timeScale=3,exponent=0.5",
        try .inverseTime(initialValue: 1, timeScale: 3, exponent: 0.5, steps: 40)
      ),
      ("polynomial:initialValue=0.8,power=2", try .polynomial(initialValue: 0.8, power: 2, steps: 40)),
      ("cosine:initialValue=0.8", try .cosine(initialValue: 0.8, steps: 40)),
      (
        "cosine:initialValue=0.8,endValue=0.1,transitionSteps=30,momentum=0.5",
        try .cosine(initialValue: 0.8, endValue: 0.1, transitionSteps: 30, momentum: 0.5, steps: 40)
      ),
      (
        "piecewise-constant:values=1/0.1/0.01,boundaries=10/20",
        try .piecewiseConstant(values: [1, 0.1, 0.01], boundaries: [10, 20], steps: 40)
      ),
      (
        "warmup-stable-decay:peakValue=1,warmupSteps=4,decaySteps=10,endValue=0.1",
        try .warmupStableDecay(peakValue: 1, warmupSteps: 4, decaySteps: 10, endValue: 0.1, steps: 40)
      ),
    ]
    for (text, schedule) in pairs { #expect(try FamilyText(text).schedule(steps: 40) == schedule, "\(text)") }
    #expect(Set(pairs.map { String($0.0.prefix { $0 != ":" }) }) == Set(FamilyText.familyNames))
  }

  @Test("Examples of help texts are families, and what they state in brackets are the defaults")
  func examples() throws {
    for example in FamilyText.examples {
      let short = example.replacing(/\[[^\]]*\]/, with: "")
      let long = example.replacing(/[\[\]]/, with: "").replacing("horizon", with: "250")
      #expect(
        try FamilyText(short).schedule(steps: 250) == FamilyText(long).schedule(steps: 250), "\(example)")
    }
  }

  @Test("The documentation lists every family with its parameters and defaults")
  func documentation() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../Docs/ScheduleFormat.md")
    let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    for family in NamedFamily.all {
      let row = try #require(rows.first { $0.hasPrefix("| `\(family.name)` |") }, "\(family.name)")
      for parameter in family.parameters.dropLast() {
        let text = parameter.text == NamedFamily.horizon ? "$T$" : parameter.text
        #expect(row.contains("`\(parameter.name)`" + (parameter.isOptional ? " (\(text))" : "")))
      }
      #expect(row.count { $0 == "`" } >= 2 * family.parameters.count)
    }
  }

  @Test(
    "Each fault is one line with the parameter, its value and what was expected",
    arguments: [
      ("", "the family is empty, expected one of constant, linear"),
      ("cosin:initialValue=1", "the family is cosin, expected one of"),
      ("cosine", "cosine needs initialValue"), ("cosine:", "cosine is given empty, expected NAME=VALUE"),
      ("cosine:0.8", "cosine is given 0.8, expected NAME=VALUE"),
      ("cosine:initialValue=", "cosine is given initialValue=, expected NAME=VALUE"),
      ("cosine:initialValue=1,", "cosine is given empty"),
      ("cosine:peak=1", "cosine has no parameter peak, expected initialValue, endValue, transitionSteps"),
      ("cosine:=1", "cosine has no parameter empty"),
      ("cosine:initialValue=1,initialValue=2", "cosine is given initialValue twice"),
      ("cosine:initialValue=-1", "cosine: initialValue is -1, expected a finite number ≥ 0"),
      ("cosine:initialValue=nan", "cosine: initialValue is nan"),
      ("cosine:initialValue=1e999", "cosine: initialValue is 1e999"),
      ("cosine:initialValue=1=2", "cosine: initialValue is 1=2"),
      ("cosine:initialValue=1,transitionSteps=0", "cosine: transitionSteps is 0, expected at least 1"),
      ("cosine:initialValue=1,transitionSteps=1.5", "transitionSteps is 1.5, expected an integer ≥ 0"),
      ("exponential:initialValue=1,decayRate=0", "decayRate is 0.0, expected a finite number > 0"),
      ("inverse-time:initialValue=1,timeScale=0", "timeScale is 0.0, expected a finite number > 0"),
      ("piecewise-constant:values=1/2", "piecewise-constant needs boundaries"),
      ("piecewise-constant:values=1/2,boundaries=50", "boundaries is 50, expected above 0 and below 40"),
      ("piecewise-constant:values=1//2,boundaries=5", "values is empty, expected a finite number ≥ 0"),
      ("piecewise-constant:values=1,boundaries=5", "values has 1 elements, expected 2"),
      ("warmup-stable-decay:peakValue=1,warmupSteps=41,decaySteps=0", "warmupSteps is 41, expected 0 to 40"),
      ("constant:learningRate=1\n2", "learningRate is 1 2, expected"),
      ("constant:learningRate=1,momentum=1", "constant: momentum is 1, expected a finite number ≥ 0 and < 1"),
      ("constant:learningRate=0x1p-1", "learningRate is 0x1p-1, expected a finite number ≥ 0"),
      (String(repeating: "x", count: 500), "… (500 characters), expected one of"),
    ])
  func faults(_ text: String, _ expected: String) {
    #expect {
      try FamilyText(text).schedule(steps: 40)
    } throws: { error in
      "\(error)".contains(expected) && !"\(error)".contains("\n")
    }
  }
}
