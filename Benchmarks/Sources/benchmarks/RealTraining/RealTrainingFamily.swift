import Foundation
import NoisyQuadratic

/// A classic schedule whose numbers are tuned by training with them.
enum RealTrainingFamily: String, CaseIterable {
  case cosine
  case linear
  case constant
  /// A plateau with a linear decay to 0 at the end.
  case plateau = "wsd-linear"

  /// The numbers of a member.
  struct Member {
    let peak: Double
    /// The end of a cosine as a share of its peak; the decay after a plateau as a share of the steps.
    let shape: Double
  }

  private var shapes: [Double] {
    switch self {
    case .cosine: [0, 0.01, 0.1]
    case .linear, .constant: [0]
    case .plateau: [0.1, 0.2, 0.4]
    }
  }

  /// The members that are tried: peaks from a quarter of a rate to twice it, in steps of √2.
  func members(around rate: Double) -> [Member] {
    (-4...2).flatMap { k in shapes.map { Member(peak: rate * pow(2, Double(k) / 2), shape: $0) } }
  }

  /// The learning rates of a member.
  func rates(_ member: Member, steps: Int) throws(NoisyQuadraticError) -> [Double] {
    let (peak, shape) = (member.peak, member.shape)
    return switch self {
    case .cosine: try Schedule.cosine(initialValue: peak, endValue: peak * shape, steps: steps).learningRates
    case .linear: try Schedule.linear(initialValue: peak, steps: steps).learningRates
    case .constant: Array(repeating: peak, count: steps)
    case .plateau:
      try Schedule.warmupStableDecay(
        peakValue: peak, warmupSteps: 0, decaySteps: Int(shape * Double(steps)), decayType: .linear,
        steps: steps
      ).learningRates
    }
  }
}
