/// The parameters of a network and the memory of its optimizer.
public struct TrainingState<S: NetworkScalar>: Sendable, Equatable {
  /// The parameters, followed by the optimizer's slots: the velocity, or the first and second moments.
  package var storage: [S]
  /// The number of values in the parameters and in each slot.
  public let parameterCount: Int
  /// The products Πμ and Πβ₂ over all steps, which correct Adam's bias.
  package var decays: [Double] = [1, 1]
  /// The number of steps made.
  public package(set) var step = 0

  /// Creates a state at rest.
  public init(_ parameters: [S], optimizer: BaseOptimizer) {
    parameterCount = parameters.count
    storage = parameters + [S](repeating: 0, count: optimizer.slots * parameters.count)
  }

  /// Creates a state from all its parts.
  package init(storage: [S], parameterCount: Int, decays: [Double], step: Int) {
    self.storage = storage
    self.parameterCount = parameterCount
    self.decays = decays
    self.step = step
  }

  /// Whether the state has as many numbers of each kind as another state.
  package func hasShape(of other: TrainingState) -> Bool {
    parameterCount == other.parameterCount && storage.count == other.storage.count
      && decays.count == other.decays.count
  }

  /// The network's parameters.
  public var parameters: [S] {
    get { Array(storage[..<parameterCount]) }
    set {
      precondition(newValue.count == parameterCount, "as many parameters as before")
      storage.replaceSubrange(..<parameterCount, with: newValue)
    }
  }

  /// The velocity of heavy ball, or Adam's first moments.
  public var velocity: [S] { Array(storage[parameterCount..<2 * parameterCount]) }

  /// Sets velocity and moments to zero and the step count to 0.
  public mutating func rest() {
    for i in parameterCount..<storage.count { storage[i] = 0 }
    decays = [1, 1]
    step = 0
  }
}
