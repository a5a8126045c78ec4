import Foundation
import MetaOptimizationFiles
import NoisyQuadratic
import NoisyQuadraticFiles
import Synchronization
import Testing

@Suite("Checkpoints and long runs")
struct LongRunTests {
  /// Counts to a limit by a recurrence that depends on all that went before.
  private struct Counting: ResumableWork, Equatable {
    var limit: Int
    var values: [Double] = [0.3]
    var effort: Double { Double(limit) }
    var share: Double { Double(values.count - 1) / Double(limit) }
    var isFinished: Bool { values.count > limit }

    func continues(_ planned: Counting) -> Bool { limit == planned.limit && !values.isEmpty }

    mutating func advance() { values.append(3.9 * values[values.count - 1] * (1 - values[values.count - 1])) }
  }

  /// A directory that is removed at the end.
  private final class Folder {
    let path = NSTemporaryDirectory() + "long-run-\(UUID().uuidString)"
    var directory: OutputDirectory { get throws { try OutputDirectory(path) } }
    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  @Test("What was saved is loaded, to the last bit; nothing where there is no file")
  func roundTrip() throws {
    let folder = Folder()
    let file = CheckpointFile("a", in: try folder.directory, configuration: "{\"seed\": 1}")
    #expect(try file.load(Counting.self) == nil)
    let state = Counting(limit: 3, values: [0.1, .infinity, -0.0, .leastNonzeroMagnitude])
    try file.save(state)
    #expect(try file.load(Counting.self) == state)
    file.remove()
    #expect(try file.load(Counting.self) == nil)
  }

  @Test("Every damaged byte, every truncation and another configuration are refused, and the file stays")
  func damage() throws {
    let folder = Folder()
    let file = CheckpointFile("a", in: try folder.directory, configuration: "one")
    try file.save(Counting(limit: 2))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file.path))
    func refuses(_ data: Data) throws {
      try data.write(to: URL(fileURLWithPath: file.path))
      do throws(FileError) {
        _ = try file.load(Counting.self)
        Issue.record("accepted a damaged checkpoint")
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
    try bytes.write(to: URL(fileURLWithPath: file.path))
    do throws(FileError) {
      _ = try CheckpointFile("a", in: file.directory, configuration: "two").load(Counting.self)
      Issue.record("accepted another configuration")
    } catch {
      #expect(error.description.contains("of other options"))
    }
    #expect(try file.load(Counting.self) == Counting(limit: 2))
  }

  @Test("A pipe, a device or a directory in the place of a checkpoint is refused, not waited for")
  func noFiles() throws {
    let folder = Folder()
    let directory = try folder.directory
    try directory.create()
    let file = CheckpointFile(".a.checkpoint", in: directory, configuration: "one")
    func refuses(_ reason: String) {
      #expect(throws: FileError.unreadable(path: file.path, reason: reason)) {
        _ = try file.load(Counting.self)
      }
      #expect(CheckpointFile.names(in: directory).isEmpty)
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
    #expect(CheckpointFile.names(in: directory) == [file.name])
  }

  @Test("Any number of lanes, interrupted anywhere: the same results", arguments: [1, 2, 5])
  func interruptions(lanes: Int) async throws {
    let folder = Folder()
    let pieces = (0..<6).map {
      (name: "p\($0)", work: Counting(limit: 7 + $0, values: [0.1 + 0.1 * Double($0)]))
    }
    let expected = pieces.map { piece in
      var work = piece.work
      while !work.isFinished { work.advance() }
      return work
    }
    let run = LongRun(
      pieces, lanes: lanes, directory: try folder.directory, configuration: "c", interval: -1)
    let calls = Mutex(0)
    var interruptions = 0
    while true {
      do {
        let results = try await run.finish { work throws(NoisyQuadraticError) in
          let count = calls.withLock { calls in
            calls += 1
            return calls
          }
          // Stands for a kill: the step that is under way is lost.
          guard count % 10 != 0 else { throw .invalidCount(field: "test", value: count, expected: "-") }
          work.advance()
        }
        #expect(results == expected)
        break
      } catch {
        interruptions += 1
      }
    }
    #expect(interruptions >= 3 && interruptions < 20)
    run.checkpoints.forEach { $0.remove() }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test("A checkpoint of the right name and options that holds another state is refused, and stays")
  func otherStates() async throws {
    let folder = Folder()
    let run = LongRun(
      [("a", Counting(limit: 5))], lanes: 1, directory: try folder.directory, configuration: "c")
    for state in [Counting(limit: 6), Counting(limit: 5, values: [])] {
      try run.checkpoints[0].save(state)
      do {
        _ = try await run.finish { work throws(NoisyQuadraticError) in work.advance() }
        Issue.record("went on with another state")
      } catch {
        guard case .file(.invalid(_, let problem)) = error else { throw error }
        #expect(problem.contains("the checkpoint is not one of this piece of work"))
      }
      #expect(try run.checkpoints[0].load(Counting.self) == state)
    }
  }

  @Test("Progress never goes back and ends at all of it")
  func progress() async throws {
    let folder = Folder()
    let shares = Mutex<[Double]>([])
    let run = LongRun(
      [("a", Counting(limit: 5)), ("b", Counting(limit: 10))], lanes: 1, directory: try folder.directory,
      configuration: "c")
    _ = try await run.finish(
      { work throws(NoisyQuadraticError) in work.advance() },
      progress: { done, _ in shares.withLock { $0.append(done) } })
    let all = shares.withLock { $0 }
    #expect(all == all.sorted() && all.count == 15 && all.last == 1)
  }
}
