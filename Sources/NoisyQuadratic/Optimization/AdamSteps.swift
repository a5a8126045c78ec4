/// The steps of Adam on a few numbers (F7). The state holds the moments of the gradients so far.
package struct AdamSteps: Sendable, Equatable, Codable {
  private let learningRate, firstDecay, secondDecay, epsilon, gradientLimit: Double
  /// The moving averages of the gradient and of its square, followed by the powers of both decays.
  package var memory: [Double]
  private let count: Int

  package init(
    count: Int, learningRate: Double, firstDecay: Double = 0.9, secondDecay: Double = 0.999,
    epsilon: Double = 1e-8, gradientLimit: Double = .infinity
  ) {
    self.count = count
    self.learningRate = learningRate
    self.firstDecay = firstDecay
    self.secondDecay = secondDecay
    self.epsilon = epsilon
    self.gradientLimit = gradientLimit
    memory = [Double](repeating: 0, count: 2 * count) + [1, 1]
  }

  /// Whether this value may be a later state of `planned`, which has made no step.
  package func continues(_ planned: AdamSteps) -> Bool {
    var start = self
    start.memory = planned.memory
    return start == planned && memory.count == planned.memory.count
  }

  /// The next step, to be added to the numbers, from the gradient at them. Every entry of the gradient is
  /// clipped.
  package mutating func next(_ gradient: [Double]) -> [Double] {
    precondition(gradient.count == count, "a slope per number")
    memory[2 * count] *= firstDecay
    memory[2 * count + 1] *= secondDecay
    return gradient.indices.map { j in
      let g = min(max(gradient[j], -gradientLimit), gradientLimit)
      memory[j] = firstDecay * memory[j] + (1 - firstDecay) * g
      memory[count + j] = secondDecay * memory[count + j] + (1 - secondDecay) * g * g
      let size = (memory[count + j] / (1 - memory[2 * count + 1])).squareRoot() + epsilon
      return -learningRate * (memory[j] / (1 - memory[2 * count])) / size
    }
  }
}
