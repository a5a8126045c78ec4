import NoisyQuadratic

/// A model of training curves.
public enum CurveModel: Sendable, Equatable {
  /// A noisy quadratic in continuous time, for adaptive optimizers and small rates.
  case relaxation(RelaxationModel)
  /// Plain SGD on a noisy quadratic.
  case gradientDescent(GradientDescentModel)

  /// The predicted losses under given rates.
  ///
  /// - Parameters:
  ///   - learningRates: the rates from the first step on.
  ///   - steps: numbers of updates, ascending, each from 0 to the number of rates.
  /// - Returns: the loss after each of these numbers of updates.
  public func losses(under learningRates: [Double], at steps: [Int]) -> [Double] {
    precondition(
      zip(steps, steps.dropFirst()).allSatisfy { $0 <= $1 } && steps.first ?? 0 >= 0
        && steps.last ?? 0 <= learningRates.count, "ascending steps within the rates")
    return switch self {
    case .relaxation(let model): model.losses(under: learningRates, at: steps)
    case .gradientDescent(let model): model.losses(under: learningRates, at: steps)
    }
  }

  /// How far the predictions are from a curve.
  public func metrics(on curve: TrainingCurve) -> CurveMetrics {
    CurveMetrics(
      predicted: losses(under: curve.learningRates, at: curve.steps), measured: curve.losses)
  }

  /// The loss that no schedule goes below.
  public var asymptote: Double {
    switch self {
    case .relaxation(let model): model.asymptote
    case .gradientDescent(let model): model.asymptote
    }
  }

  /// The noise: for each curvature the loss that it adds in the long run at a rate.
  ///
  /// Noise that grows with the error (`NoisyQuadraticModel.noiseKind`) is counted as it is at the minimum.
  ///
  /// - Parameter rate: the rate; that of ``RelaxationModel/peakRate`` for adaptive optimizers.
  /// - Returns: the noise, by curvature; infinite levels where the rate is unstable.
  public func noise(at rate: Double) -> [NoiseComponent] {
    switch self {
    case .relaxation(let model): return model.noise
    case .gradientDescent(let model):
      let quadratic = model.quadratic
      return quadratic.curvature.indices.filter { quadratic.gradientNoise[$0] > 0 }.map { j in
        let h = quadratic.curvature[j]
        // ½ n h c α² / (1 − (1 − αh)²), which is infinite where the rate is unstable.
        let level =
          rate * h < 2
          ? quadratic.multiplicity[j] * quadratic.gradientNoise[j] / quadratic.batchSize * rate
            / (2 * (2 - rate * h)) : .infinity
        return NoiseComponent(curvature: h, level: level)
      }
    }
  }

  /// A quick evaluation of the final loss of rates that follow given ones.
  func evaluation(after given: [Double]) -> ([Double]) -> Double {
    switch self {
    case .relaxation(let model):
      var state = model.start
      for rate in given { model.advance(&state, rate: rate) }
      return { [state] in model.nearFinalLoss(from: state, $0) }
    case .gradientDescent(let model):
      return { model.losses(under: given + $0, at: [given.count + $0.count])[0] }
    }
  }
}
