/// A problem of few directions that has, to a tolerance, the expected losses of a problem of many (Q1–Q4).
///
/// This holds for every schedule without momentum within a rate limit and a number of steps.
package struct CompressedProblem: Sendable {
  /// The few directions, in the units of the problem that they replace.
  package let problem: NormalizedProblem
  /// The largest rate for which the losses agree, in the units of the kernels.
  let maximumRate: Double
  /// The panels and their rules. Directions that were kept have no panel.
  private let panels: [(panel: CurvaturePanel, signal: GaussRule?, noise: GaussRule?)]

  /// The largest number of points of one rule. More points save nothing.
  private static let mostPoints = 120

  /// Compresses a problem. The result is `nil` if there is nothing to gain or to prove: without noise,
  /// without a limit `A ≤ 2/h_max`, with fewer than 32 directions, or if LAPACK fails.
  ///
  /// - Parameters:
  ///   - problem: a problem of d directions.
  ///   - maximumRate: A, in the units of the kernels.
  ///   - steps: T.
  ///   - tolerance: the tolerance of every loss, relative to the information bound of T steps.
  /// - Complexity: O(d N) time for N nodes, O(d) memory.
  package init?(_ problem: NormalizedProblem, maximumRate: Double, steps: Int, tolerance: Double) {
    let (h, k) = (problem.curvature, problem.weight)
    let steps = Double(steps)
    guard let lowest = h.min(), problem.dimension >= 32, steps >= 1,
      maximumRate > 0, maximumRate * problem.maximumCurvature <= 2 * (1 + 1e-12)
    else { return nil }
    let reference = problem.informationBound(steps: steps)
    guard reference.isNormal else { return nil }
    let bounds = CurvaturePanel.bounds(
      lowest: lowest, highest: problem.maximumCurvature, maximumRate: maximumRate, steps: steps)
    let count = bounds.count + 1
    let budget = tolerance * reference / Double(2 * count)

    // Sort the directions by panel.
    let panelOf = h.map { curvature in bounds.firstIndex { curvature < $0 } ?? bounds.count }
    var ends = [Int](repeating: 0, count: count)
    for j in panelOf { ends[j] += 1 }
    for j in 1..<max(count, 1) { ends[j] += ends[j - 1] }
    var next = [0] + ends.dropLast()
    var order = [Int](repeating: 0, count: h.count)
    for i in h.indices {
      order[next[panelOf[i]]] = i
      next[panelOf[i]] += 1
    }

    var nodes = NodeList()
    var panels: [(panel: CurvaturePanel, signal: GaussRule?, noise: GaussRule?)] = []
    for j in 0..<count {
      let members = order[(j == 0 ? 0 : ends[j - 1])..<ends[j]]
      guard !members.isEmpty else { continue }
      let points = members.map { h[$0] }
      let (low, high) = (points.min() ?? 0, points.max() ?? 0)
      let signal = members.map { 0.5 * k[$0] * problem.secondMoment[$0] }
      let noise = members.map { 0.5 * k[$0] * problem.noise[$0] }
      let panel = CurvaturePanel(
        center: low + (high - low) / 2, halfWidth: (high - low) / 2, signal: signal.reduce(0, +),
        noise: noise.reduce(0, +))
      let ellipses = panel.ellipses(maximumRate: maximumRate)
      let longest = maximumRate * steps
      func size(_ mass: Double, _ bound: (CurvaturePanel.Ellipse) -> Double) -> Int? {
        // A positive mass needs at least one point, even if it is negligible compared with the loss.
        mass > 0
          ? CurvaturePanel.count(ellipses, budget: budget, most: Self.mostPoints, bound) : 0
      }
      let signalPoints = size(panel.signal) { panel.signalBound($0, shortest: 0, longest: longest) }
      let noisePoints = size(panel.noise) {
        panel.noiseBound($0, maximumRate: maximumRate, longest: longest)
      }
      guard let signalPoints, let noisePoints, signalPoints + noisePoints < members.count else {
        for i in members {
          nodes.append(h[i], k[i], moment: problem.secondMoment[i], noise: problem.noise[i])
        }
        continue
      }
      // The centre is rounded. In a panel only a few ulps wide, a point may therefore fall outside [-1, 1].
      let scaled = points.map {
        panel.halfWidth > 0 ? min(max(($0 - panel.center) / panel.halfWidth, -1), 1) : 0
      }
      func rule(_ weights: [Double], _ count: Int) -> GaussRule? {
        count > 0 ? GaussRule(points: scaled, weights: weights, count: count) : nil
      }
      let rules = (rule(signal, signalPoints), rule(noise, noisePoints))
      guard (rules.0 != nil) == (signalPoints > 0), (rules.1 != nil) == (noisePoints > 0) else { return nil }
      for (isNoise, rule) in [(false, rules.0), (true, rules.1)] {
        guard let rule else { continue }
        for (x, w) in zip(rule.points, rule.weights) {
          // The multiplicity is 1, so that the weight is the curvature.
          // Near curvature 0, the point may be rounded to zero or below.
          let curvature = min(max(panel.center + panel.halfWidth * x, low, high * 0x1p-60), high)
          let value = 2 * w / curvature
          nodes.append(curvature, curvature, moment: isNoise ? 0 : value, noise: isNoise ? value : 0)
        }
      }
      panels.append((panel, rules.0, rules.1))
    }
    self.panels = panels
    self.maximumRate = maximumRate
    self.problem = NormalizedProblem(
      problem, curvature: nodes.curvature, noise: nodes.noise, secondMoment: nodes.moment,
      weight: nodes.weight)
  }

  /// A bound on the error of the loss after steps without momentum (Q4).
  ///
  /// The rates of the steps are at most `maximumRate` and sum to `intrinsicTime`. If `isWorst` is true, the
  /// bound holds for every sum up to `intrinsicTime`.
  package func error(maximumRate: Double, intrinsicTime: Double, isWorst: Bool = false) -> Double {
    var total = 0.0
    for (panel, signal, noise) in panels {
      let ellipses = panel.ellipses(maximumRate: maximumRate)
      func least(_ rule: GaussRule?, _ bound: (CurvaturePanel.Ellipse) -> Double) -> Double {
        guard let rule else { return 0 }
        return ellipses.map {
          CurvaturePanel.error($0, count: rule.defects.count / 2, defects: rule.defects) * bound($0)
        }.min() ?? 0
      }
      total += least(signal) {
        panel.signalBound($0, shortest: isWorst ? 0 : intrinsicTime, longest: intrinsicTime)
      }
      total += least(noise) { panel.noiseBound($0, maximumRate: maximumRate, longest: intrinsicTime) }
    }
    return total
  }
}

/// The directions collected so far.
private struct NodeList {
  var curvature: [Double] = []
  var weight: [Double] = []
  var moment: [Double] = []
  var noise: [Double] = []

  mutating func append(_ curvature: Double, _ weight: Double, moment: Double, noise: Double) {
    self.curvature.append(curvature)
    self.weight.append(weight)
    self.moment.append(moment)
    self.noise.append(noise)
  }
}
