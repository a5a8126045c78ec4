import ArgumentParser
import NoisyQuadraticFiles

/// The option `--export`.
package struct ExportOptions: ParsableArguments {
  @Option(
    .directory,
    "Also export the schedule found to this directory: JSON, CSV, NumPy arrays, and scripts that run it in "
      + "PyTorch, optax and MLX.", value: "directory")
  package var export: String?

  package init() {}

  /// The files of an export that programs of this package read.
  package static let readableFiles = ["schedule.csv", "schedule.json"]

  /// The directory of the export; `nil` if there is none.
  ///
  /// - Parameter input: the path of a schedule that the program reads, which the export must not replace.
  /// - Returns: the directory.
  /// - Throws: ``Failure`` if no file can be created there, or if the input would be replaced.
  package func directory(keeping input: String? = nil) throws(Failure) -> OutputDirectory? {
    guard let export else { return nil }
    if let input, Program.wouldReplace(input, in: export, Self.readableFiles) {
      throw .usage(
        "--export is \(export.cutForMessage), where it would replace --schedule, expected another directory")
    }
    return try Program.output(export)
  }
}
