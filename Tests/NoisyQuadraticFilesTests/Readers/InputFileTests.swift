import Foundation
import NoisyQuadratic
import TestSupport
import Testing

@testable import NoisyQuadraticFiles

@Suite struct InputFileTests {
  private static let csv = "step,learningRate\n0,0.5\n1,0.25\n"

  private func expect(
    _ reason: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> some Any
  ) {
    #expect(sourceLocation: sourceLocation) {
      try body()
    } throws: { error in
      guard case FileError.unreadable(_, reason) = error else {
        Issue.record("\(error)", sourceLocation: sourceLocation)
        return false
      }
      return true
    }
  }

  @Test("What is no file is called what it is, and nothing waits for it")
  func kinds() throws {
    let scratch = try Scratch()
    for device in ["/dev/null", "/dev/zero", "/dev/random"] {
      expect("it is a device, expected a file or a pipe") { try InputFile(device, .regularOrPipe) }
      expect("it is a device, expected a regular file") { try InputFile(device, .regular) }
      expect("it is a device, expected a file or a pipe") { try NamedProblem(contentsOf: device) }
    }
    expect("it is a directory") { try InputFile(scratch.path, .regularOrPipe) }
    let pipe = scratch.path + "/pipe"
    try #require(mkfifo(pipe, 0o600) == 0)
    expect("it is a pipe, expected a regular file") { try InputFile(pipe, .regular) }
    expect("it is a pipe that no program writes to") {
      try InputFile(pipe, .regularOrPipe, patience: 10).nextBlock()
    }
  }

  @Test("The reason is the right one where there is no file, or one that cannot be read")
  func reasons() throws {
    let scratch = try Scratch()
    expect("no such file") { try InputFile("", .regular) }
    expect("no such file") { try InputFile(scratch.path + "/none", .regular) }
    let file = try scratch.write(Self.csv, to: "file")
    expect("no such file: a part of its path is not a directory") { try InputFile(file + "/x", .regular) }
    expect("the name is too long") {
      try InputFile(scratch.path + "/" + String(repeating: "x", count: 300), .regular)
    }
    for (name, target) in [("dangling", "none"), ("circle", "circle")] {
      try FileManager.default.createSymbolicLink(
        atPath: scratch.path + "/" + name, withDestinationPath: scratch.path + "/" + target)
    }
    expect("it is a link to a file that is not there") { try InputFile(scratch.path + "/dangling", .regular) }
    expect("its symbolic links form a loop") { try InputFile(scratch.path + "/circle", .regular) }
    // The superuser may read everything.
    if geteuid() != 0 {
      chmod(file, 0)
      expect("no permission") { try InputFile(file, .regular) }
    }
  }

  @Test("A name that is not UTF-8 is not taken for another file's")
  func names() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.csv, to: "a\u{FFFD}.csv")
    expect("its name is not UTF-8 or has the character U+FFFD, expected another name") {
      try ScheduleFile(contentsOf: path)
    }
    let good = try scratch.write(Self.csv, to: "good.csv")
    expect("its name has a null character, expected another name") {
      try ScheduleFile(contentsOf: good + "\0.csv")
    }
  }

  @Test("Schedules and problems may come through a pipe, whose writer may be slow")
  func pipes() throws {
    let scratch = try Scratch()
    let pipe = scratch.path + "/pipe.csv"
    try #require(mkfifo(pipe, 0o600) == 0)
    // A thread of its own: tests in parallel may keep all others busy. Opening waits for the reader.
    func send(_ parts: [String]) {
      Thread.detachNewThread {
        let handle = FileHandle(forWritingAtPath: pipe)
        for part in parts {
          Thread.sleep(forTimeInterval: 0.02)
          try? handle?.write(contentsOf: Data(part.utf8))
        }
        try? handle?.close()
      }
    }
    send(["", "step,learn", "ingRate\n0,0.5\n1,0.25\n"])
    let file = try ScheduleFile(contentsOf: pipe)
    #expect(try file.schedule == Schedule(learningRates: [0.5, 0.25]))
    #expect(file.name == "pipe")
    send(["{\"curvature\": [1],", "\"gradientNoise\": 1, \"initialSecondMoment\": 1}"])
    #expect(try NamedProblem(contentsOf: pipe).model.dimension == 1)
  }

  @Test("More bytes than a reader takes are refused")
  func limit() throws {
    let scratch = try Scratch()
    let path = try scratch.write(String(repeating: "x", count: 100_000))
    #expect(try InputFile(path, .regular).readToEnd(limit: 100_000).count == 100_000)
    #expect(
      throws: FileError.invalid(path: path, problem: "the file is too long, expected at most 99999 bytes")
    ) { try InputFile(path, .regular).readToEnd(limit: 99_999) }
  }
}
