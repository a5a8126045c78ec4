import NoisyQuadratic

/// What a ``LookAheadDescent`` remembers of its meta-steps.
package struct MetaDescentMemory: Sendable, Equatable, Codable {
  /// The logarithms `ln α/(1 − μ)` and `ln(1 − μ)`.
  let logarithms: [Double]
  package let adam: AdamSteps
  /// The number of meta-steps made.
  let metaSteps: Int

  /// Whether this can be a later memory than a planned one, after a number of meta-steps.
  func continues(_ planned: MetaDescentMemory, metaSteps: Int) -> Bool {
    self.metaSteps == metaSteps && logarithms.count == planned.logarithms.count
      && logarithms.allSatisfy(\.isFinite) && adam.continues(planned.adam)
  }
}
