import Foundation
import NoisyQuadraticFiles

extension Program {
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
    try files(write)
    if let exports {
      try files(exports.write)
      exports.warn()
    }
    // The pictures are drawn even if the table cannot be printed.
    let said = Result { () throws(Failure) in
      if !isSilent, let table = table() { try say(table) }
    }
    let pictures = Result { () throws(Failure) in try draw(plots, in: directory, isSilent: isSilent) }
    try said.get()
    if !isSilent {
      if !plots.isEmpty, case .success(false) = pictures {
        let (scripts, none) =
          plots.count == 1 ? ("plot script", "no picture") : ("plot scripts", "no pictures")
        try say("gnuplot is not installed: \(scripts) written (*.gp), \(none) drawn")
      }
      try say("Written to \(directory.path)")
      if let exports { try say("Exported to \(exports.path)") }
    }
    _ = try pictures.get()
  }

  /// Draws pictures and returns `false` if gnuplot is not installed.
  private static func draw(
    _ plots: [PlotScript], in directory: OutputDirectory, isSilent: Bool
  ) throws(Failure) -> Bool {
    guard !plots.isEmpty, let renderer = PlotRenderer() else { return false }
    let progress = Progress("drawing pictures", isSilent: isSilent)
    defer { progress.end() }
    var failures = 0
    for plot in plots {
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
