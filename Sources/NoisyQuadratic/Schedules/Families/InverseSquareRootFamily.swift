/// Schedules that rise from 0 to a peak and fall with the inverse square root of the step.
///
/// The rise takes `w = λ_1 T` steps, not necessarily a whole number. The rate is `α_t = λ_0 t/w` for `t < w` and
/// `λ_0 √(w/t)` after it.
///
/// Parameters: `peakValue`, the rate λ_0 that step w would have, and `warmupFraction`, λ_1, as a fraction of
/// the run.
public struct InverseSquareRootFamily: ScheduleFamily {
  /// The momentum of every step.
  public var momentum: FamilyMomentum

  /// The family of inverse square roots after a warmup.
  public init(momentum: FamilyMomentum = .fixed(0)) { self.momentum = momentum }

  /// The parameters `peakValue` and `warmupFraction`.
  public var rateParameters: [ScheduleParameter] {
    [
      ScheduleParameter("peakValue", .learningRate),
      ScheduleParameter("warmupFraction", .number(1e-4...1)),
    ]
  }

  /// See ``Schedule/inverseSquareRoot(peakValue:warmupSteps:timeScale:momentum:steps:)``.
  public func schedule(
    rateParameters values: [Double], momentum: Double, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    guard values[1] > 0, values[1] <= 1 else {
      throw .invalidValue(
        field: "warmupFraction", value: values[1], expected: "a number above 0 and at most 1")
    }
    let warmup = values[1] * Double(steps)
    return try .inverseSquareRoot(
      peakValue: values[0], warmup: warmup, timeScale: warmup, momentum: momentum, steps: steps)
  }

  /// The derivatives by the parameters, `α_t/λ_0`, and `−α_t/λ_1` in the rise and `α_t/(2 λ_1)` after it (F3).
  public func rateDerivatives(_ values: [Double], steps: Int) throws(NoisyQuadraticError) -> [[Double]] {
    let (shape, byWarmup) = try shapes(values, steps) { t in
      Double(t) < values[1] * Double(steps) ? -1 / values[1] : 0.5 / values[1]
    }
    return [shape, byWarmup]
  }
}
