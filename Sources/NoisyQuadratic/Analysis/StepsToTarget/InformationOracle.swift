/// The information bound (M7), which falls with every step.
struct InformationOracle: TargetOracle {
  let triedSteps = 0
  private let model: NoisyQuadraticModel

  init(_ model: NoisyQuadraticModel) { self.model = model }

  func best(steps: Int, near known: [Double]?) throws(NoisyQuadraticError) -> TargetPoint {
    TargetPoint(loss: try model.informationBound(steps: steps), variables: [])
  }

  func searchesWider(steps: Int) -> Bool { false }

  func confirmed(steps: Int, near known: [Double]) throws(NoisyQuadraticError) -> TargetPoint {
    try best(steps: steps, near: nil)
  }

  func reached(_ bracket: TargetBracket, evaluations: Int) -> TargetReached {
    TargetReached(
      steps: bracket.below.steps, loss: bracket.below.loss, previousLoss: bracket.above.loss,
      learningRates: [],
      evaluations: evaluations)
  }
}
