/// The optimal schedule of the continuous limit in the kernels' units (L1–L3).
///
/// A distance s from the end of the run, in intrinsic time, is stored as `x = ln(1 + 2 h_max s)`.
struct ContinuousPlan: Sendable {
  let rateLimit, steps: Double
  /// `τ_T`, the sum of all rates.
  let intrinsicTime: Double
  let predictedLoss: Double
  /// `√λ`, the square root of the price of a step (L2); 0 without noise.
  let rootPrice: Double
  /// The number of steps at the end of the run during which the rate is below the limit.
  let freeSteps: Double
  /// The noise integrals that determine the rates; `nil` if all rates are at the limit.
  private let noise: NoiseIntegrals?

  /// Computes the optimum for a finite rateLimit ≥ 0 and `steps` ≥ 1, with a finite `2 h_max · rateLimit · steps`.
  ///
  /// - Complexity: O(d ln(h_max · rateLimit · steps)).
  init(_ problem: NormalizedProblem, rateLimit: Double, steps: Double) {
    self.rateLimit = rateLimit
    self.steps = steps
    let longest = rateLimit * steps
    guard longest > 0, problem.noise.contains(where: { $0 > 0 }) else {
      intrinsicTime = longest
      predictedLoss =
        0.5
        * problem.curvature.indices.reduce(0) { sum, i in
          sum + problem.weight[i] * problem.secondMoment[i]
            * Elementary.exp(-2 * problem.curvature[i] * longest)
        }
      (rootPrice, freeSteps, noise) = (0, 0, nil)
      return
    }
    let tables = DecayTable.noiseAndSignal(problem, longest: longest)
    let noise = NoiseIntegrals(tables.noise, maximumCurvature: problem.maximumCurvature)
    func split(_ x: Double) -> NoiseIntegrals.Split {
      noise.split(end: x, rateLimit: rateLimit, steps: steps)
    }
    // Both parts of the loss vary over several nodes, so no minimum hides between them.
    let end = ScalarMinimizer.scan(
      { Elementary.exp(tables.signal.logarithm($0)) + split($0).loss },
      points: tables.noise.logarithms.indices.map { tables.noise.spacing * Double($0) }, tolerance: 1e-9)
    let best = split(end.x)
    intrinsicTime = min(noise.distance(end.x), longest)
    predictedLoss = end.value
    rootPrice = best.rootPrice
    freeSteps = best.isFree ? steps : min(noise.values(best.knee).root / best.rootPrice, steps)
    self.noise = noise
  }

  /// The rate with `left` steps to go; `left` is in `0 ... steps`.
  func rate(stepsLeft left: Double) -> Double {
    guard let noise, left < freeSteps || freeSteps == steps else { return rateLimit }
    return min(rootPrice / noise.root(atRootIntegral: rootPrice * left), rateLimit)
  }

  /// The rates of all steps, each taken at the middle of its step.
  func rates() -> [Double] {
    (0..<Int(steps)).map { rate(stepsLeft: steps - Double($0) - 0.5) }
  }
}
