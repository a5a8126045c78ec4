import Foundation
import Testing

/// Tests of many cases, of which the README's command takes fewer.
enum LongTest {
  /// Whether `NOISY_QUADRATIC_LONG_TESTS` is set.
  static let isAsked = ProcessInfo.processInfo.environment["NOISY_QUADRATIC_LONG_TESTS"] != nil

  /// All cases, or without the variable only some.
  static func cases<Case>(_ all: [Case], otherwise some: [Case]) -> [Case] { isAsked ? all : some }
}

extension Trait where Self == ConditionTrait {
  /// Run only where `NOISY_QUADRATIC_LONG_TESTS` is set.
  static var long: ConditionTrait {
    .enabled(if: LongTest.isAsked)
  }
}
