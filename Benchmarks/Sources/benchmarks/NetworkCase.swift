import Foundation

/// A training step of 784-100-100-10 that is timed.
struct NetworkCase {
  /// Units, from the pixels to the classes.
  static let sizes = [784, 100, 100, 10]
  static let batchSize = 100
  /// Of the effective rate and the momentum, both in logarithms.
  private static let hyperparameters = 2

  /// Two, where there are two cores.
  static let standardWorkers = min(2, ProcessInfo.processInfo.activeProcessorCount)

  let workers: Int
  /// Trainings at the same time, each with its own state.
  var runs = 1
  var hasHypergradient = false

  /// Multiply-adds of all matrix products (H2 of the derivations).
  var multiplyAdds: Double {
    let layers = zip(Self.sizes, Self.sizes.dropFirst()).map { Double($0 * $1) }
    // Forwards, slopes of the weights and slopes of the input, which the first layer does without. A direction
    // has two of each, and in the first layer, whose input has no tangent, one.
    let later = layers.dropFirst().reduce(0, +)
    let gradient = 2 * layers[0] + 3 * later
    let product = 2 * layers[0] + 6 * later
    return Double(Self.batchSize)
      * (gradient + (hasHypergradient ? Double(Self.hyperparameters) * product : 0))
  }
}
