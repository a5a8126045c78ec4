import MetaOptimizationFiles
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport
import WorkUnits

/// The plan of a program that repeats everything with several seeds.
package protocol SeedPlan {
  associatedtype Work: ResumableWork
  associatedtype Report: SeedReport

  /// The units of all seeds, and how each is done.
  var units: UnitPlan<Work> { get }

  /// The reports of all seeds.
  func reports(_ works: [Work]) throws(NoisyQuadraticError) -> [(seed: UInt64, report: Report)]
}

/// The report of one seed.
package protocol SeedReport {
  /// The table that the program prints for a single seed.
  var table: String { get }

  /// The plots.
  func plots() -> [PlotScript]

  /// Writes all files except the pictures.
  func write(to directory: OutputDirectory, plots: [PlotScript]) throws(FileError)

  /// The spread of the figures in the table over the seeds.
  static func summary(_ reports: [(seed: UInt64, report: Self)]) throws(NoisyQuadraticError) -> SeedSummary
}

/// Does the units of all seeds, and writes and prints the results.
package enum SeedProgram {
  /// Does what the options of the units ask.
  ///
  /// A single seed writes into the output directory itself. Several write into a folder each, and the summary into
  /// the directory.
  ///
  /// - Parameters:
  ///   - plan: the plan.
  ///   - options: the options of the units.
  ///   - training: the options of the networks.
  ///   - output: the path of the output directory.
  ///   - exports: returns the schedules to export.
  /// - Throws: ``Failure``; the files of units remain.
  package static func run<Plan: SeedPlan>(
    _ plan: Plan, _ options: UnitOptions, _ training: NetworkOptions, output: String,
    exporting exports: ([(seed: UInt64, report: Plan.Report)]) throws(Failure) -> Exports? = { _ in nil }
  ) async throws(Failure) {
    let directory = try options.directory(output)
    let folders = try training.folders(in: directory, for: options)
    let units = UnitProgram(plan.units, options, in: directory, isSilent: training.quiet)
    guard let works = try await units.works() else { return }
    let reports = try Program.solving { () throws(NoisyQuadraticError) in try plan.reports(works) }
    let exports = try exports(reports)
    var files = zip(reports, folders).map { report, folder in
      Program.Results(training.noPlots ? [] : report.report.plots(), in: folder, report.report.write)
    }
    var text = reports[0].report.table
    if reports.count > 1 {
      let summary = try Program.solving { () throws(NoisyQuadraticError) in try Plan.Report.summary(reports) }
      files.append(
        Program.Results([], in: directory) { directory, _ throws(FileError) in
          try summary.write(to: directory)
        })
      text = summary.text
    }
    try Program.finish(text, files, exporting: exports, isSilent: training.quiet, then: units.discard)
  }
}

extension SeedSummary {
  /// The tables that a program prints: medians, with the range over the seeds.
  package var text: String {
    var text =
      "\(title)\n\nMedian (range) over \(seeds.count) seeds, \(seeds[0]) to \(seeds[seeds.count - 1])\n"
    for table in tables where !table.rows.isEmpty {
      var rows = TextTable(table.labels + table.rows[0].figures.map(\.name))
      for row in table.rows { rows.add(row.labels + row.figures.map(\.text)) }
      text += "\n" + (tables.count > 1 ? "\(table.title)\n\n" : "") + rows.markdown
    }
    return text + (note.isEmpty ? "" : "\n\(note)\n")
  }
}

extension SeedSummary.Figure {
  /// The median and the range; the median alone if all seeds agree.
  fileprivate var text: String {
    let numbers = [median, smallest, largest].map(text)
    return numbers[1] == numbers[2] ? numbers[0] : "\(numbers[0]) (\(numbers[1]) to \(numbers[2]))"
  }

  private func text(_ number: Double) -> String {
    guard number.isFinite else { return "diverged" }
    if isShare { return number.percentText }
    return number == number.rounded() && abs(number) < 1e6 ? number.jsonText : number.significant(3)
  }
}
