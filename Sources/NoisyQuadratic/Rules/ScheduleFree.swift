/// Schedule-free SGD: steps of a sequence z, gradients between z and its average x, and the loss at x (U6).
///
/// ```
/// y = (1 − μ) z + μ x        z ← z − α g(y)        x ← (1 − c) x + c z,   c = α_t²/(α_0² + … + α_t²)
/// ```
/// The schedule's momentum μ is the interpolation that the source calls β. Schedules without momentum average
/// the iterates of SGD. The weights c depend on rates only, so the rule is linear. While all rates are 0, c is
/// 0. Weights by powers other than the square, or by the largest rate so far, are not offered.
///
/// Source: Defazio et al. (2024), *The road less scheduled*, equations 1–3 with the weights of its section 4.
public struct ScheduleFree: LinearUpdateRule {
  /// Creates the rule.
  public init() {}

  /// The sequence z and its average x.
  public var components: [StateComponent] { [.position, .position] }
  /// The average x.
  public var evaluated: Int { 1 }
  /// The weights of the average never repeat.
  public var period: Int? { nil }

  /// The step above.
  public func step(_ context: StepContext) -> LinearStep {
    let (alpha, beta, c) = (context.learningRate, context.momentum, context.squaredRateShare)
    return LinearStep(
      transition: [1, 0, c, 1 - c], gain: [-alpha, -(c * alpha)], point: [1 - beta, beta])
  }
}
