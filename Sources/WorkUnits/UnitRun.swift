import Foundation
import NoisyQuadratic
import NoisyQuadraticFiles
import Synchronization

/// Does units of work on several cores, saves them as they advance, and collects what other processes did.
///
/// Every unit depends only on its own state. Therefore neither the number of cores, nor an interruption, nor
/// the distribution of units over processes and machines changes any result.
public struct UnitRun<Work: ResumableWork>: Sendable {
  /// The units.
  public let plan: UnitPlan<Work>
  /// The folder with the files of the units.
  public let folder: UnitFolder
  /// The number of units that are processed at the same time. Fewer units share the cores.
  public let lanes: Int
  /// The number of seconds between two saves of a unit.
  public let interval: Double

  /// Creates a run.
  public init(_ plan: UnitPlan<Work>, in folder: UnitFolder, lanes: Int, interval: Double = 10) {
    self.plan = plan
    self.folder = folder
    self.lanes = max(lanes, 1)
    self.interval = interval
  }

  /// The state of every unit that was begun.
  ///
  /// - Throws: ``UnitFailure`` if a file cannot be read, or is of another unit.
  public func states() throws(UnitFailure) -> [Work?] {
    var works = [Work?](repeating: nil, count: plan.units.count)
    for i in works.indices { works[i] = try plan.load(i, from: folder, works) }
    return works
  }

  /// Works until the selected units are finished. Units that are finished already are left as they are.
  ///
  /// Of two units that can begin, the one with more effort begins first.
  ///
  /// - Parameters:
  ///   - selection: the numbers of the units.
  ///   - restarting: whether the selected units are begun anew, whatever was done of them.
  ///   - shouldStop: whether to save all units and end.
  ///   - progress: receives from time to time the share of the work that is done, and the share that was done
  ///     when the run started.
  /// - Returns: the selected units and those that they need, in their places. Their files remain.
  /// - Throws: ``UnitFailure``; the files of units remain.
  public func finish(
    _ selection: [Int], restarting: Bool = false, shouldStop: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (_ done: Double, _ atStart: Double) -> Void = { _, _ in }
  ) async throws(UnitFailure) -> [Work?] {
    let selected = Set(selection)
    let needed = Set(selected.flatMap { plan.units[$0].needs })
    // Created late, lest a refusal leaves it behind.
    var locks: UnitLocks?
    if restarting { locks = try discard(selected.sorted()) }
    var works = [Work?](repeating: nil, count: plan.units.count)
    for i in works.indices where selected.contains(i) || needed.contains(i) {
      works[i] = try plan.load(i, from: folder, works)
    }
    // Before hours of work: what is selected can be done.
    for i in selected.sorted() where works[i]?.isFinished != true {
      let missing = plan.units[i].needs.filter { !selected.contains($0) && works[$0]?.isFinished != true }
      guard missing.isEmpty else {
        throw .needs(plan.units[i], numbers: missing, path: folder.path)
      }
    }
    let total = selected.reduce(0) { $0 + plan.units[$1].effort }
    let marks: UnitLocks
    if let locks { marks = locks } else { marks = try openLocks() }
    let shared = Shared(self, works, selected, total: total, marks, shouldStop)
    while case let wave = shared.ready(), !wave.isEmpty {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<min(lanes, wave.count) {
          group.addTask { shared.work(wave, progress) }
        }
      }
      try shared.checkFailure()
    }
    return shared.works
  }

  private func openLocks() throws(UnitFailure) -> UnitLocks {
    do throws(FileError) { return try UnitLocks(in: folder.directory) } catch { throw .file(error) }
  }

  /// Removes the files of units, unless another process works on one of them.
  ///
  /// - Returns: locks that mark the units.
  private func discard(_ units: [Int]) throws(UnitFailure) -> UnitLocks {
    let locks = try openLocks()
    for i in units { try take(i, locks) }
    for i in units { plan.file(i, in: folder).remove() }
    return locks
  }

  private func take(_ unit: Int, _ locks: UnitLocks) throws(UnitFailure) {
    let isFree: Bool
    do throws(FileError) { isFree = try locks.take(plan.units[unit].name) } catch { throw .file(error) }
    guard isFree else { throw .busy(plan.units[unit], path: folder.path) }
  }

  /// Collects finished units from some folders. Nothing is written.
  ///
  /// - Parameters:
  ///   - plan: the units.
  ///   - folders: the folders with the files of the units. One that is named twice counts once.
  /// - Returns: all units of the plan, finished.
  /// - Throws: ``UnitFailure`` if a unit is missing, not finished or finished in two folders, or if its file is
  ///   damaged or of other options. Files of other units are not looked at.
  public static func collect(
    _ plan: UnitPlan<Work>, from folders: [UnitFolder]
  ) throws(UnitFailure) -> [Work] {
    var distinct: [UnitFolder] = []
    for folder in folders where !distinct.contains(where: { $0.resolvedPath == folder.resolvedPath }) {
      distinct.append(folder)
    }
    var works = [Work?](repeating: nil, count: plan.units.count)
    for i in works.indices {
      var place: UnitFolder?
      for folder in distinct {
        guard let work = try plan.load(i, from: folder, works), work.isFinished else { continue }
        if let place { throw .twice(plan.units[i], paths: [place.path, folder.path]) }
        (works[i], place) = (work, folder)
      }
    }
    let missing = works.indices.filter { works[$0] == nil }
    guard missing.isEmpty else { throw .unfinished(missing, count: works.count) }
    return works.compactMap { $0 }
  }

  /// The data that the lanes share.
  private final class Shared: Sendable {
    private struct State {
      var works: [Work?]
      /// The effort done of the selected units.
      var done: Double
      var next = 0
      /// The number of lanes that work on a unit.
      var active = 0
      var failure: UnitFailure?
    }

    private let run: UnitRun
    private let selected: Set<Int>
    private let total, atStart: Double
    private let locks: UnitLocks
    private let shouldStop: @Sendable () -> Bool
    private let state: Mutex<State>

    init(
      _ run: UnitRun, _ works: [Work?], _ selected: Set<Int>, total: Double, _ locks: UnitLocks,
      _ shouldStop: @escaping @Sendable () -> Bool
    ) {
      self.run = run
      self.selected = selected
      self.total = max(total, .leastNormalMagnitude)
      self.locks = locks
      self.shouldStop = shouldStop
      let done = selected.sorted().reduce(0) { $0 + run.plan.units[$1].effort * (works[$1]?.share ?? 0) }
      atStart = done / self.total
      state = Mutex(State(works: works, done: done))
    }

    var works: [Work?] { state.withLock { $0.works } }

    func checkFailure() throws(UnitFailure) {
      if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    /// The selected units that are not finished and can begin, those with the most effort first.
    func ready() -> [Int] {
      let units = run.plan.units
      return state.withLock { state in
        state.next = 0
        return selected.sorted()
          .filter { i in
            state.works[i]?.isFinished != true
              && units[i].needs.allSatisfy { state.works[$0]?.isFinished == true }
          }
          .sorted { (units[$0].effort, $1) > (units[$1].effort, $0) }
      }
    }

    func work(_ wave: [Int], _ progress: (Double, Double) -> Void) {
      while let unit = take(wave) {
        do throws(UnitFailure) {
          try finish(unit, progress)
        } catch {
          state.withLock { state in
            // An error says more than a request to stop.
            if state.failure == nil || state.failure == .stopped { state.failure = error }
          }
          return
        }
      }
    }

    private func take(_ wave: [Int]) -> Int? {
      state.withLock { state in
        guard state.failure == nil, state.next < wave.count else { return nil }
        state.next += 1
        return wave[state.next - 1]
      }
    }

    private func finish(_ unit: Int, _ progress: (Double, Double) -> Void) throws(UnitFailure) {
      let (plan, planned) = (run.plan, run.plan.units[unit])
      guard !shouldStop() else { throw .stopped }
      try run.take(unit, locks)
      defer { locks.release(planned.name) }
      let works = works
      // Another process may have worked on the unit since the run began.
      let loaded = try plan.load(unit, from: run.folder, works)
      let first = try plan.beginning(of: unit, works)
      guard var work = loaded ?? first else { return }
      let file = plan.file(unit, in: run.folder)
      var saved = DispatchTime.now().uptimeNanoseconds
      record(unit, work)
      state.withLock { $0.active += 1 }
      defer { state.withLock { $0.active -= 1 } }
      while !work.isFinished {
        let cores = max(run.lanes / state.withLock { $0.active }, 1)
        do throws(NoisyQuadraticError) {
          try plan.advance(unit, cores, &work)
        } catch {
          throw .problem(error)
        }
        let (hasFailed, done) = record(unit, work)
        progress(done / total, atStart)
        let mustStop = hasFailed || shouldStop()
        let now = DispatchTime.now().uptimeNanoseconds
        if mustStop || work.isFinished || Double(now - saved) > 1e9 * run.interval {
          do throws(FileError) {
            try file.save(work)
          } catch {
            throw .file(error)
          }
          saved = now
        }
        if mustStop, !work.isFinished { throw .stopped }
      }
    }

    /// Notes the state of a unit.
    ///
    /// - Returns: whether a lane has failed, and the effort done.
    @discardableResult
    private func record(_ unit: Int, _ work: Work) -> (hasFailed: Bool, done: Double) {
      state.withLock { state in
        state.done += run.plan.units[unit].effort * (work.share - (state.works[unit]?.share ?? 0))
        state.works[unit] = work
        return (state.failure != nil, state.done)
      }
    }
  }
}
