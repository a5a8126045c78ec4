/// The derivatives of a training state by some hyperparameters, zero at first.
public struct TangentState<S: NetworkScalar>: Sendable, Equatable {
  /// Hyperparameters.
  public let count: Int
  let parameterCount: Int
  /// Numbers per hyperparameter: parameters and slots.
  let length: Int
  /// For every hyperparameter the derivative of all of a state's numbers.
  var storage: [S]
  /// `dΠμ/dλ_j`.
  var decays: [Double]

  /// The derivatives of a state that does not depend on the hyperparameters yet.
  public init(count: Int, of state: TrainingState<S>) {
    self.count = count
    parameterCount = state.parameterCount
    length = state.storage.count
    storage = [S](repeating: 0, count: count * length)
    decays = [Double](repeating: 0, count: count)
  }

  /// `dw/dλ_j`.
  public func parameters(_ j: Int) -> [S] { Array(storage[j * length..<j * length + parameterCount]) }

  /// `⟨slope, dw/dλ_j⟩` for every j: the derivatives of a function of the parameters with that gradient.
  public func derivatives(of slope: [S]) -> [Double] {
    precondition(slope.count == parameterCount, "a slope per parameter")
    return storage.withUnsafeBufferPointer { all in
      guard let base = all.baseAddress else { return [] }
      return (0..<count).map { S.kernels.dot(parameterCount, slope, base + $0 * length) }
    }
  }
}
