import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// The momentum of the ranked schedules as typed: `none`, `fitted` or a number.
struct RankMomentum: OptionValue, Sendable {
  static let none = RankMomentum(typed: "none", family: .fixed(0))
  static let fitted = RankMomentum(typed: "fitted", family: .fitted)

  let typed: String
  let family: FamilyMomentum

  private init(typed: String, family: FamilyMomentum) { (self.typed, self.family) = (typed, family) }

  /// Creates the momentum of a name or of a number at least 0 and below 1.
  init?(_ text: String) {
    switch text {
    case "none": self = .none
    case "fitted": self = .fitted
    default:
      guard let value = Double(typed: text), (0..<1).contains(value) else { return nil }
      self.init(typed: text, family: .fixed(value))
    }
  }

  /// The limit on momentum if none is given.
  var standardLimit: Double { family == .fixed(0) ? 0 : 0.9999 }

  var json: JSONValue { .string(typed) }
}

extension OptionForm<RankMomentum> {
  /// The momentum of the ranked schedules.
  static var rankMomentum: Self {
    Self("none, fitted or a number at least 0 and below 1", completion: .list(["none", "fitted"])) {
      RankMomentum($0)
    }
  }
}
