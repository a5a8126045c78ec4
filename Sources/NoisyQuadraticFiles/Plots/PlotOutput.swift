extension OutputDirectory {
  /// Writes the files of a run: `first`, the plot scripts, and `last`. Pictures and scripts of an earlier run
  /// are removed, because they show other results. ``PlotRenderer`` draws the new pictures.
  ///
  /// - Parameters:
  ///   - plots: the scripts, which contain their data.
  ///   - names: the names of all plots that such a run may have.
  ///   - first: the files to write before the scripts.
  ///   - last: the files to write after everything else.
  /// - Throws: ``FileError``; then nothing is changed.
  package func write(
    _ plots: [PlotScript], outOf names: [String], before first: [File], after last: [File]
  ) throws(FileError) {
    let scripts = plots.map { plot -> File in (plot.fileName, { $0.append(plot.text) }) }
    try write(
      first + scripts + last,
      removing: (names + plots.map(\.name)).flatMap { [$0 + ".svg", $0 + ".png", $0 + ".gp"] })
  }
}
