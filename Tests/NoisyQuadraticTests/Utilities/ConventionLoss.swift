import NoisyQuadratic

/// Expected losses under every convention by the influence of each gradient's noise, from loops that know nothing
/// of matrices: a direction of curvature h at the rate α is one of curvature 1 at the rate αh.
enum ConventionLoss {
  static func final(_ model: NoisyQuadraticModel, _ schedule: Schedule) -> Double {
    model.curvature.indices.reduce(0) { $0 + final(model, schedule, direction: $1).total }
  }

  /// The final loss of a direction that its start and its noise leave.
  static func final(
    _ model: NoisyQuadraticModel, _ schedule: Schedule, direction i: Int
  ) -> (signal: Double, noise: Double, total: Double) {
    let h = model.curvature[i]
    guard h > 0, !schedule.isEmpty else { return (0, 0, 0) }
    let scaled = Schedule(
      validRates: schedule.learningRates.map { $0 * h }, momenta: schedule.momenta,
      convention: schedule.convention)
    func end(_ noise: [Double]) -> Double {
      ScheduleConversionTests.positions(scaled, noise: noise).last ?? 1
    }
    let none = [Double](repeating: 0, count: schedule.count)
    let path = end(none)
    let influence = schedule.indices.reduce(0.0) { sum, t in
      var noise = none
      noise[t] = 1 / h
      let moved = end(noise) - path
      return sum + moved * moved
    }
    let k = 0.5 * model.multiplicity[i] * h
    let signal = k * path * path * model.initialSecondMoment[i]
    let noise = k * influence * model.gradientNoise[i] / model.batchSize
    return (signal, noise, signal + noise)
  }
}
