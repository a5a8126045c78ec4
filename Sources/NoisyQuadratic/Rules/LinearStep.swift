/// One step of a linear update rule, the same for all directions (U1).
///
/// ```
/// z ← F z + b (h rᵀz + ξ + λ rᵀz) = A z + b ξ        A = F + (h + λ) b rᵀ
/// ```
/// z holds the k numbers of a direction, h is its curvature, `h rᵀz + ξ` is the stochastic gradient at the
/// point `rᵀz`, and λ is the weight decay that is added to the gradient.
///
/// Units are those of the model. No number here depends on the direction.
public struct LinearStep: Sendable, Equatable {
  /// The number k of state components.
  public private(set) var stateCount: Int
  /// The transition F, k² numbers in row-major order.
  public private(set) var transition: [RuleNumber]
  /// The gain b of the gradient, k numbers.
  public private(set) var gain: [RuleNumber]
  /// The point r at which the gradient is taken, k numbers.
  public private(set) var point: [RuleNumber]
  /// The coefficient λ of the decay in the gradient; 0 unless a wrapper adds one.
  public private(set) var decay: RuleNumber = 0

  /// A step with the given numbers. Arrays whose lengths do not fit are a programming error.
  ///
  /// - Parameters:
  ///   - transition: F, k² numbers in row-major order.
  ///   - gain: b, k numbers.
  ///   - point: r, k numbers.
  public init(transition: [RuleNumber], gain: [RuleNumber], point: [RuleNumber]) {
    let k = gain.count
    precondition(transition.count == k * k && point.count == k, "k² numbers of F and k of b and r")
    stateCount = k
    self.transition = transition
    self.gain = gain
    self.point = point
  }

  /// The step after which a new, last component is `(1 − w)` times its old value plus `w` times the new value
  /// of the component `source` (U5).
  public func averaging(_ source: Int, weight w: RuleNumber) -> LinearStep {
    let k = stateCount
    var rows = [RuleNumber]()
    rows.reserveCapacity((k + 1) * (k + 1))
    for i in 0..<k {
      rows += transition[i * k..<(i + 1) * k]
      rows.append(0)
    }
    rows += transition[source * k..<(source + 1) * k].map { w * $0 }
    rows.append(1 - w)
    var step = LinearStep(transition: rows, gain: gain + [w * gain[source]], point: point + [0])
    step.decay = decay
    return step
  }

  /// The step after which the component `target` is a copy of the component `source`.
  public func copying(_ source: Int, to target: Int) -> LinearStep {
    var copy = self
    for j in 0..<stateCount {
      copy.transition[target * stateCount + j] = transition[source * stateCount + j]
    }
    copy.gain[target] = gain[source]
    return copy
  }

  /// The step after which the component `target` is 0.
  public func clearing(_ target: Int) -> LinearStep {
    var copy = self
    for j in 0..<stateCount { copy.transition[target * stateCount + j] = 0 }
    copy.gain[target] = 0
    return copy
  }

  /// The step before which the parameter, component 0, is multiplied by `factor`. The gradient is still that of
  /// the point before.
  public func scalingParameter(by factor: RuleNumber) -> LinearStep {
    var copy = self
    for i in 0..<stateCount { copy.transition[i * stateCount] = factor * transition[i * stateCount] }
    return copy
  }

  /// The step whose gradient has `coefficient` times the point at which it is taken added to it.
  public func addingDecay(_ coefficient: RuleNumber) -> LinearStep {
    var copy = self
    copy.decay = decay + coefficient
    return copy
  }

  /// `F + λ b rᵀ`, the matrix A of a direction without curvature, in row-major order.
  package var flatMatrix: [RuleNumber] {
    guard decay != 0 else { return transition }
    var matrix = transition
    for i in 0..<stateCount {
      for j in 0..<stateCount {
        matrix[i * stateCount + j] = matrix[i * stateCount + j] + decay * gain[i] * point[j]
      }
    }
    return matrix
  }
}
