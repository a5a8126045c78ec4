import NoisyQuadratic
import NoisyQuadraticFiles

/// A limit on the learning rate as typed: a name or a number.
package struct RateLimit: OptionValue, Sendable, Hashable {
  /// The limits that have names.
  package static let paper = RateLimit(typed: "paper", .firstStepGrowth)
  package static let twoOverMaximumCurvature = RateLimit(typed: "2/hmax", .twoOverMaximumCurvature)
  package static let oneOverMaximumCurvature = RateLimit(typed: "1/hmax", .oneOverMaximumCurvature)
  package static let none = RateLimit(typed: "none", .none)

  fileprivate static let named = [paper, twoOverMaximumCurvature, oneOverMaximumCurvature, none]

  /// The allowed texts, for a help text.
  package static var help: String {
    let others = named.dropFirst().map(\.typed) + ["a number"]
    return (["\(paper.typed) (no direction's loss grows in one step from the start)"] + others).alternatives
  }

  package let typed: String
  package let limit: LearningRateLimit

  private init(typed: String, _ limit: LearningRateLimit) { (self.typed, self.limit) = (typed, limit) }

  /// Creates the limit of a name or of a finite number above 0.
  init?(_ text: String) {
    if let named = Self.named.first(where: { $0.typed == text }) {
      self = named
    } else if let value = Double(typed: text), value > 0, value.isFinite {
      self.init(typed: text, .value(value))
    } else {
      return nil
    }
  }

  /// The limit of a problem if none is given: the paper's for its problem, and none for its problem without noise.
  package static func standard(for preset: ReferenceProblem?) -> RateLimit {
    switch preset {
    case .wu2018: paper
    case .wu2018Deterministic: none
    default: twoOverMaximumCurvature
    }
  }

  /// The text that all ways to type the limit share.
  package var text: String {
    if case .value(let value) = limit { value.jsonText } else { typed }
  }

  package var json: JSONValue { .string(typed) }

  package static func == (first: RateLimit, second: RateLimit) -> Bool { first.text == second.text }

  package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension OptionForm<[RateLimit]> {
  /// Limits on the learning rate, separated by commas.
  package static var rateLimits: Self { list(of: .rateLimit) }
}

extension OptionForm<RateLimit> {
  /// A limit on the learning rate.
  package static var rateLimit: Self {
    let names = RateLimit.named.map(\.typed)
    return Self((names + ["a finite number > 0"]).alternatives, completion: .list(names)) { RateLimit($0) }
  }
}
