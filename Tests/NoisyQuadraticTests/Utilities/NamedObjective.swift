import NoisyQuadratic
import Testing

/// One objective of every kind, for any horizon.
struct NamedObjective: Sendable, CustomTestStringConvertible {
  let name: String
  let make: @Sendable (_ horizon: Int) -> Objective

  var testDescription: String { name }

  static let all = [
    NamedObjective(name: "final loss") { _ in .finalLoss },
    NamedObjective(name: "average loss") { _ in .averageLoss },
    NamedObjective(name: "discounted losses") { _ in .discountedLoss(discount: 0.8) },
    NamedObjective(name: "loss in the middle") { .loss(atStep: ($0 + 1) / 2) },
    NamedObjective(name: "weights with gaps") { horizon in
      .weightedLoss((0...horizon).map { [0.5, 1, 0, 0.25][$0 % 4] })
    },
  ]
}
