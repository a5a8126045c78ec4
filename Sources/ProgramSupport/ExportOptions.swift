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

  /// The directory of the export; `nil` if there is none.
  ///
  /// - Throws: ``Failure`` if no file can be created there.
  package func directory() throws(Failure) -> OutputDirectory? {
    guard let export else { return nil }
    return try Program.output(export)
  }
}
