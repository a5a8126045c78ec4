/// The derivatives of a training state by some hyperparameters. They are initially zero.
public struct TangentState<S: NetworkScalar>: Sendable, Equatable {
  /// The number of hyperparameters.
  public let count: Int
  let parameterCount: Int
  /// The number of values per hyperparameter, for parameters and slots.
  let length: Int
  /// For every hyperparameter, the derivatives of all numbers of a state.
  var storage: [S]
  /// The derivatives `dΠμ/dλ_j`.
  var decays: [Double]

  /// Creates the derivatives of a state that does not yet depend on the hyperparameters.
  public init(count: Int, of state: TrainingState<S>) {
    self.count = count
    parameterCount = state.parameterCount
    length = state.storage.count
    storage = [S](repeating: 0, count: count * length)
    decays = [Double](repeating: 0, count: count)
  }

  /// The derivative `dw/dλ_j`.
  public func parameters(_ j: Int) -> [S] { Array(storage[j * length..<j * length + parameterCount]) }

  /// The products `⟨slope, dw/dλ_j⟩` for every j. They are the derivatives of a function of the parameters
  /// whose gradient is `slope`.
  public func derivatives(of slope: [S]) -> [Double] {
    precondition(slope.count == parameterCount, "a slope per parameter")
    return storage.withUnsafeBufferPointer { all in
      guard let base = all.baseAddress else { return [] }
      return (0..<count).map { S.kernels.dot(parameterCount, slope, base + $0 * length) }
    }
  }
}
