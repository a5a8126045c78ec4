import NoisyQuadratic

/// How far an offline meta-descent has come: all that its next step depends on.
public struct OfflineDescent: Sendable, Equatable, Codable {
  /// Steps of the runs.
  public let horizon: Int
  /// `[α₀, β]` before the first meta-step and after each.
  public private(set) var path: [[Double]]
  /// The loss at each of them but the last.
  public private(set) var losses: [Double] = []
  /// Whether the last run diverged, or its derivatives overflowed, which ends the descent.
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

  /// The present `[α₀, β]`.
  public var decay: [Double] { path[path.count - 1] }

  /// Whether this may be a later state of a descent before its first step.
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
