import Foundation
import Testing

extension Trait where Self == ConditionTrait {
  /// Run only where gnuplot is on the path, which the tests look for themselves.
  static var gnuplot: ConditionTrait {
    let directories = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    return .enabled(
      if: directories.contains { FileManager.default.isExecutableFile(atPath: "\($0)/gnuplot") },
      "gnuplot is not on the path")
  }
}
