import Foundation
import NoisyQuadratic
import TestSupport
import Testing

@testable import NoisyQuadraticFiles

@Suite struct ScheduleFileTests {
  private func file(_ text: String, _ options: TrainingLog.Options = .init()) throws -> ScheduleFile {
    let scratch = try Scratch()
    return try ScheduleFile(contentsOf: scratch.write(text, to: "mine.csv"), options: options)
  }

  private func read(_ text: String) throws -> Schedule { try file(text).schedule }

  @Test func everyAcceptedForm() throws {
    let expected = try Schedule(learningRates: [0.5, 1e-3, 0], momenta: [0, 0.9, 0.25])
    let lines = ["step,learningRate,momentum", "0,0.5,0", "1,1e-3,9E-1", "2,0,.25", ""]
    #expect(try read(lines.joined(separator: "\n")) == expected)
    #expect(try read(lines.joined(separator: "\r\n")) == expected)
    #expect(try read("\u{FEFF}" + lines.joined(separator: "\n")) == expected)
    #expect(
      try read("step,learningRate\n0,0.5\n1,+1e-3\n") == Schedule(learningRates: [0.5, 1e-3]))
    #expect(try read("step, learningRate\n 0 , 0.5\n1.0,\t1e-3\n") == Schedule(learningRates: [0.5, 1e-3]))
    #expect(
      try read("step,learningRate,momentum\n1,0.5,\n2,1e-3,\n") == Schedule(learningRates: [0.5, 1e-3]))
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

  @Test("What is written reads back as the same, bit for bit", arguments: MomentumConvention.allCases)
  func roundTrip(_ convention: MomentumConvention) throws {
    var bits: UInt64 = 0xFEDC_BA98_7654_3210
    var numbers: [Double] = [0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1, 1e15, 123_456_789]
    while numbers.count < 100 {
      bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let number = abs(Double(bitPattern: bits))
      if number.isFinite { numbers.append(number) }
    }
    let schedule = try Schedule(
      learningRates: numbers, momenta: numbers.reversed().map { $0 < 1 ? $0 : 1 / $0 }, convention: convention
    )
    let scratch = try Scratch()
    let directory = try OutputDirectory(scratch.path)
    try directory.write([("schedule.csv", { ScheduleFile.write(schedule, to: $0) })])
    let file = try ScheduleFile(contentsOf: scratch.path + "/schedule.csv")
    #expect(file.schedule == schedule)
    #expect(file.notes.isEmpty)
  }

  @Test("Batch sizes are written, read back in both forms, held between rows, and left out if there are none")
  func batchSizes() throws {
    let plain = try Schedule(learningRates: [0.5, 0.1], momenta: [0, 0.9], convention: .pytorch)
    let schedule = try plain.with(batchSizes: [4, 1 / 3.0])
    let scratch = try Scratch()
    for (folder, given) in [("with", schedule), ("without", plain)] {
      try ScheduleExport(given).write(to: OutputDirectory(scratch.path + "/" + folder))
      for name in ["schedule.csv", "schedule.json"] {
        #expect(try ScheduleFile(contentsOf: scratch.path + "/\(folder)/\(name)").schedule == given)
      }
    }
    func text(_ path: String) throws -> String {
      try String(contentsOfFile: scratch.path + path, encoding: .utf8)
    }
    #expect(
      try text("/with/schedule.csv").hasPrefix(
        "step,learningRate,momentum,batchSize,momentumConvention\n0,0.5,0,4,"))
    #expect(
      try text("/with/schedule_pytorch.py").contains(
        "BATCH_SIZES = np.load(HERE / \"batch_size.npy\").tolist()"))
    #expect(FileManager.default.fileExists(atPath: scratch.path + "/with/batch_size.npy"))
    for name in ["schedule.csv", "schedule.json", "schedule_pytorch.py"] {
      #expect(try !text("/without/" + name).lowercased().contains("batch"))
    }
    var options = TrainingLog.Options()
    options.between = .hold
    let held = try file("step,learningRate,batchSize\n0,1,8\n2,1,16\n", options).schedule
    #expect(held.batchSizes == [8, 8, 16])
    // Logs count examples in units of their own.
    #expect(try read("step,lr,batch_size\n0,1,8\n").batchSizes == nil)
  }

  @Test("Rows several steps apart are held or interpolated as asked, and the schedule ends with the last row")
  func between() throws {
    let text = "step,learningRate,momentum\n10,0.8,0.5\n14,0.4,0.9\n15,0.2,0.9\n"
    var options = TrainingLog.Options()
    options.momentumConvention = .pytorch
    options.between = .hold
    let held = try file(text, options)
    #expect(held.schedule.learningRates == [0.8, 0.8, 0.8, 0.8, 0.4, 0.2])
    #expect(held.schedule.momenta == [0.5, 0.5, 0.5, 0.5, 0.9, 0.9])
    #expect(held.schedule.convention == .pytorch)
    #expect(held.firstStep == 10)
    let notes = held.notes.map { note in String(note.text.drop { $0 != ":" }) }
    #expect(
      notes == [
        ": the log begins at step 10, and the schedule with it: earlier steps are not judged",
        ": 3 rows are 1 to 4 steps apart: each rate holds until the next row; the schedule ends with the last row, "
          + "after 6 steps",
      ])
    options.between = .linear
    let linear = try file(text, options).schedule
    // A rounding of each product and of their sum.
    for (rate, expected) in zip(linear.learningRates, [0.8, 0.7, 0.6, 0.5, 0.4, 0.2]) {
      #expect(abs(rate - expected) <= 2 * expected.ulp)
    }
    for (momentum, expected) in zip(linear.momenta, [0.5, 0.6, 0.7, 0.8, 0.9, 0.9]) {
      #expect(abs(momentum - expected) <= 2 * expected.ulp)
    }
  }

  @Test("The first update is the first row, or the step that is asked for")
  func firstStep() throws {
    let text = "step,learningRate\n1,0.5\n2,0.25\n3,0.125\n"
    let whole = try file(text)
    #expect(
      whole.schedule.learningRates == [0.5, 0.25, 0.125] && whole.firstStep == 1 && whole.notes.isEmpty)
    var options = TrainingLog.Options()
    options.firstStep = 2
    let part = try file(text, options)
    #expect(part.schedule.learningRates == [0.25, 0.125] && part.firstStep == 2)
    #expect(part.notes.map(\.text).allSatisfy { $0.hasSuffix("rows before step 2 are left out, 1 of 3") })
    options.firstStep = 0
    let late = try file(text, options)
    #expect(late.schedule == whole.schedule)
    #expect(
      late.notes.map(\.text).allSatisfy {
        $0.contains("begins at step 1") && $0.hasSuffix("the 1 step before it is missing")
      })
    #expect(part.notes.count == 1 && late.notes.count == 1)
    options.between = .linear
    let filled = try file(text, options)
    #expect(filled.schedule.learningRates == [0.5, 0.5, 0.25, 0.125] && filled.firstStep == 0)
    #expect(
      filled.notes.map(\.text).allSatisfy { $0.hasSuffix("the 1 step before it are taken to have its rate") })
    options.firstStep = .min
    #expect(throws: FileError.self) { try file(text, options) }
    options.firstStep = 4
    #expect {
      try file(text, options)
    } throws: { "\($0)".hasSuffix("the last step is 3, expected firstStep at most that") }
  }

  @Test("A momentum of 1 or more is read where the convention is stated, and nowhere else")
  func largeMomentum() throws {
    let schedule = try Schedule(learningRates: [0.01, 0.1], momenta: [0.9, 9])
    let stated = try read(
      "step,learningRate,momentum,momentumConvention\n0,0.01,0.9,velocity\n1,0.1,9,velocity\n")
    #expect(stated == schedule)
    #expect(throws: FileError.self) { try read("step,learningRate,momentum\n0,0.01,0.9\n1,0.1,9\n") }
    let json = String(decoding: try JSONEncoder().encode(schedule), as: UTF8.self)
    #expect(try read(json) == schedule)
  }

  @Test("Columns of Adam are said to be read as SGD's; extremes of Weights & Biases are no columns")
  func adam() throws {
    let log = try file("step,run - lr-AdamW,run - lr-AdamW__MIN,run - lr-AdamW__MAX\n0,0.5,0.5,0.5\n")
    #expect(log.schedule.learningRates == [0.5])
    #expect(log.notes.contains { $0.text.hasSuffix("read as one of SGD with momentum") })
  }

  @Test("Momentum without a convention is noted; one that is stated must agree with what is asked for")
  func conventions() throws {
    let silent = "step,learningRate,momentum\n0,0.5,0.9\n"
    let assumed = try file(silent)
    #expect(assumed.schedule.convention == .velocity)
    #expect(assumed.notes.map(\.parameters) == [["momentumConvention"]])
    #expect("\(assumed.notes[0])".contains("velocity is assumed"))
    #expect(try file("step,learningRate,momentum\n0,0.5,0\n").notes.isEmpty)
    var options = TrainingLog.Options()
    options.momentumConvention = .optax
    #expect(try file(silent, options).schedule.convention == .optax)
    #expect(try file(silent, options).notes.isEmpty)
    let stated = "step,learningRate,momentum,momentumConvention\n0,0.5,0.9,pytorch-nesterov\n"
    #expect(try file(stated).schedule.convention == .pytorchNesterov)
    #expect(try file(stated).notes.isEmpty)
    #expect {
      try file(stated, options)
    } throws: {
      "\($0)".hasSuffix(
        "the file states the momentum convention pytorch-nesterov, expected momentumConvention pytorch-nesterov or none"
      )
    }
  }

  @Test("A step that no memory could hold a run up to is refused before anything is allocated")
  func farStep() throws {
    var options = TrainingLog.Options()
    options.between = .hold
    #expect {
      try file("step,learningRate\n0,1\n1000000000000000,0.5\n", options)
    } throws: { "\($0)".contains("line 3: step is 1000000000000000, which would take") }
  }

  @Test(
    "Each fault is one line that names the line, the field, the value and what was expected",
    arguments: [
      ("", "the file is empty, expected a header and rows"),
      (" \n\n", "the file is empty, expected a header and rows"),
      ("step,learningRate\n", "there is no row, expected at least one"),
      (
        "0,0.5\n1,0.5\n",
        "line 1 is \"0,0.5\", expected a header with the names of the columns, such as step,learningRate"
      ),
      ("step,learningRate\n0,0.5\n0,0.5\n", "line 3: step is 0 after 0 in line 2, expected increasing steps"),
      ("step,learningRate\n5,0.5\n6,1\n1,0.5\n", "line 4: step is 1 after 6 in line 3, expected increasing"),
      ("step,learningRate\n-1,0.5\n", "line 2: step is \"-1\", expected an integer ≥ 0"),
      ("step,learningRate\n0.5,0.5\n", "line 2: step is \"0.5\", expected an integer ≥ 0"),
      ("step,learningRate\n1e30,0.5\n", "line 2: step is \"1e30\", expected an integer ≥ 0"),
      ("step,learningRate\n,0.5\n", "line 2 has no step beside learningRate"),
      ("step,learningRate\n0,-0.5\n", "line 2: learningRate is \"-0.5\", expected a finite number ≥ 0"),
      ("step,learningRate\n0,nan\n", "line 2: learningRate is \"nan\""),
      ("step,learningRate\n0,inf\n", "line 2: learningRate is \"inf\""),
      ("step,learningRate\n0,1e999\n", "line 2: learningRate is \"1e999\""),
      ("step,learningRate\n0,0x1p-1\n", "line 2: learningRate is \"0x1p-1\""),
      ("step,learningRate\n0,0. 5\n", "line 2: learningRate is \"0. 5\""),
      ("step,learningRate\n0,\n", "no row has a value of \"learningRate\", expected at least one"),
      ("step,learningRate\n0,0.5,0.9\n", "line 2 has 3 values, expected 2"),
      ("step,learningRate,momentum\n0,0.5\n", "line 2 has 2 values, expected 3"),
      ("step,learningRate,momentum\n0,0.5,-1\n", "line 2: momentum is \"-1\""),
      ("step,learningRate,momentum\n0,0.5,0.5\n1,0.5,\n", "line 3 has no momentum beside learningRate"),
      ("step,learningRate,momentum\n0,0.5,\n1,0.5,0.5\n", "line 2 has no momentum beside learningRate"),
      ("step,learningRate\n0,0.5\n\n1,0.5\n", "line 3 is blank, expected 2 values"),
      ("step,learningRate,momentum\n0,0.5,1\n", "momentum is \"1\", expected a finite number ≥ 0 and < 1"),
      ("step,learningRate,momentum\n0,0.5,1.5\n", "line 2: momentum is \"1.5\""),
      (
        "step,learningRate\n0,0.5\n1",
        "line 3 has 1 value, expected 2; it has no line break, the file may be cut off"
      ),
      (
        "step,learningRate\n0,0.5\n1,",
        "line 3 ends in an empty value; it has no line break, the file may be cut"
      ),
      (
        "step,learningRate\n0,0.5\n1,5e",
        "line 3: learningRate is \"5e\", expected a finite number ≥ 0; it has no"
      ),
      ("step,learningRate\r0,0.5\r", "line 1 has a carriage return without line feed"),
      ("\nstep,learningRate\n0,0.5\n", "line 1 is blank, expected a header"),
      (
        "\"step,learningRate\"\n0,0.5\n",
        "no column is known as the step among \"step,learningRate\", expected stepColumn with one of them"
      ),
      ("\"step\",\"learningRate\n0,0.5\n", "line 1 has a quotation mark without a second one"),
      ("step,learningRate\n\"0\"1,0.5\n", "line 2 has text behind a quotation mark"),
      ("step,learningRate\n0,0.\"5\"\n", "line 2 has a quotation mark inside a value"),
      (
        "step,learningRate\n0,\"0,5\"\n",
        "line 2: learningRate is \"0,5\", expected a finite number ≥ 0 with a decimal point"
      ),
      (
        "step;learningRate\n0;0,5\n",
        "line 2: learningRate is \"0,5\", expected a finite number ≥ 0 with a decimal"
      ),
      ("step,learningRate\n0,0,5\n", "line 2 has 3 values, expected 2 (numbers have a decimal point)"),
      ("step,learningRate\n0,0.5,\n", "line 2 has 3 values, expected 2"),
      ("step,learningRate\n0,0.5\n\n \n\"1\",0.5\n", "line 3 is blank, expected 2 values"),
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
        "it is a web page (HTML), as a failed download leaves, expected a schedule or a log"
      ),
      ("<HTML><head>" + String(repeating: " ", count: 300), "it is a web page (HTML)"),
      (
        "step,learningRate\n0,0.5\n10,0.5\n20,0.5\n",
        "line 3: step is 10 after 0, and rows are 10 steps apart, expected between hold (each rate holds until the next"
      ),
      ("step,learningRate\n0,1\n1,1\n4,1\n", "line 4: step is 4 after 1, and rows are 1 to 3 steps apart"),
      (
        "step,learningRate,momentum,momentumConvention\n0,1,0.5,torch\n",
        "line 2: momentumConvention is \"torch\", expected one of velocity, velocity-nesterov, pytorch,"
      ),
      (
        "step,learningRate,momentum,momentumConvention\n0,1,0.5,optax\n1,1,0.5,pytorch\n",
        "line 3: momentumConvention is \"pytorch\", expected optax as in the rows before"
      ),
      ("step,learningRate,batchSize\n0,1,8\n1,1,\n", "line 3 has no batchSize beside learningRate"),
      ("step,learningRate,batchSize\n0,1,0\n", "batchSize is \"0\", expected a finite number > 0"),
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
