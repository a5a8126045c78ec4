/// How much a batch's gradient is noise, and which batch size pays (McCandlish et al. 2018).
///
/// With the gradient `G = HE θ`, of which only second moments are known, and the covariance Σ of one example's
/// gradient, both at one moment of a run,
/// ```
/// simple = tr Σ / E|G|² = Σ n V / Σ n h² m          critical = tr HΣ / E GᵀHG = Σ n h V / Σ n h³ m
/// ```
/// where `V` is the variance of one example's gradient. The step that lowers the expected loss most is
/// `α = α_max/(1 + critical/B)`, and it lowers the loss by `ΔL = ΔL_max/(1 + critical/B)` exactly (X6), also if
/// the noise grows with the error. A batch of the critical size makes half of the possible progress.
///
/// Units: batch sizes are numbers of examples, ``largestRate`` is in 1/curvature.
///
/// Source: S. McCandlish, J. Kaplan, D. Amodei et al., *An empirical model of large-batch training*, 2018,
/// arXiv 1812.06162, sections 2.2 and 2.3.
public struct GradientNoiseScale: Sendable, Equatable {
  /// `Σ n V / Σ n h² m`, the batch size at which noise and gradient are of equal length. It is infinite at a
  /// minimum, and not a number there without noise.
  public let simple: Double
  /// `Σ n h V / Σ n h³ m`, the batch size that makes half of the possible progress. It is infinite at a minimum,
  /// and not a number there without noise.
  public let critical: Double
  /// `α_max = Σ n h² m / Σ n h³ m`, the best rate of a batch without noise.
  public let largestRate: Double
  /// `ΔL_max = (Σ n h² m)² / (2 Σ n h³ m)`, by how much the best step of a batch without noise lowers the loss.
  public let largestImprovement: Double

  /// The rate at which a step with batches of `batchSize` examples lowers the expected loss most.
  public func bestRate(batchSize: Double) -> Double { largestRate / (1 + critical / batchSize) }

  /// By how much that step lowers the expected loss.
  public func improvement(batchSize: Double) -> Double { largestImprovement / (1 + critical / batchSize) }

  init(_ model: NoisyQuadraticModel, secondMoment m: [Double]) {
    let (h, n) = (model.curvature, model.multiplicity)
    let variance = model.gradientVariance(secondMoment: m).map { $0 * model.batchSize }
    func sum(_ term: (Int) -> Double) -> Double { Elementary.sum(h.indices.map { n[$0] * term($0) }) }
    let squared = sum { h[$0] * (h[$0] * m[$0]) }
    let curved = sum { h[$0] * (h[$0] * (h[$0] * m[$0])) }
    simple = sum { variance[$0] } / squared
    critical = sum { h[$0] * variance[$0] } / curved
    largestRate = curved > 0 ? squared / curved : 0
    largestImprovement = 0.5 * largestRate * squared
  }
}

extension NoisyQuadraticModel {
  /// The noise scale at the start, or at other second moments.
  ///
  /// - Parameter secondMoment: `E θ_i²`; those of the start if absent. A wrong number of them is a programming
  ///   error.
  /// - Returns: the noise scale. It does not depend on ``batchSize``.
  /// - Complexity: O(d).
  public func gradientNoiseScale(secondMoment: [Double]? = nil) -> GradientNoiseScale {
    GradientNoiseScale(self, secondMoment: secondMoment ?? initialSecondMoment)
  }

  /// The noise scales before the first step of a schedule and after every step.
  ///
  /// The run follows the update rule of the schedule's ``Schedule/convention``, with the batch sizes of the schedule
  /// or, if it has none, of the model.
  ///
  /// - Parameter schedule: T steps.
  /// - Returns: T + 1 noise scales.
  /// - Complexity: O(d T).
  public func gradientNoiseScales(under schedule: Schedule) -> [GradientNoiseScale] {
    var scales = [gradientNoiseScale()]
    scales.reserveCapacity(schedule.count + 1)
    if let steps = try? schedule.converted(to: .velocity) {
      var state = MomentState(self)
      for step in steps {
        state.advance(
          learningRate: step.learningRate, momentum: step.momentum, batchSize: step.batchSize)
        scales.append(gradientNoiseScale(secondMoment: state.secondMoment))
      }
      return scales
    }
    return scales + gradientNoiseScalesOfRule(schedule)
  }
}
