/// An objective for one horizon, as solvers use it (S13).
struct ResolvedObjective {
  /// The last step whose loss counts. Optimization ends there; later steps are greedy.
  let steps: Int
  /// Weights of the losses `0 … steps`, scaled so that the largest is 1; `nil` if only the last loss counts.
  let weights: [Double]?
  /// The largest weight before scaling.
  let unit: Double
  /// The weight of the loss at the start, in that unit. This loss is the same for every schedule.
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

  /// The weights of a window that starts before step `start`. If none of its losses counts, the loss at its
  /// end does.
  func window(from start: Int, steps: Int) -> [Double]? {
    weights.map { weights in
      var window = Array(weights[start...start + steps])
      window[0] = 0
      if !window.contains(where: { $0 > 0 }) { window[steps] = 1 }
      return window
    }
  }
}
