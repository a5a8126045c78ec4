import Foundation
import NoisyQuadratic
import NoisyQuadraticFiles
import Synchronization
import Testing

@testable import WorkUnits

@Suite struct UnitRunTests {
  /// The failure of a body; `nil` without one.
  private func failure(_ body: () async throws(UnitFailure) -> Void) async -> UnitFailure? {
    do throws(UnitFailure) {
      try await body()
      return nil
    } catch {
      return error
    }
  }

  @Test("Any number of lanes, interrupted anywhere: the same results", arguments: [1, 2, 5])
  func interruptions(lanes: Int) async throws {
    let folder = Folder()
    let calls = Mutex(0)
    let plan = UnitPlan.counting { _, _, work throws(NoisyQuadraticError) in
      let count = calls.withLock { calls in
        calls += 1
        return calls
      }
      // Stands for a kill: the step that is under way is lost.
      guard count % 10 != 0 else { throw .invalidCount(field: "test", value: count, expected: "-") }
      work.advance()
    }
    let expected = try plan.done
    let run = UnitRun(plan, in: try folder.units, lanes: lanes, interval: -1)
    var interruptions = 0
    while true {
      do throws(UnitFailure) {
        let results = try await run.finish(Array(0..<8))
        #expect(results == expected)
        break
      } catch {
        guard case .problem = error else { throw error }
        interruptions += 1
      }
    }
    #expect(interruptions >= 3 && interruptions < 20)
    run.folder.discard(plan.units)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test("Units done apart, in several folders, are collected to the same results")
  func apart() async throws {
    let plan = UnitPlan.counting()
    let folders = [Folder(), Folder(), Folder()]
    let shares = [[4, 2, 7], [0, 5, 1, 6], [3]]
    for (folder, share) in zip(folders, shares) {
      let works = try await UnitRun(plan, in: try folder.units, lanes: 2).finish(share)
      #expect(share.allSatisfy { works[$0]?.isFinished == true })
    }
    // By the folder of the units, or the one around it; twice is once.
    let places = folders.map(\.path) + [folders[0].path + "/units", folders[1].path + "/"]
    #expect(try UnitRun.collect(plan, from: try places.map { try UnitFolder(reading: $0) }) == plan.done)
  }

  @Test("What is missing, unfinished, twice or of other options is refused, and nothing changes")
  func refusals() async throws {
    let plan = UnitPlan.counting()
    let (first, second) = (Folder(), Folder())
    _ = try await UnitRun(plan, in: try first.units, lanes: 1).finish([0, 1, 2, 4])
    var begun = Counting(limit: 10, values: [0.4])
    begun.advance()
    try plan.file(3, in: try first.units).save(begun)
    func refusal(_ plan: UnitPlan<Counting>, _ folders: [Folder]) async throws -> UnitFailure? {
      let folders = try folders.map { try UnitFolder(reading: $0.path) }
      return await failure { () throws(UnitFailure) in _ = try UnitRun.collect(plan, from: folders) }
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: first.path + "/units").sorted()
    #expect(try await refusal(plan, [first]) == .unfinished([3, 5, 6, 7], count: 8))
    #expect(
      try await refusal(plan, [first])?.description
        == "4 of 8 units are missing or not finished: 3,5-7")
    _ = try await UnitRun(plan, in: try second.units, lanes: 1).finish([1, 3])
    let twice = try await refusal(plan, [first, second])
    #expect(twice?.description.hasPrefix("p1 is finished in ") == true)
    let other = try await refusal(.counting(option: 2), [first])
    #expect(other?.description.contains("option is 1, expected 2") == true)
    // A unit of the plan that begins elsewhere.
    try plan.file(5, in: try first.units).save(Counting(limit: 12, values: [0.7]))
    #expect(try await refusal(plan, [first])?.description.contains("not a state of this unit") == true)
    plan.file(5, in: try first.units).remove()
    // A unit of another plan is nobody's business.
    try UnitFile("p9", in: try first.units.directory, configuration: []).save(begun)
    #expect(try await refusal(plan, [first]) == .unfinished([3, 5, 6, 7], count: 8))
    UnitFile("p9", in: try first.units.directory, configuration: []).remove()
    #expect(try FileManager.default.contentsOfDirectory(atPath: first.path + "/units").sorted() == names)
    #expect(throws: FileError.self) { try UnitFolder(reading: first.path + "/nowhere") }
  }

  @Test("A unit begins only once those it needs are finished")
  func needs() async throws {
    let plan = UnitPlan.counting()
    let folder = Folder()
    let run = UnitRun(plan, in: try folder.units, lanes: 2)
    let refused = await failure { () throws(UnitFailure) in _ = try await run.finish([0, 1, 6]) }
    #expect(refused?.description.hasPrefix("later-0 needs unit 5, which is not finished in ") == true)
    // Nothing was begun.
    #expect(try run.states().allSatisfy { $0 == nil })
    _ = try await run.finish([5])
    let works = try await run.finish([6, 1, 0])
    #expect(try works[6] == plan.done[6] && works[7] == nil)
    // Done already, and whatever became of what it needed.
    plan.file(5, in: run.folder).remove()
    #expect(try await run.finish([6])[6] == plan.done[6])
  }

  @Test("A request to stop saves every unit, and the run goes on from there")
  func stop() async throws {
    let folder = Folder()
    let calls = Mutex(0)
    let plan = UnitPlan.counting { _, _, work throws(NoisyQuadraticError) in
      calls.withLock { $0 += 1 }
      work.advance()
    }
    let run = UnitRun(plan, in: try folder.units, lanes: 2)
    let all = Array(0..<8)
    let stopped = await failure { () throws(UnitFailure) in
      _ = try await run.finish(all, shouldStop: { calls.withLock { $0 >= 20 } })
    }
    #expect(stopped == .stopped)
    var saved = 0
    for case let work? in try run.states() { saved += work.values.count - 1 }
    // No step was lost.
    #expect(saved == calls.withLock { $0 } && saved >= 20)
    #expect(try await run.finish(all) == plan.done)
    #expect(calls.withLock { $0 } == 57 + 2 * 3)
  }

  @Test("Progress never goes back and ends at all of it")
  func progress() async throws {
    let folder = Folder()
    let shares = Mutex<[Double]>([])
    _ = try await UnitRun(.counting(), in: try folder.units, lanes: 1).finish(
      Array(0..<8), progress: { done, _ in shares.withLock { $0.append(done) } })
    let all = shares.withLock { $0 }
    #expect(all == all.sorted() && all.count == 57 + 6 && abs((all.last ?? 0) - 1) < 1e-12)
  }

  @Test("The units under way share the cores")
  func cores() async throws {
    let seen = Mutex<Set<Int>>([])
    let plan = UnitPlan.counting { _, cores, work throws(NoisyQuadraticError) in
      seen.withLock { _ = $0.insert(cores) }
      work.advance()
    }
    func shares(_ units: [Int], lanes: Int) async throws -> Set<Int> {
      seen.withLock { $0 = [] }
      let folder = Folder()
      _ = try await UnitRun(plan, in: try folder.units, lanes: lanes).finish(units)
      return seen.withLock { $0 }
    }
    #expect(try await shares([3], lanes: 5) == [5])
    #expect(try await shares([0, 1], lanes: 1) == [1])
    // Two at first, and one that is left.
    #expect(try await shares([0, 5], lanes: 6).isSubset(of: [3, 6]))
  }

  @Test("Discarding removes the units and what a killed process left of them, and nothing else")
  func discarding() async throws {
    let folder = Folder()
    let plan = UnitPlan.counting()
    let run = UnitRun(plan, in: try folder.units, lanes: 1)
    _ = try await run.finish([0, 1, 2])
    func write(_ name: String) throws {
      try Data().write(to: URL(fileURLWithPath: run.folder.path + "/" + name))
    }
    try write(".p1.unit.123.abc.tmp")
    try write("note.txt")
    run.folder.discard([plan.units[1]])
    let names = try FileManager.default.contentsOfDirectory(atPath: run.folder.path).sorted()
    #expect(names == [".lock", "note.txt", "p0.unit", "p2.unit"])
    // Neither those of another plan.
    run.folder.discard(plan.units)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: run.folder.path).sorted() == [".lock", "note.txt"])
  }
}
