import NoisyQuadratic

/// The progress of an offline meta-descent: everything that determines its next step.
public struct OfflineDescent: Sendable, Equatable, Codable {
  /// The number of steps of each run.
  public let horizon: Int
  /// The values `[α₀, β]` before the first meta-step and after each meta-step.
  public private(set) var path: [[Double]]
  /// The losses at all of these values except the last.
  public private(set) var losses: [Double] = []
  /// Whether the last run diverged or its derivatives overflowed. Either ends the descent.
  public private(set) var hasDiverged = false

  private var adam: AdamSteps
  private let lowest, highest: [Double]

  init(horizon: Int, start: [Double], ranges: [ClosedRange<Double>], adam: AdamSteps) {
    self.horizon = horizon
    self.adam = adam
    lowest = ranges.map(\.lowerBound)
    highest = ranges.map(\.upperBound)
    path = [start.indices.map { min(max(start[$0], ranges[$0].lowerBound), ranges[$0].upperBound) }]
  }

  /// The current values `[α₀, β]`.
  public var decay: [Double] { path[path.count - 1] }

  /// Whether this can be a later state of a descent that has not made its first step.
  package func continues(_ planned: OfflineDescent) -> Bool {
    let parameters = planned.decay.count
    return horizon == planned.horizon && (path + [lowest, highest]).allSatisfy { $0.count == parameters }
      && !path.isEmpty && path.count == losses.count + (hasDiverged ? 0 : 1) && adam.continues(planned.adam)
  }

  mutating func advance(_ result: Hypergradient) {
    losses.append(result.loss)
    guard result.isFinite else {
      hasDiverged = true
      return
    }
    let steps = adam.next(result.derivatives)
    path.append(
      steps.indices.map { j in
        min(max(decay[j] * Elementary.exp(steps[j]), lowest[j]), highest[j])
      })
  }
}
