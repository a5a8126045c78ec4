import NoisyQuadratic
import NoisyQuadraticFiles
import WorkUnits

/// Does, lists or merges the units of a program, as its options ask.
package struct UnitProgram<Work: ResumableWork> {
  private let plan: UnitPlan<Work>
  private let options: UnitOptions
  private let folder: UnitFolder
  private let isSilent: Bool

  /// Prepares the units of a plan.
  ///
  /// - Parameters:
  ///   - plan: the units.
  ///   - options: checked options.
  ///   - directory: the output directory.
  ///   - isSilent: whether progress is not shown.
  package init(
    _ plan: UnitPlan<Work>, _ options: UnitOptions, in directory: OutputDirectory, isSilent: Bool
  ) {
    self.plan = plan
    self.options = options
    self.isSilent = isSilent
    folder = UnitFolder(in: directory)
  }

  private var run: UnitRun<Work> { UnitRun(plan, in: folder, lanes: options.lanes) }

  /// Does what the options ask.
  ///
  /// - Returns: all units, finished, to be reported on; `nil` if only some were done, or listed.
  /// - Throws: ``Failure``; the files of units remain. A signal that asks the program to end does so once all
  ///   units are saved.
  package func works() async throws(Failure) -> [Work]? {
    if options.listUnits {
      try list()
      return nil
    }
    if !options.merge.isEmpty { return try merged() }
    if let selected = try options.selected(of: plan.units.count) {
      _ = try await finish(selected)
      try sayFinished(selected)
      return nil
    }
    return try await finish(Array(plan.units.indices)).compactMap { $0 }
  }

  /// Removes the files of the units, whose results have been written. Those that were merged stay.
  package func discard() {
    if options.merge.isEmpty { folder.discard(plan.units) }
  }

  private func finish(_ selection: [Int]) async throws(Failure) -> [Work?] {
    let time = TimeLeft(isSilent: isSilent)
    let saved = "what was done is saved in \(folder.path); the same command goes on from there"
    Program.stop.expect()
    do throws(UnitFailure) {
      let works = try await run.finish(
        selection, restarting: options.restart, shouldStop: { Program.stop.isRequested },
        progress: time.report)
      Program.stop.settle(saved)
      return works
    } catch {
      if case .stopped = error { Program.stop.settle(saved) }
      // Whatever else went wrong is to be told, even if there is a request to stop.
      Program.stop.forget()
      throw Failure(error)
    }
  }

  private func merged() throws(Failure) -> [Work] {
    var folders: [UnitFolder] = []
    for path in options.merge {
      folders.append(try Program.files { () throws(FileError) in try UnitFolder(reading: path) })
    }
    do throws(UnitFailure) {
      return try UnitRun.collect(plan, from: folders)
    } catch {
      throw Failure(error)
    }
  }

  private func sayFinished(_ selected: [Int]) throws(Failure) {
    guard !isSilent else { return }
    let what = selected.count == 1 ? "Unit \(selected[0]) is" : "\(selected.count) units are"
    try Program.say("\(what) finished in \(folder.path)")
  }

  private func list() throws(Failure) {
    let works: [Work?]
    do throws(UnitFailure) { works = try run.states() } catch { throw Failure(error) }
    let total = plan.units.reduce(0) { $0 + $1.effort }
    var table = TextTable([
      .numbers("unit", 4), .text("  name", 24), .numbers("seed", 6), .numbers("needs", 12),
      .numbers("of all work", 12), .text("  state", 0),
    ])
    for (i, unit) in plan.units.enumerated() {
      let state = works[i].map { work in
        work.isFinished ? "finished" : "\(Int(100 * min(max(work.share, 0), 1)))%"
      }
      let needs = UnitSelection(unit.needs).text
      table.add([
        "\(i)", "  " + unit.name, unit.seed.map { "\($0)" } ?? "-", needs.isEmpty ? "-" : needs,
        "\((100 * unit.effort / total).significant(2))%", "  " + (state ?? "missing"),
      ])
    }
    guard Console.say(table.text) else {
      throw Failure(status: .writeFailed, message: "cannot write to standard output")
    }
  }
}

extension Failure {
  /// Creates the failure of units.
  init(_ failure: UnitFailure) {
    switch failure {
    case .file(let error): self.init(error)
    case .problem(let error): self.init(error)
    case .stopped, .busy, .needs, .unfinished: self.init(status: .tryLater, message: failure.description)
    case .twice: self.init(status: .badData, message: failure.description)
    }
  }
}
