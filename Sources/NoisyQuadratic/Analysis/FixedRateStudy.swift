/// A comparison of a short trial of a fixed learning rate with its long-term effect (Figure 2 of Wu et al.
/// 2018): the loss after k steps at the rate, and the loss after those steps and a further decay.
///
/// The first loss has its minimum at small rates; the second hardly depends on the rate. Momentum is not
/// used.
public struct FixedRateStudy: Sendable, Equatable {
  /// The curves for one number of steps.
  public struct Curve: Sendable, Equatable {
    /// k, the number of steps at the fixed rate.
    public let steps: Int
    /// The loss after the steps at the fixed rate, for every rate.
    public let fixed: [Double]
    /// The loss after `decaySteps` more steps at rates that fall exponentially, for every rate.
    public let decayed: [Double]
  }

  /// The learning rates tried, ascending.
  public let learningRates: [Double]
  /// One curve for every k.
  public let curves: [Curve]
  /// The number of steps of the decay.
  public let decaySteps: Int
  /// The factor by which the decay lowers the rate over all its steps.
  public let decayFactor: Double

  /// Tries `count` evenly spaced rates from 0.175 to 1 times `maximumRate`. For a limit of 0.2 they run from
  /// 0.035 to 0.2, the paper's range.
  ///
  /// - Parameters:
  ///   - model: the noisy quadratic, started at rest.
  ///   - maximumRate: the largest rate, in 1/curvature.
  ///   - steps: the numbers k of steps at the fixed rate, each at least 1.
  ///   - decaySteps: the number of steps of the decay, at least 1.
  ///   - decayFactor: the factor of the whole decay, > 0.
  ///   - count: the number of rates, at least 2.
  /// - Throws: ``NoisyQuadraticError`` for an argument outside its domain, or for a run that does not fit into
  ///   memory.
  /// - Complexity: O(count · d · Σ (k + decaySteps)).
  public init(
    _ model: NoisyQuadraticModel, maximumRate: Double, steps: [Int] = [10, 30, 100],
    decaySteps: Int = 50, decayFactor: Double = 0.01, count: Int = 67
  ) throws(NoisyQuadraticError) {
    guard maximumRate > 0, maximumRate.isFinite else {
      throw .invalidValue(field: "maximumRate", value: maximumRate, expected: "a finite number > 0")
    }
    guard count >= 2 else {
      throw .invalidCount(field: "count", value: count, expected: "at least 2")
    }
    for (field, values) in [("steps", steps), ("decaySteps", [decaySteps])] {
      for value in values {
        guard value >= 1 else { throw .invalidCount(field: field, value: value, expected: "at least 1") }
        try MemoryRequirement.check(field, value, doubles: 8 * Double(value))
      }
    }
    guard decayFactor > 0, decayFactor.isFinite else {
      throw .invalidValue(field: "decayFactor", value: decayFactor, expected: "a finite number > 0")
    }
    let rates: [Double] = (0..<count).map { i in
      let place = Double(i) / Double(count - 1)
      return maximumRate * (0.175 + 0.825 * place)
    }
    var curves: [Curve] = []
    for k in steps {
      var (fixed, decayed) = ([Double](), [Double]())
      for rate in rates {
        let constant = Array(repeating: rate, count: k)
        let decay = try Schedule.exponential(
          initialValue: rate, decayRate: decayFactor, transitionSteps: decaySteps, steps: decaySteps + 1)
        let schedule = try Schedule(learningRates: constant + decay.learningRates.dropFirst())
        let losses = model.expectedLoss(under: schedule).values
        fixed.append(losses[k])
        decayed.append(losses[k + decaySteps])
      }
      curves.append(Curve(steps: k, fixed: fixed, decayed: decayed))
    }
    learningRates = rates
    self.curves = curves
    self.decaySteps = decaySteps
    self.decayFactor = decayFactor
  }
}
