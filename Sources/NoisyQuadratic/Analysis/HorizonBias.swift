/// Short-horizon bias in numbers: where schedules of different foresight end, and the shape of the best one.
///
/// ``HorizonBiasStudy`` computes it for one model, horizon and pair of limits.
///
/// Units: losses are expected excess losses in the model's unit, rates are 1/curvature in the velocity
/// convention.
public struct HorizonBias: Sendable, Equatable, Codable {
  /// The number of steps T.
  public let horizon: Int
  /// `L₀`, the loss before the first step.
  public let initialLoss: Double
  /// The limit on the learning rate that was in force; `nil` if there was none.
  public let learningRateLimit: Double?
  /// The final loss of the greedy schedule.
  public let greedyLoss: Double
  /// The final loss of the best constant rate and momentum.
  public let constantLoss: Double
  /// The best constant rate.
  public let constantRate: Double
  /// The best constant momentum.
  public let constantMomentum: Double
  /// The final loss of every look-ahead, in the order of ``HorizonBiasStudy/lookaheads``; `nil` if the look-ahead
  /// exceeds the horizon.
  public let lookaheadLosses: [Double?]
  /// The final loss of the full-horizon optimum.
  public let optimalLoss: Double
  /// Why the search for the optimum ended.
  public let termination: Termination
  /// A lower bound on the final loss of every schedule within the limits.
  public let lowerBound: Double
  /// The method that proved the lower bound.
  public let boundMethod: BoundMethod
  /// `(optimum − bound)/optimum`, rounded outward if a certificate was asked for; 0 if the optimum is 0.
  public let gap: Double
  /// The rate of the optimum's first step.
  public let firstRate: Double
  /// The largest rate of the optimum.
  public let peakRate: Double
  /// The rate of the optimum's last step.
  public let lastRate: Double
  /// The first step (0-based) from which all rates of the optimum are more than 1% below its peak; T if the last
  /// rate is not.
  public let decayStep: Int

  /// The greedy schedule's final loss over that of the optimum; `nil` if the optimum is 0.
  public var greedyRatio: Double? { optimalLoss > 0 ? greedyLoss / optimalLoss : nil }

  /// - Parameters:
  ///   - greedy: the solution of ``GreedySolver``.
  ///   - constant: that of ``ConstantSolver``.
  ///   - lookaheadLosses: the final losses of all look-aheads.
  ///   - best: the full-horizon optimum.
  ///   - certificate: the certificate whose solution `best` is, if one was asked for.
  ///   - initialLoss: the model's initial loss.
  init(
    greedy: Solution, constant: Solution, lookaheadLosses: [Double?], best: Solution,
    certificate: OptimalityCertificate?, initialLoss: Double
  ) {
    // The sum with 0 makes 0 of −0, which some coders do not tell from it.
    let rates = best.schedule.learningRates
    let peak = rates.max() ?? 0
    horizon = rates.count
    self.initialLoss = initialLoss
    learningRateLimit = best.learningRateLimit
    greedyLoss = greedy.finalLoss
    constantLoss = constant.finalLoss
    constantRate = (constant.schedule.learningRates.first ?? 0) + 0
    constantMomentum = (constant.schedule.momenta.first ?? 0) + 0
    self.lookaheadLosses = lookaheadLosses
    optimalLoss = best.finalLoss
    termination = best.termination
    lowerBound = certificate?.lowerBound ?? best.informationBound
    boundMethod = certificate?.method ?? .information
    gap = certificate?.gap ?? max(best.gapToInformationBound ?? 0, 0)
    firstRate = (rates.first ?? 0) + 0
    peakRate = peak + 0
    lastRate = (rates.last ?? 0) + 0
    decayStep = (rates.lastIndex { $0 >= 0.99 * peak } ?? rates.count - 1) + 1
  }
}
