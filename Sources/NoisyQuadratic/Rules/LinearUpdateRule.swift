/// An update rule that is linear in every direction (U1).
///
/// The state of a direction is a vector z of k numbers, the first of which is the parameter θ that the steps
/// move. A step is
/// ```
/// z ← F z + b (h rᵀz + ξ)        h rᵀz + ξ: the gradient at the point rᵀz
/// ```
/// F, b and r may depend on the step's hyperparameters and on its place in the run, but neither on the
/// direction nor on the gradients. Expected losses, gradients, stationary moments and the limit of stability
/// follow from this. To add a rule, write a struct with its components and its step.
///
/// Rules that are wrapped around others, such as ``AveragedIterates``, ``Lookahead`` and ``WeightDecay``, may be
/// nested.
public protocol LinearUpdateRule: Sendable {
  /// The components of the state, the parameter first. There are 1 to ``LinearUpdateRule/maximumStateCount``.
  var components: [StateComponent] { get }
  /// The index of the component whose loss counts: the parameter, or an average of it.
  var evaluated: Int { get }
  /// The number of steps after which the steps repeat at constant hyperparameters; 1 for most rules.
  ///
  /// This holds from the second such step on, and periods begin at multiples of the period. It is `nil` if the
  /// steps never repeat, as for a uniform average.
  var period: Int? { get }
  /// The step as a function of its hyperparameters and its place in the run, in the units of the model.
  func step(_ context: StepContext) -> LinearStep
}

extension LinearUpdateRule {
  /// The largest number of state components.
  public static var maximumStateCount: Int { 8 }
  /// The number k of state components.
  public var stateCount: Int { components.count }
  /// The state at the start of a run, at rest, as multiples of θ₀.
  public var initialState: [Double] { components.map(\.initialValue) }
  /// The parameter counts.
  public var evaluated: Int { 0 }
  /// All steps at the same hyperparameters are equal.
  public var period: Int? { 1 }

  /// Throws an error if a rule with `added` further components would have too many.
  func requireRoom(for added: Int) throws(NoisyQuadraticError) {
    guard stateCount + added <= Self.maximumStateCount else {
      throw .invalidCount(
        field: "stateCount", value: stateCount + added, expected: "at most \(Self.maximumStateCount)")
    }
  }
}
