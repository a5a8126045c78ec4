import ArgumentParser
import NoisyQuadratic
import NoisyQuadraticFiles

/// The options that choose a problem: `--preset` or `--problem`.
package struct ProblemOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: .init(
      "wu2018, wu2018-deterministic, power-law, two-dimensional or zhang2019.",
      valueName: "name"))
  package var preset: String?

  @Option(
    parsing: .unconditional, help: .init("A problem file (JSON) instead of a preset.", valueName: "file"))
  package var problem: String?

  package init() {}

  /// The requested preset; `fallback` if neither a preset nor a file was given; `nil` for a file.
  package func reference(default fallback: ReferenceProblem) throws(Failure) -> ReferenceProblem? {
    if preset != nil, problem != nil {
      throw .usage("--preset and --problem exclude each other, expected one of them")
    }
    if let problem {
      _ = try ArgumentText(problem, of: "--problem").path()
      return nil
    }
    guard let preset else { return fallback }
    guard let reference = ReferenceProblem(rawValue: preset) else {
      let names = ReferenceProblem.allCases.map(\.rawValue).joined(separator: ", ")
      throw ArgumentText(preset, of: "--preset").failure("one of \(names)")
    }
    return reference
  }

  /// Loads the problem of ``reference(default:)``, or the problem of the file.
  package func load(default fallback: ReferenceProblem) throws(Failure) -> ProblemFile {
    let reference = try reference(default: fallback)
    do {
      if let reference { return try ProblemFile(reference) }
      return try ProblemFile(contentsOf: problem ?? "")
    } catch let error as FileError {
      throw Failure(error)
    } catch {
      throw Failure(status: .internal, message: "\(error)")
    }
  }
}
