import NoisyQuadratic

/// The requirement that steps count updates upward from 0 or later.
enum IncreasingSteps {
  /// Throws an error for the first step that is not above the one before, or is negative.
  static func check(_ steps: [Int]) throws(NoisyQuadraticError) {
    for (i, step) in steps.enumerated() where step <= (i > 0 ? steps[i - 1] : -1) {
      throw .invalidValue(
        field: "step", index: i, value: Double(step),
        expected: i > 0 ? "more than the \(steps[i - 1]) before" : "at least 0")
    }
  }
}
