import ArgumentParser
import Foundation
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
  /// - Parameter input: the path of a schedule that the program reads, which the export must not replace.
  /// - Returns: the directory.
  /// - Throws: ``Failure`` if no file can be created there, or if the input would be replaced.
  package func directory(keeping input: String? = nil) throws(Failure) -> OutputDirectory? {
    guard let export else { return nil }
    if let input {
      let file = URL(fileURLWithPath: input).resolvingSymlinksInPath()
      let directory = URL(fileURLWithPath: export, isDirectory: true).resolvingSymlinksInPath()
      guard
        file.deletingLastPathComponent().path != directory.path
          || !["schedule.csv", "schedule.json"].contains(file.lastPathComponent)
      else {
        throw .usage(
          "--export is \(export.cutForMessage), where it would replace --schedule, expected another directory"
        )
      }
    }
    return try Program.output(export)
  }
}
