extension Schedule {
  /// The schedule drawn out or compressed to another number of steps: every step has the numbers of the
  /// step at the same fraction of the run. A schedule without steps stays without.
  func resampled(to steps: Int) throws(NoisyQuadraticError) -> Schedule {
    try Schedule.requireSteps(steps)
    guard steps != count, count > 0 else { return self }
    let places = (0..<steps).map { t in
      Swift.min(Int((Double(t) + 0.5) * (Double(count) / Double(steps))), count - 1)
    }
    return Schedule(
      validRates: places.map { learningRates[$0] }, momenta: places.map { momenta[$0] },
      convention: convention, batchSizes: batchSizes.map { sizes in places.map { sizes[$0] } })
  }

  /// The schedule with further steps, all like the last one.
  func held(to steps: Int) throws(NoisyQuadraticError) -> Schedule {
    try Schedule.requireSteps(steps)
    let more = Swift.max(steps - count, 0)
    func held(_ values: [Double]) -> [Double] {
      values + Array(repeating: values.last ?? 0, count: more)
    }
    return Schedule(
      validRates: held(learningRates), momenta: held(momenta), convention: convention,
      batchSizes: batchSizes.map(held))
  }
}
