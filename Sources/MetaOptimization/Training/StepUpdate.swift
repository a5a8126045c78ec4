/// The effect of a step on parameters, slots and their tangents once the slopes are known.
struct StepUpdate<S: NetworkScalar>: Sendable {
  private let optimizer: BaseOptimizer
  private let hyperparameters: StepHyperparameters
  // Adam's 1 − Πμ and 1 − Πβ₂ after the step, and the derivatives of the first.
  private let corrections: [Double]
  private let correctionTangents: [Double]

  /// Creates an update, and advances the counters of the state and the tangents.
  init(
    _ optimizer: BaseOptimizer, _ hyperparameters: StepHyperparameters, _ state: inout TrainingState<S>,
    _ tangents: inout TangentState<S>
  ) {
    self.optimizer = optimizer
    self.hyperparameters = hyperparameters
    if case .adam(let secondDecay, _) = optimizer {
      for (j, derivative) in hyperparameters.momentumDerivatives.enumerated() {
        tangents.decays[j] =
          hyperparameters.momentum * tangents.decays[j] + derivative * state.decays[0]
      }
      state.decays[0] *= hyperparameters.momentum
      state.decays[1] *= secondDecay
    }
    corrections = state.decays.map { 1 - $0 }
    correctionTangents = tangents.decays.map { -$0 }
    state.step += 1
  }

  /// - Parameters:
  ///   - w: the parameters and slots.
  ///   - tangents: the tangents of parameters and slots, one per hyperparameter.
  ///   - slopes: the gradient, followed by one Hessian product per hyperparameter.
  ///   - range: the parameters to change.
  ///   - n: the number of parameters.
  func callAsFunction(
    _ w: UnsafeMutablePointer<S>, _ tangents: [UnsafeMutablePointer<S>], _ slopes: NetworkWorkspace<S>,
    _ range: Range<Int>, _ n: Int
  ) {
    let (kernels, first, count) = (S.kernels, range.lowerBound, range.count)
    let (alpha, mu) = (hyperparameters.learningRate, hyperparameters.momentum)
    let (g, w) = (slopes.gradient.base + first, w + first)
    let v = w + n
    // Tangents come first, because they need the slots as they were before the step.
    for (j, tangent) in tangents.enumerated() {
      let (dalpha, dmu) = (
        hyperparameters.learningRateDerivatives[j], hyperparameters.momentumDerivatives[j]
      )
      let (hp, p) = (slopes.products[j].base + first, tangent + first)
      switch optimizer {
      case .sgd, .heavyBall(.outside):
        kernels.ballTangent(count, alpha, mu, dalpha, dmu, g, v, hp, p + n, p)
      case .heavyBall(.inside):
        kernels.innerBallTangent(count, alpha, mu, dalpha, dmu, g, v, hp, p + n, p)
      case .adam(let secondDecay, let epsilon):
        kernels.adamTangent(
          count, alpha, mu, secondDecay, corrections[0], corrections[1], epsilon, dalpha, dmu,
          correctionTangents[j], g, v, v + n, hp, p + n, p + 2 * n, p)
      }
    }
    switch optimizer {
    case .sgd, .heavyBall(.outside): kernels.ball(count, alpha, mu, g, v, w)
    case .heavyBall(.inside): kernels.innerBall(count, alpha, mu, g, v, w)
    case .adam(let secondDecay, let epsilon):
      kernels.adam(
        count, alpha, mu, secondDecay, corrections[0], corrections[1], epsilon, g, v, v + n, w)
    }
  }
}
