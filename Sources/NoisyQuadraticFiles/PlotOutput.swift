extension OutputDirectory {
  /// Writes a run's plots and files: pictures first, then `first`, the scripts, and `last`.
  ///
  /// Nothing else is written if the pictures fail. Plots of an earlier run that this one lacks are removed.
  ///
  /// - Parameters:
  ///   - plots: the scripts, with their data inside.
  ///   - names: the names of all plots that such a run may have.
  ///   - renderer: draws the pictures; `nil` for scripts only.
  ///   - first: files to write before the scripts.
  ///   - last: files to write after everything else.
  /// - Throws: ``FileError``.
  package func write(
    _ plots: [PlotScript], outOf names: [String], renderer: PlotRenderer?,
    before first: [(name: String, content: (inout TextSink) -> Void)],
    after last: [(name: String, content: (inout TextSink) -> Void)]
  ) throws(FileError) {
    try renderer?.draw(plots, in: self)
    let drawn = renderer == nil ? [] : plots.map(\.name)
    let scripts = plots.map(\.fileName)
    remove(
      names.filter { !drawn.contains($0) }.flatMap { [$0 + ".svg", $0 + ".png"] }
        + names.map { $0 + ".gp" }.filter { !scripts.contains($0) })
    try write(first + plots.map { plot in (plot.fileName, { $0.append(plot.text) }) } + last)
  }
}
