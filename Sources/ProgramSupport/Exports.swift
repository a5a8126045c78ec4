import NoisyQuadratic
import NoisyQuadraticFiles

/// The schedules that a program exports: the best one to a directory, others to directories in it.
package struct Exports {
  private let directory: OutputDirectory
  private var exports: [(folder: String?, export: ScheduleExport)] = []

  /// The path of the directory.
  var path: String { directory.path }

  /// - Parameters:
  ///   - directory: the directory of `--export`; without one there is nothing to export.
  ///   - problem: the problem.
  ///   - options: the options for the JSON file.
  ///   - solutions: the solutions. One without a folder is written to the directory itself.
  /// - Throws: ``Failure`` for a schedule without steps, which no solver finds.
  package init?(
    to directory: OutputDirectory?, _ problem: NamedProblem, options: [JSONValue.Member],
    _ solutions: [(folder: String?, solution: Solution)]
  ) throws(Failure) {
    guard let directory else { return nil }
    self.directory = directory
    for (folder, solution) in solutions {
      let export = try Program.solving { () throws(NoisyQuadraticError) in
        try ScheduleExport(solution, of: problem, options: options)
      }
      exports.append((folder, export))
    }
  }

  /// Exports of schedules with their provenance.
  ///
  /// - Parameters:
  ///   - directory: the directory of `--export`; without one there is nothing to export.
  ///   - schedules: the schedules, with the names of their directories in that of `--export`. One without a
  ///     folder is written to the directory itself.
  /// - Throws: ``Failure`` for a schedule without steps.
  package init?(
    to directory: OutputDirectory?,
    _ schedules: [(folder: String?, schedule: Schedule, provenance: [JSONValue.Member])]
  ) throws(Failure) {
    guard let directory else { return nil }
    self.directory = directory
    for (folder, schedule, provenance) in schedules {
      let export = try Program.solving { () throws(NoisyQuadraticError) in
        try ScheduleExport(schedule, provenance: provenance)
      }
      exports.append((folder, export))
    }
  }

  /// Writes everything, the directory itself last. Each directory gets all of its files or none.
  func write() throws(FileError) {
    for (folder, export) in exports {
      if let folder { try export.write(to: directory.directory(folder)) }
    }
    for (folder, export) in exports where folder == nil { try export.write(to: directory) }
  }

  /// Prints what could not be exported.
  func warn() {
    for (folder, export) in exports {
      for line in export.omissions { Program.warn(folder.map { "\($0): \(line)" } ?? line) }
    }
  }
}
