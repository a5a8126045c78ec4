import Foundation
import TestSupport
import Testing

@testable import NoisyQuadraticFiles

@Suite struct OutputDirectoryTests {
  @Test func filesAreWholeAndNothingElseIsLeft() throws {
    let scratch = try Scratch()
    let directory = try OutputDirectory(scratch.path + "/a/b")
    try directory.write([
      ("one", { $0.append("1") }), ("two", { $0.append(numbers: [1, 0.5, .infinity]) }),
    ])
    #expect(try scratch.names(in: "a/b") == ["one", "two"])
    #expect(try scratch.read("a/b/two") == "1, 0.5, null")
  }

  @Test func aFileInTheWayIsSaidSo() throws {
    let scratch = try Scratch()
    let path = try scratch.write("keep me", to: "file")
    #expect(throws: FileError.cannotCreate(path: path, reason: "a file of that name is in the way")) {
      try OutputDirectory(path)
    }
    #expect(throws: FileError.self) { try OutputDirectory(path + "/below") }
    #expect(try scratch.read("file") == "keep me")
  }

  @Test func aFailedWriteLeavesEarlierFilesAlone() throws {
    let scratch = try Scratch()
    let directory = try OutputDirectory(scratch.path)
    try directory.write([("result", { $0.append("old") })])
    // A directory in the place of the second file: renaming fails.
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/blocked/x", withIntermediateDirectories: true)
    #expect(throws: FileError.self) {
      try directory.write([("blocked", { $0.append("b") }), ("result", { $0.append("new") })])
    }
    #expect(try scratch.read("result") == "old")
    #expect(try scratch.names() == ["blocked", "result"])
  }

  @Test func nothingIsCreatedBeforeTheFirstFile() throws {
    let scratch = try Scratch()
    let directory = try OutputDirectory(scratch.path + "/a/b")
    #expect(try scratch.names().isEmpty)
    #expect(throws: FileError.self) { try directory.write([("no/such", { $0.append("x") })]) }
    #expect(try scratch.names().isEmpty)
    try directory.write([("file", { $0.append("x") })])
    #expect(try scratch.names(in: "a/b") == ["file"])
  }

  @Test func aProgramThatTakesTooLongIsEnded() throws {
    let scratch = try Scratch()
    let sleeper = ChildProcess(
      executable: "/bin/sleep", arguments: ["100"], environment: [:], directory: scratch.path,
      output: scratch.path + "/words")
    #expect(sleeper.run(timeLimit: 0.1, cleanup: Cleanup()) == .timedOut)
    let missing = ChildProcess(
      executable: "/nonexistent", arguments: [], environment: [:], directory: scratch.path,
      output: scratch.path + "/words")
    #expect(missing.run(timeLimit: 10, cleanup: Cleanup()) == .exited(127))
  }

  @Test func aMarkAfterASlashHidesNoDirectory() throws {
    let scratch = try Scratch()
    let directory = try OutputDirectory(scratch.path + "/new/\u{301}x")
    try directory.write([("file", { $0.append("x") })])
    #expect(try scratch.names(in: "new") == ["\u{301}x"])
  }

  @Test func whatWasThereStaysUntilAllIsThere() throws {
    let scratch = try Scratch()
    let directory = try OutputDirectory(scratch.path)
    try directory.write([("a", { $0.append("old a") }), ("b", { $0.append("old b") })])
    #expect(throws: FileError.self) {
      try directory.write([("a", { $0.append("new a") }), ("none/b", { $0.append("new b") })])
    }
    #expect(try scratch.read("a") == "old a" && scratch.read("b") == "old b")
    try directory.write([("a", { $0.append("new a") })], removing: ["b", "c"])
    #expect(try scratch.names() == ["a"] && scratch.read("a") == "new a")
  }
}
