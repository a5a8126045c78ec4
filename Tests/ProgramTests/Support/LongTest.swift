import Foundation
import Testing

extension Trait where Self == ConditionTrait {
  /// Run only where `NOISY_QUADRATIC_LONG_TESTS` is set: what `.ci/run` sees of programs that it runs anyway.
  static var long: ConditionTrait {
    .enabled(if: LongTest.isAsked)
  }
}

/// Tests whose number of cases depends on whether long tests are asked for.
enum LongTest {
  /// Whether `NOISY_QUADRATIC_LONG_TESTS` is set.
  static let isAsked = ProcessInfo.processInfo.environment["NOISY_QUADRATIC_LONG_TESTS"] != nil

  /// All cases, or without the variable every third.
  static func cases<Case>(_ all: [Case]) -> [Case] {
    isAsked ? all : all.enumerated().filter { $0.offset % 3 == 0 }.map(\.element)
  }
}
