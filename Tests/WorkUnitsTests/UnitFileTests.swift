import Foundation
import NoisyQuadraticFiles
import Testing

@testable import WorkUnits

@Suite struct UnitFileTests {
  private let options = [JSONValue.Member("seed", .number(1)), .init("images", .number(10))]

  @Test("What was saved is loaded, to the last bit; nothing where there is no file")
  func roundTrip() throws {
    let folder = Folder()
    let file = UnitFile("a", in: try folder.directory, configuration: options)
    #expect(try file.load(Counting.self) == nil)
    let state = Counting(
      limit: 3, values: [0.1, 0, .infinity, -0.0, .nan, .leastNonzeroMagnitude, 1e300, 1 / 3])
    try file.save(state)
    let loaded = try #require(try file.load(Counting.self))
    // Bits: −0 equals 0.
    #expect(loaded.limit == 3 && loaded.values.map(\.bitPattern) == state.values.map(\.bitPattern))
    file.remove()
    #expect(try file.load(Counting.self) == nil)
  }

  @Test("Every damaged byte and every truncation are refused, and the file stays")
  func damage() throws {
    let folder = Folder()
    let file = UnitFile("a", in: try folder.directory, configuration: options)
    try file.save(Counting(limit: 2))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file.path))
    func refuses(_ data: Data) throws {
      try data.write(to: URL(fileURLWithPath: file.path))
      do throws(FileError) {
        _ = try file.load(Counting.self)
        Issue.record("accepted a damaged file")
      } catch {
        #expect(!error.description.contains("\n"))
      }
      #expect(try Data(contentsOf: URL(fileURLWithPath: file.path)) == data)
    }
    for i in bytes.indices {
      var changed = bytes
      changed[i] ^= 0x55
      try refuses(changed)
      try refuses(bytes.prefix(i))
    }
  }

  @Test("Other options are refused by name and value, and so is the file of another unit")
  func others() throws {
    let folder = Folder()
    let file = UnitFile("a", in: try folder.directory, configuration: options)
    try file.save(Counting(limit: 2))
    func problem(_ name: String, _ options: [JSONValue.Member]) throws -> String? {
      do throws(FileError) {
        _ = try UnitFile(name, in: file.directory, configuration: options).load(Counting.self)
        return nil
      } catch {
        guard case .invalid(_, let problem) = error else { throw error }
        return problem
      }
    }
    #expect(
      try problem("a", [options[0], .init("images", .number(12))])
        == "the unit is of other options: images is 10, expected 12")
    let names =
      "the unit is of other options: they have other names, expected those of this program and version"
    #expect(try problem("a", [options[0]]) == names)
    #expect(try problem("a", [options[0], .init("pictures", .number(10))]) == names)
    #expect(try problem("a", options) == nil)
    try FileManager.default.copyItem(atPath: file.path, toPath: file.directory.file("b.unit"))
    #expect(try problem("b", options) == "the file is of the unit a, expected b")
    #expect(try file.load(Counting.self) == Counting(limit: 2))
  }

  @Test("A pipe, a device or a directory in the place of a file is refused, not waited for")
  func noFiles() throws {
    let folder = Folder()
    let directory = try folder.directory
    try directory.create()
    let file = UnitFile("a", in: directory, configuration: options)
    func refuses(_ reason: String) {
      #expect(throws: FileError.unreadable(path: file.path, reason: reason)) {
        _ = try file.load(Counting.self)
      }
    }
    try #require(mkfifo(file.path, 0o600) == 0)
    refuses("it is a pipe, expected a regular file")
    file.remove()
    try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: "/dev/zero")
    refuses("it is a device, expected a regular file")
    file.remove()
    try FileManager.default.createDirectory(atPath: file.path, withIntermediateDirectories: false)
    refuses("it is a directory")
    file.remove()
    try file.save(Counting(limit: 2))
    #expect(try file.load(Counting.self) == Counting(limit: 2))
  }
}
