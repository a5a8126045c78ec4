/// The learning rates and momenta of a run in the units of the kernels.
///
/// In these units the largest curvature lies in [1, 2). ``Schedule`` holds the same numbers in the units of a
/// model. `NormalizedProblem` converts one into the other.
package struct KernelSchedule: Sendable, Equatable {
  /// The learning rates α_t for t in 0 ..< T.
  package var rates: [Double]
  /// The momenta μ_t for t in 0 ..< T. Kernels without momentum ignore them.
  package var momenta: [Double]

  package init(rates: [Double], momenta: [Double]) {
    (self.rates, self.momenta) = (rates, momenta)
  }

  /// A schedule with the same rate and momentum at every step.
  init(rate: Double, momentum: Double = 0, steps: Int) {
    self.init(
      rates: Array(repeating: rate, count: steps), momenta: Array(repeating: momentum, count: steps))
  }

  /// Whether any momentum differs from 0.
  var usesMomentum: Bool { momenta.contains { $0 != 0 } }

  /// The number of steps T.
  package var count: Int { rates.count }

  /// A schedule from its variables, step by step: rates alone, or rates and momenta by turns.
  init(variables x: [Double], controls: Int) {
    guard controls == 2 else {
      self.init(rates: x, momenta: Array(repeating: 0, count: x.count))
      return
    }
    let steps = stride(from: 0, to: x.count, by: 2)
    self.init(rates: steps.map { x[$0] }, momenta: steps.map { x[$0 + 1] })
  }

  /// The variables step by step: rates alone, or rates and momenta by turns.
  func variables(controls: Int) -> [Double] { Self.variables(rates, momenta, controls: controls) }

  /// Numbers for rates and momenta, such as derivatives, in the order of the variables.
  static func variables(_ rates: [Double], _ momenta: [Double], controls: Int) -> [Double] {
    guard controls == 2 else { return rates }
    var result = [Double](repeating: 0, count: 2 * rates.count)
    for t in rates.indices { (result[2 * t], result[2 * t + 1]) = (rates[t], momenta[t]) }
    return result
  }

  /// Appends one step.
  mutating func append(rate: Double, momentum: Double) {
    rates.append(rate)
    momenta.append(momentum)
  }

  /// The first `count` steps.
  func prefix(_ count: Int) -> KernelSchedule {
    KernelSchedule(rates: Array(rates.prefix(count)), momenta: Array(momenta.prefix(count)))
  }

  /// The steps from `step` on.
  func suffix(from step: Int) -> KernelSchedule {
    KernelSchedule(rates: Array(rates[step...]), momenta: Array(momenta[step...]))
  }

  /// Calls `body` with the rates and momenta of some steps and returns its result, or 0 if there are none.
  mutating func withUnsafeSteps(
    _ steps: Range<Int>,
    _ body: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>) -> Double
  ) -> Double {
    precondition(steps.isEmpty || rates.indices.contains(steps) && momenta.count == rates.count)
    return rates.withUnsafeMutableBufferPointer { rates in
      momenta.withUnsafeMutableBufferPointer { momenta in
        guard let alpha = rates.baseAddress, let mu = momenta.baseAddress, !steps.isEmpty else { return 0 }
        return body(alpha + steps.lowerBound, mu + steps.lowerBound)
      }
    }
  }

  static func + (first: KernelSchedule, rest: KernelSchedule) -> KernelSchedule {
    KernelSchedule(rates: first.rates + rest.rates, momenta: first.momenta + rest.momenta)
  }
}

extension NormalizedProblem {
  /// Converts a schedule to the units of the kernels, which keep the rate inside the velocity.
  package func scaled(_ schedule: Schedule) -> KernelSchedule {
    precondition(
      schedule.convention == .velocity || !schedule.usesMomentum, "kernels keep the rate inside the velocity")
    precondition(schedule.batchSizes == nil, "kernels have one batch size for all steps")
    return KernelSchedule(rates: schedule.learningRates.map(scaledRate), momenta: schedule.momenta)
  }

  /// The kernels' schedule that makes the same steps from rest; `nil` if their rule has none, or if the
  /// schedule has batch sizes of its own.
  package func equivalent(_ schedule: Schedule) -> KernelSchedule? {
    schedule.batchSizes == nil ? (try? schedule.converted(to: .velocity)).map(scaled) : nil
  }

  /// Converts a schedule of the kernels to the units of the model.
  package func schedule(_ scaled: KernelSchedule) -> Schedule {
    Schedule(validRates: scaled.rates.map(modelRate), momenta: scaled.momenta)
  }
}
