import NoisyQuadraticFiles

extension Program {
  /// Writes a program's results, then says what they are and where.
  ///
  /// - Parameters:
  ///   - table: what is printed.
  ///   - plots: the scripts among the results.
  ///   - directory: where results go.
  ///   - isSilent: whether nothing is printed.
  ///   - write: writes all files; gets what draws the pictures, `nil` where nothing is to be drawn or can be.
  /// - Throws: `Failure` when files or standard output cannot be written.
  package static func finish(
    _ table: @autoclosure () -> String, _ plots: [PlotScript], in directory: OutputDirectory, isSilent: Bool,
    _ write: (PlotRenderer?) throws(FileError) -> Void
  ) throws(Failure) {
    let renderer = plots.isEmpty ? nil : PlotRenderer()
    try files { () throws(FileError) in try write(renderer) }
    guard !isSilent else { return }
    try say(table())
    if !plots.isEmpty, renderer == nil {
      let (scripts, pictures) =
        plots.count == 1 ? ("plot script", "no picture") : ("plot scripts", "no pictures")
      try say("gnuplot is not installed: \(scripts) written (*.gp), \(pictures) drawn")
    }
    try say("Written to \(directory.path)")
  }
}
