import ArgumentParser
import NoisyQuadratic
import NoisyQuadraticFiles

/// The options that choose a problem: `--preset` or `--problem`.
package struct ProblemOptions: ParsableArguments {
  @Option(.choice, "\(ReferenceProblem.alternatives).", value: "name") package var preset: ReferenceProblem?

  @Option(.file, "A problem file (JSON) instead of a preset.", value: "file") package var problem: String?

  package init() {}

  /// The presets in words, for the help text of a program with a default.
  package static func presets(default fallback: ReferenceProblem) -> String {
    let presets = ReferenceProblem.allCases.map { preset in
      "\(preset.rawValue) (\(preset == fallback ? "the default; " : "")\(preset.definition.summary))"
    }
    return "Presets: \(presets.joined(separator: ", "))."
  }

  /// The requested preset; `fallback` if neither a preset nor a file was given; `nil` for a file.
  ///
  /// - Throws: ``Failure`` if both were given.
  package func reference(default fallback: ReferenceProblem) throws(Failure) -> ReferenceProblem? {
    if problem != nil { try refuse("--preset", beside: "--problem") }
    return problem == nil ? preset ?? fallback : nil
  }

  /// Loads the problem of ``reference(default:)``, or the problem of the file.
  ///
  /// - Throws: ``Failure`` if both a preset and a file were given, or if the file cannot be read or is wrong.
  package func load(default fallback: ReferenceProblem) throws(Failure) -> NamedProblem {
    let reference = try reference(default: fallback)
    do {
      if let reference { return try NamedProblem(reference) }
      return try NamedProblem(contentsOf: problem ?? "")
    } catch let error as FileError {
      throw Failure(error)
    } catch {
      throw Failure(status: .internal, message: "\(error)")
    }
  }

  /// The options for the JSON file.
  package func reported(default fallback: ReferenceProblem) -> [JSONValue.Member] {
    reported(["preset": (problem == nil ? preset ?? fallback : nil).json])
  }
}
