import Foundation
import NoisyQuadraticFiles

extension Program {
  /// The results that go into one directory.
  package struct Results {
    let plots: [PlotScript]
    let directory: OutputDirectory
    let write: (OutputDirectory, [PlotScript]) throws(FileError) -> Void

    /// Results with the scripts among them, and a function that writes all files except the pictures.
    package init(
      _ plots: [PlotScript], in directory: OutputDirectory,
      _ write: @escaping (OutputDirectory, [PlotScript]) throws(FileError) -> Void
    ) {
      self.plots = plots
      self.directory = directory
      self.write = write
    }
  }

  /// Writes the results of a program, prints the table, and then draws the pictures. If a picture fails,
  /// everything else remains: a line appears on standard error, and the script of the picture is kept.
  ///
  /// - Parameters:
  ///   - table: the text to print, if any.
  ///   - plots: the scripts among the results.
  ///   - directory: the directory for the results.
  ///   - exports: the schedules to export, which are written after the results.
  ///   - isSilent: whether nothing is printed.
  ///   - write: writes all files except the pictures.
  /// - Throws: `Failure` if files or standard output cannot be written, or if pictures were requested and all
  ///   of them failed.
  package static func finish(
    _ table: @autoclosure () -> String?, _ plots: [PlotScript], in directory: OutputDirectory,
    exporting exports: Exports? = nil, isSilent: Bool, _ write: () throws(FileError) -> Void
  ) throws(Failure) {
    try withoutActuallyEscaping(write) { write throws(Failure) in
      let results = Results(plots, in: directory) { _, _ throws(FileError) in try write() }
      try finish(table(), [results], exporting: exports, isSilent: isSilent)
    }
  }

  /// Does the same for results in several directories, of which the last is named to the user.
  ///
  /// - Parameters:
  ///   - table: the text to print, if any.
  ///   - results: the results, at least one.
  ///   - exports: the schedules to export, which are written after the results.
  ///   - isSilent: whether nothing is printed.
  ///   - written: is called when all files except the pictures are written.
  /// - Throws: `Failure` if files or standard output cannot be written, or if pictures were requested and all
  ///   of them failed.
  package static func finish(
    _ table: @autoclosure () -> String?, _ results: [Results], exporting exports: Exports? = nil,
    isSilent: Bool,
    then written: () -> Void = {}
  ) throws(Failure) {
    for part in results { try files { () throws(FileError) in try part.write(part.directory, part.plots) } }
    if let exports {
      try files(exports.write)
      exports.warn()
    }
    written()
    // The pictures are drawn even if the table cannot be printed.
    let said = Result { () throws(Failure) in
      if !isSilent, let table = table() { try say(table) }
    }
    let pictures = Result { () throws(Failure) in try draw(results, isSilent: isSilent) }
    try said.get()
    if !isSilent {
      let plots = results.reduce(0) { $0 + $1.plots.count }
      if plots > 0, case .success(false) = pictures {
        let (scripts, none) = plots == 1 ? ("plot script", "no picture") : ("plot scripts", "no pictures")
        try say("gnuplot is not installed: \(scripts) written (*.gp), \(none) drawn")
      }
      try say("Written to \(results[results.count - 1].directory.path)")
      if let exports { try say("Exported to \(exports.path)") }
    }
    _ = try pictures.get()
  }

  /// Draws pictures and returns `false` if gnuplot is not installed.
  private static func draw(_ results: [Results], isSilent: Bool) throws(Failure) -> Bool {
    let plots = results.flatMap { part in part.plots.map { (plot: $0, directory: part.directory) } }
    guard !plots.isEmpty, let renderer = PlotRenderer() else { return false }
    let progress = Progress("drawing pictures", isSilent: isSilent)
    defer { progress.end() }
    var failures = 0
    for (plot, directory) in plots {
      do throws(FileError) {
        try renderer.draw(plot, in: directory)
      } catch {
        failures += 1
        warn("\(error); its script, \(plot.fileName), is kept")
      }
    }
    if failures == plots.count {
      throw Failure(status: .noPictures, message: "no picture could be drawn; all results are written")
    }
    return true
  }
}

extension Program {
  /// Whether files with the given names in a directory would replace a file that is read.
  package static func wouldReplace(_ input: String, in directory: String, _ names: [String]) -> Bool {
    let file = URL(fileURLWithPath: input).resolvingSymlinksInPath()
    let place = URL(fileURLWithPath: directory, isDirectory: true).resolvingSymlinksInPath()
    return names.contains(file.lastPathComponent) && file.deletingLastPathComponent().path == place.path
  }
}
