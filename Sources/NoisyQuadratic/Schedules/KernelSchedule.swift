/// A run's learning rates and momenta in the units of the kernels, in which the largest curvature lies in [1, 2).
///
/// ``Schedule`` is the same in the units of a model. `NormalizedProblem` turns one into the other.
package struct KernelSchedule: Sendable, Equatable {
  /// α_t for t in 0 ..< T.
  package var rates: [Double]
  /// μ_t, as many; kernels without momentum do not look at them.
  package var momenta: [Double]

  package init(rates: [Double], momenta: [Double]) {
    (self.rates, self.momenta) = (rates, momenta)
  }

  /// The same rate and momentum at every step.
  init(rate: Double, momentum: Double = 0, steps: Int) {
    self.init(
      rates: Array(repeating: rate, count: steps), momenta: Array(repeating: momentum, count: steps))
  }

  /// T.
  package var count: Int { rates.count }

  /// One more step.
  mutating func append(rate: Double, momentum: Double) {
    rates.append(rate)
    momenta.append(momentum)
  }

  /// The first steps.
  func prefix(_ count: Int) -> KernelSchedule {
    KernelSchedule(rates: Array(rates.prefix(count)), momenta: Array(momenta.prefix(count)))
  }

  /// The steps from one on.
  func suffix(from step: Int) -> KernelSchedule {
    KernelSchedule(rates: Array(rates[step...]), momenta: Array(momenta[step...]))
  }

  static func + (first: KernelSchedule, rest: KernelSchedule) -> KernelSchedule {
    KernelSchedule(rates: first.rates + rest.rates, momenta: first.momenta + rest.momenta)
  }
}

extension NormalizedProblem {
  /// A schedule in the units of the kernels.
  package func scaled(_ schedule: Schedule) -> KernelSchedule {
    KernelSchedule(rates: schedule.learningRates.map(scaledRate), momenta: schedule.momenta)
  }

  /// A schedule of the kernels in the units of the model.
  package func schedule(_ scaled: KernelSchedule) -> Schedule {
    Schedule(validRates: scaled.rates.map(modelRate), momenta: scaled.momenta)
  }
}
