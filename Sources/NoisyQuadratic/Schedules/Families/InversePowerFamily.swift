/// Schedules with inverse-time decay whose time scale is a fraction of the run:
/// `α_t = λ_0 (1 + t/(λ_1 T))^−β`.
///
/// Parameters: `initialValue`, the rate λ_0 of step 0; `timeFraction`, λ_1, the time scale as a fraction of the
/// run; and `exponent`, β, unless it is given. With exponent 1 this is `1/t` decay, with ½ the inverse square
/// root without warmup. ``InverseTimeFamily`` keeps the paper's time scale in steps instead.
public struct InversePowerFamily: ScheduleFamily {
  /// The exponent β ≥ 0; `nil` if it is a parameter.
  public var exponent: Double?
  /// The momentum of every step.
  public var momentum: FamilyMomentum

  /// The family of decays with a given exponent, or with a fitted one if it is `nil`.
  public init(exponent: Double? = nil, momentum: FamilyMomentum = .fixed(0)) {
    self.exponent = exponent
    self.momentum = momentum
  }

  /// The parameters `initialValue`, `timeFraction` and, if it is fitted, `exponent`.
  public var rateParameters: [ScheduleParameter] {
    let given = [
      ScheduleParameter("initialValue", .learningRate),
      ScheduleParameter("timeFraction", .number(1e-6...1e3)),
    ]
    return exponent == nil ? given + [ScheduleParameter("exponent", .number(1e-2...100))] : given
  }

  /// See ``Schedule/inverseTime(initialValue:timeScale:exponent:momentum:steps:)``.
  public func schedule(
    rateParameters values: [Double], momentum: Double, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    guard values[1] > 0, values[1].isFinite else {
      throw .invalidValue(field: "timeFraction", value: values[1], expected: "a finite number > 0")
    }
    return try .inverseTime(
      initialValue: values[0], timeScale: values[1] * Double(max(steps, 1)), exponent: exponent ?? values[2],
      momentum: momentum, steps: steps)
  }

  /// The derivatives by the parameters, `α_t/λ_0`, `α_t β t/(λ_1 (λ_1 T + t))` and `−α_t ln(1 + t/(λ_1 T))`
  /// (F10).
  public func rateDerivatives(_ values: [Double], steps: Int) throws(NoisyQuadraticError) -> [[Double]] {
    let shape = try schedule(rateParameters: [1] + values[1...], momentum: 0, steps: steps).learningRates
    let (scale, power) = (values[1] * Double(steps), exponent ?? values[2])
    let byScale = shape.indices.map { t in
      values[0] * (shape[t] * (power * Double(t) / (values[1] * (scale + Double(t)))))
    }
    guard exponent == nil else { return [shape, byScale] }
    return [
      shape, byScale, shape.indices.map { values[0] * (shape[$0] * -Elementary.log1p(Double($0) / scale)) },
    ]
  }
}
