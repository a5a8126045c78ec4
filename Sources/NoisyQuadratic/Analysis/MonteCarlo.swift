/// A simulation of real stochastic gradient steps on the model, as a check of the exact formulas (R1).
///
/// Every replica draws its start. At each step it draws a gradient with Gaussian noise of variance `c_i/B`
/// and takes the step of the schedule's ``Schedule/convention``. Every entry of the model is simulated once, and
/// its loss is weighted by its multiplicity.
public struct MonteCarlo: Sendable {
  /// The mean loss over the replicas at every step, and its standard error.
  public struct Estimate: Sendable, Equatable {
    /// T + 1 means; the first is the mean before any step.
    public let loss: [Double]
    /// The standard error of each mean.
    public let standardError: [Double]
  }

  /// The number of independent runs, at least 2.
  public var replicas: Int

  /// Creates a simulation with the given number of independent runs.
  public init(replicas: Int = 1000) {
    self.replicas = replicas
  }

  /// Runs a schedule on every replica.
  ///
  /// - Parameters:
  ///   - model: starts are drawn from a Gaussian with the model's mean and variance.
  ///   - schedule: T steps.
  ///   - generator: the source of all randomness.
  /// - Returns: means and standard errors, T + 1 of each.
  /// - Throws: ``NoisyQuadraticError`` for fewer than two replicas.
  /// - Complexity: O(replicas · d T) draws.
  public func run(
    _ model: NoisyQuadraticModel, under schedule: Schedule,
    using generator: inout some RandomNumberGenerator
  ) throws(NoisyQuadraticError) -> Estimate {
    guard replicas >= 2 else {
      throw .invalidCount(field: "replicas", value: replicas, expected: "at least 2")
    }
    var sampler = NormalSampler()
    let deviation = model.gradientNoise.map { ($0 / model.batchSize).squareRoot() }
    let startDeviation = model.initialVariance.map { $0.squareRoot() }
    var mean = [Double](repeating: 0, count: schedule.count + 1)
    var squares = mean
    var position = [Double](repeating: 0, count: model.dimension)
    var velocity = position
    for replica in 1...replicas {
      // Welford's update keeps the digits of the variance.
      func record(_ t: Int) {
        var loss = 0.0
        for i in position.indices {
          loss += 0.5 * model.multiplicity[i] * (model.curvature[i] * (position[i] * position[i]))
        }
        let difference = loss - mean[t]
        mean[t] += difference / Double(replica)
        squares[t] += difference * (loss - mean[t])
      }
      for i in position.indices {
        position[i] = model.initialMean[i] + startDeviation[i] * sampler.next(using: &generator)
        velocity[i] = 0
      }
      record(0)
      var isFirst = true
      for t in schedule.indices {
        let step = schedule[t]
        for i in position.indices {
          let gradient =
            model.curvature[i] * position[i] + deviation[i] * sampler.next(using: &generator)
          let move = Self.step(
            schedule.convention, step, gradient: gradient, velocity: velocity[i], isFirst: isFirst)
          velocity[i] = move.velocity
          position[i] += move.change
        }
        if step.momentum != 0 { isFirst = false }
        record(t + 1)
      }
    }
    let n = Double(replicas)
    return Estimate(loss: mean, standardError: squares.map { ($0 / (n - 1) / n).squareRoot() })
  }

  /// The new velocity or buffer of one direction, and the change of its position. `isFirst` says that no step yet
  /// had momentum.
  private static func step(
    _ convention: MomentumConvention, _ step: Schedule.Step, gradient g: Double, velocity v: Double,
    isFirst: Bool
  ) -> (velocity: Double, change: Double) {
    let (alpha, mu) = (step.learningRate, step.momentum)
    switch convention {
    case .velocity:
      let next = mu * v - alpha * g
      return (next, next)
    case .velocityNesterov:
      let next = mu * v - alpha * g
      return (next, mu * next - alpha * g)
    case .pytorch, .pytorchNesterov:
      if mu == 0 { return (v, -alpha * g) }
      let next = isFirst ? g : mu * v + g
      return (next, -alpha * (convention.isNesterov ? g + mu * next : next))
    case .optax, .optaxNesterov:
      let next = mu * v + g
      return (next, -alpha * (convention.isNesterov ? g + mu * next : next))
    case .normalized:
      let next = mu * v + (1 - mu) * g
      return (next, -alpha * next)
    }
  }
}
