/// An objective for one horizon, as solvers use it (S13).
struct ResolvedObjective {
  /// The last step whose loss counts: where optimization ends. Later steps are greedy.
  let steps: Int
  /// Weights of the losses `0 … steps`, the largest 1; `nil` when the last loss is the only one that
  /// counts.
  let weights: [Double]?
  /// What the largest weight was.
  let unit: Double
  /// The weight of the loss at the start, which is the same for every schedule, in that unit.
  let startWeight: Double

  init(_ objective: Objective, horizon: Int) throws(NoisyQuadraticError) {
    let given = try objective.weights(horizon: horizon)
    steps = given.lastIndex { $0 > 0 } ?? horizon
    let unit = given[1...].max() ?? 1
    self.unit = unit
    startWeight = given[0] / unit
    weights =
      given[1..<steps].contains { $0 > 0 } ? [0] + given[1...steps].map { $0 / unit } : nil
  }

  /// The weights of a window that starts before step `start`; the loss at its end if none of its losses
  /// counts.
  func window(from start: Int, steps: Int) -> [Double]? {
    weights.map { weights in
      var window = Array(weights[start...start + steps])
      window[0] = 0
      if !window.contains(where: { $0 > 0 }) { window[steps] = 1 }
      return window
    }
  }
}
