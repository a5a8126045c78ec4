import Foundation
import NoisyQuadratic

/// A classic schedule whose numbers are tuned by training with them.
enum RealTrainingFamily: String, CaseIterable {
  case cosine
  case linear
  case constant

  /// The numbers of a member.
  struct Member {
    let peak: Double
    let end: Double
  }

  /// The ends that are tried, as shares of the peak. A linear decay ends at 0.
  private var ends: [Double] {
    switch self {
    case .cosine: [0, 0.01, 0.1]
    case .linear: [0]
    case .constant: [1]
    }
  }

  /// The members that are tried: peaks from a quarter of a rate to twice it, in steps of √2.
  func members(around rate: Double) -> [Member] {
    (-4...2).flatMap { k in
      let peak = rate * pow(2, Double(k) / 2)
      return ends.map { Member(peak: peak, end: peak * $0) }
    }
  }

  /// The learning rates of a member.
  func rates(_ member: Member, steps: Int) throws(NoisyQuadraticError) -> [Double] {
    switch self {
    case .cosine:
      try Schedule.cosine(initialValue: member.peak, endValue: member.end, steps: steps).learningRates
    case .linear:
      try Schedule.linear(initialValue: member.peak, endValue: member.end, steps: steps).learningRates
    case .constant: Array(repeating: member.peak, count: steps)
    }
  }
}
