import MetaOptimizationFiles
import NoisyQuadraticFiles
import ProgramSupport

/// The results of all seeds of a program.
package struct SeedResults {
  /// The results of one seed: its plots, and a function that writes all files except the pictures.
  package typealias Part = (
    plots: [PlotScript], write: (OutputDirectory, [PlotScript]) throws(FileError) -> Void
  )

  private let parts: [Part]

  /// Creates the results of at least one seed.
  package init(_ parts: [Part]) { self.parts = parts }

  /// Writes and prints the results. A single seed writes into the directory itself. Several write into a folder
  /// each, and the summary into the directory.
  ///
  /// - Parameters:
  ///   - directory: the output directory.
  ///   - folders: the directories of the seeds.
  ///   - table: the table of a single seed.
  ///   - summary: the spread over the seeds.
  ///   - exports: the schedules to export.
  ///   - isSilent: whether nothing is printed.
  ///   - finished: is called when everything is written.
  /// - Throws: ``Failure`` if files or standard output cannot be written.
  package func finish(
    in directory: OutputDirectory, _ folders: [OutputDirectory], table: @autoclosure () -> String,
    summary: @autoclosure () throws(Failure) -> SeedSummary, exporting exports: Exports? = nil,
    isSilent: Bool,
    then finished: () -> Void
  ) throws(Failure) {
    var files = zip(parts, folders).map { part, folder in Program.Results(part.plots, in: folder, part.write)
    }
    var text = ""
    if parts.count == 1 {
      text = table()
    } else {
      let summary = try summary()
      files.append(
        Program.Results([], in: directory) { directory, _ throws(FileError) in
          try summary.write(to: directory)
        })
      text = summary.text
    }
    try Program.finish(text, files, exporting: exports, isSilent: isSilent, then: finished)
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
