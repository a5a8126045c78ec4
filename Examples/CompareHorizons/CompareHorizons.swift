import ArgumentParser
import Foundation
import NoisyQuadratic
import NoisyQuadraticFiles

/// Compares what schedules of different horizons achieve on a noisy quadratic.
@main
enum CompareHorizons {
  static func main() {
    // A file-size limit is then an error like a full disk, not the end of the process.
    signal(SIGXFSZ, SIG_IGN)
    do {
      try run(try parse())
    } catch {
      // One line whatever the message holds: a file's name may contain a line break.
      let line = error.message.split(whereSeparator: \.isNewline).joined(separator: " ")
      FileHandle.standardError.write(Data("compare-horizons: \(line)\n".utf8))
      exit(error.status.rawValue)
    }
  }

  static func run(_ arguments: Arguments) throws(Failure) {
    let plan = try Plan(arguments)
    let directory = try files { () throws(FileError) in try OutputDirectory(plan.output) }
    var rows: [ComparisonReport.Row] = []
    for (i, entry) in plan.comparison.entries.enumerated() {
      let progress = Progress(
        "solving \(entry.name), \(i + 1) of \(plan.comparison.entries.count)", isSilent: arguments.quiet)
      defer { progress.end() }
      rows.append(try solve(entry, plan))
    }
    let report = ComparisonReport(
      problem: plan.problem, horizon: plan.horizon, options: plan.options, rows: rows)
    let plots = arguments.noPlots ? [] : report.plots(fixedRates: fixedRates(plan))
    try files { () throws(FileError) in try report.write(to: directory, plots: plots) }
    try say(report.table, unless: arguments.quiet)
    try draw(plots, in: directory, isQuiet: arguments.quiet)
    try say("Written to \(directory.path)", unless: arguments.quiet)
  }

  private static func solve(
    _ entry: HorizonComparison.Entry, _ plan: Plan
  ) throws(Failure) -> ComparisonReport.Row {
    let clock = ContinuousClock()
    let start = clock.now
    do throws(NoisyQuadraticError) {
      let solution = try entry.solver.solve(plan.problem.model, horizon: plan.horizon)
      let seconds = (clock.now - start) / .seconds(1)
      return ComparisonReport.Row(entry: entry, solution: solution, seconds: seconds)
    } catch {
      throw .usage(error.description)
    }
  }

  /// The study behind Figure 2, over rates up to the limit or to the limit of stability.
  private static func fixedRates(_ plan: Plan) -> FixedRateStudy? {
    let model = plan.problem.model
    let stable = model.stabilityLimit()
    let limit = (try? plan.limits.learningRate.value(for: model)).flatMap { $0 } ?? stable
    return try? FixedRateStudy(model, maximumRate: min(limit, stable))
  }

  private static func draw(
    _ plots: [PlotScript], in directory: OutputDirectory, isQuiet: Bool
  ) throws(Failure) {
    guard !plots.isEmpty else { return }
    guard let renderer = PlotRenderer() else {
      try say("gnuplot is not installed: plot scripts written (*.gp), no pictures drawn", unless: isQuiet)
      return
    }
    try files { () throws(FileError) in try renderer.draw(plots, in: directory) }
  }

  private static func say(_ text: String, unless isQuiet: Bool) throws(Failure) {
    guard !isQuiet else { return }
    do {
      try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    } catch {
      throw Failure(status: .writeFailed, message: "cannot write to standard output")
    }
  }

  private static func files<T>(_ body: () throws(FileError) -> T) throws(Failure) -> T {
    do throws(FileError) {
      return try body()
    } catch {
      throw Failure(error)
    }
  }

  /// The arguments; prints help or the version and exits if asked to.
  private static func parse() throws(Failure) -> Arguments {
    do {
      let command = try Arguments.parseAsRoot()
      guard let arguments = command as? Arguments else {
        throw CleanExit.helpRequest()
      }
      return arguments
    } catch {
      let text = Arguments.fullMessage(for: error)
      if Arguments.exitCode(for: error) == .success {
        print(text)
        exit(0)
      }
      // The first line says what is wrong; the rest is usage.
      let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "wrong usage"
      throw .usage(line.hasPrefix("Error: ") ? String(line.dropFirst(7)) : line)
    }
  }
}
