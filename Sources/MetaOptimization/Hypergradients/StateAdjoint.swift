/// The derivatives of a loss by a training state, propagated backward step by step (H5).
struct StateAdjoint<S: NetworkScalar> {
  private let optimizer: BaseOptimizer
  private let n: Int
  /// The derivatives by the parameters.
  private var w: [S]
  /// The derivatives by the velocity, or by Adam's first moments.
  private var v: [S]
  /// The derivatives by Adam's second moments.
  private var s: [S]
  /// The derivative by Adam's Πμ.
  private var decay = 0.0

  init(_ optimizer: BaseOptimizer, _ slope: [S]) {
    self.optimizer = optimizer
    n = slope.count
    w = slope
    v = [S](repeating: 0, count: n)
    s = optimizer.slots > 1 ? v : []
  }

  /// Propagates the adjoint backward over one step.
  ///
  /// - Returns: the derivatives of the loss by the step's learning rate and momentum.
  mutating func adjointStep(
    _ step: StepHyperparameters, from after: TrainingState<S>, to before: TrainingState<S>, on batch: Batch,
    _ network: Network<S>
  ) -> (learningRate: Double, momentum: Double) {
    let (alpha, mu) = (step.learningRate, step.momentum)
    let kernels = S.kernels
    let parameters = before.parameters
    switch optimizer {
    case .sgd, .heavyBall(.outside):
      kernels.combine(n, -alpha, w, 1, &v)
      let byRate = -kernels.dot(n, w, after.velocity)
      let byMomentum = kernels.dot(n, v, before.velocity)
      let product = network.hessianProducts(parameters, on: batch, along: [v]).products[0]
      kernels.add(n, product, &w)
      kernels.scale(n, mu, &v)
      return (byRate, byMomentum)
    case .heavyBall(.inside):
      kernels.add(n, w, &v)
      let result = network.hessianProducts(parameters, on: batch, along: [v])
      let byRate = -kernels.dot(n, v, result.gradient)
      let byMomentum = kernels.dot(n, v, before.velocity)
      kernels.combine(n, -alpha, result.products[0], 1, &w)
      kernels.scale(n, mu, &v)
      return (byRate, byMomentum)
    case .adam(let secondDecay, let epsilon):
      let gradient = network.gradient(parameters, on: batch).gradient
      var byGradient = [S](repeating: 0, count: n)
      var slopes = [0.0, 0, 0]
      let moments = before.storage[n...]
      kernels.adamAdjoint(
        n, alpha, mu, secondDecay, 1 - after.decays[0], 1 - after.decays[1], epsilon, gradient,
        Array(moments.prefix(n)), Array(moments.suffix(n)), w, &v, &s, &byGradient, &slopes)
      // The correction is 1 − Πμ.
      decay -= slopes[2]
      let byMomentum = slopes[1] + decay * before.decays[0]
      decay *= mu
      let product = network.hessianProducts(parameters, on: batch, along: [byGradient]).products[0]
      kernels.add(n, product, &w)
      return (slopes[0], byMomentum)
    }
  }
}
