/// The objective over a family's parameters, as a function on the unit cube.
struct FamilySearch {
  let axes: [FamilyAxis]
  /// Whether a schedule may use momentum.
  let usesMomentum: Bool
  private let model: NoisyQuadraticModel
  private let family: any ScheduleFamily
  private let objective: Objective
  private let horizon: Int
  private let gradient: ObjectiveGradient
  private let limit: Double?

  init(
    _ model: NoisyQuadraticModel, _ setup: SolverSetup, family: any ScheduleFamily, objective: Objective,
    horizon: Int
  ) throws(NoisyQuadraticError) {
    if case .fixed(let momentum) = family.momentum, !(0...setup.limits.momentum).contains(momentum) {
      throw .invalidValue(
        field: "momentum", value: momentum, expected: "0 to the momentum limit, \(setup.limits.momentum)")
    }
    var axes: [FamilyAxis] = []
    for parameter in family.parameters {
      axes.append(try FamilyAxis(parameter, setup, steps: horizon))
    }
    self.axes = axes
    self.model = model
    self.family = family
    self.objective = objective
    self.horizon = horizon
    limit = setup.limits.learningRate
    usesMomentum = setup.limits.usesMomentum && family.momentum != .fixed(0)
    gradient = try ObjectiveGradient(
      model, objective, horizon: horizon, usesMomentum: usesMomentum)
  }

  /// The parameters at a point of the cube.
  func values(_ point: [Double]) -> [Double] {
    zip(axes, point).map { $0.value($1) }
  }

  /// The schedule of given parameters; `nil` if it exceeds the limit by more than rounding.
  func schedule(_ values: [Double]) throws(NoisyQuadraticError) -> Schedule? {
    let schedule = try family.schedule(values, steps: horizon)
    guard let limit, let highest = schedule.learningRates.max(), highest > limit else { return schedule }
    guard highest <= limit * (1 + 8 * .ulpOfOne) else { return nil }
    return Schedule(
      validRates: schedule.learningRates.map { min($0, limit) }, momenta: schedule.momenta)
  }

  /// The logarithm of the objective and its gradient by the coordinates; infinite where the schedule exceeds
  /// the limit or the loss overflows.
  func evaluate(_ point: [Double]) throws(NoisyQuadraticError) -> BoundedBFGS.Evaluation {
    let none = BoundedBFGS.Evaluation(value: .infinity, gradient: point.map { _ in 0 })
    let values = values(point)
    guard let schedule = try schedule(values) else { return none }
    let steps = gradient(schedule)
    guard steps.value.isFinite else { return none }
    let slopes = try family.gradient(
      values, learningRates: steps.learningRates, momenta: steps.momenta)
    return BoundedBFGS.Evaluation(
      value: Elementary.log(steps.value),
      gradient: axes.indices.map { slopes[$0] / steps.value * axes[$0].slope(point[$0]) })
  }

  /// The parameters that stand still, and the logarithm of the objective there.
  func rest() throws(NoisyQuadraticError) -> (parameters: [Double], value: Double) {
    let parameters = zip(family.parameters, axes).map { parameter, axis in
      if case .number = parameter.quantity { axis.value(0.5) } else { 0.0 }
    }
    let still = try Schedule.constant(learningRate: 0, steps: horizon)
    return (parameters, Elementary.log(try model.value(of: objective, under: still)))
  }

  /// Points spread evenly over the cube, and the logarithm of the objective at each.
  ///
  /// Where more than two learning rates are parameters, every other point has them all at one coordinate:
  /// there lie the constants, which points all over the cube would miss.
  func scan(points count: Int) throws(NoisyQuadraticError) -> [(point: [Double], value: Double)] {
    let rates = family.parameters.indices.filter { family.parameters[$0].quantity == .learningRate }
    let sequence = KroneckerSequence(dimension: axes.count)
    var scan: [(point: [Double], value: Double)] = []
    for i in 0..<count {
      var point = sequence[i]
      if rates.count > 2, i % 2 == 1 {
        for j in rates { point[j] = point[rates[0]] }
      }
      let schedule = try schedule(values(point))
      let value = try schedule.map { schedule throws(NoisyQuadraticError) in
        try model.value(of: objective, under: schedule)
      }
      scan.append((point, value.map { $0.isNaN ? .infinity : Elementary.log($0) } ?? .infinity))
    }
    return scan
  }

  /// The lowest of those points of a scan that have none lower around them, within the mean
  /// distance of points.
  func starts(_ scan: [(point: [Double], value: Double)], count: Int) -> [[Double]] {
    let radius = Elementary.pow(Double(scan.count), -1 / Double(axes.count))
    let sorted = scan.sorted { $0.value < $1.value }
    var starts: [[Double]] = []
    for (i, (point, value)) in sorted.enumerated() where starts.count < count {
      guard value < .infinity || starts.isEmpty else { break }
      let isLowest = sorted[..<i].allSatisfy { other, _ in
        zip(point, other).contains { abs($0 - $1) > radius }
      }
      if isLowest { starts.append(point) }
    }
    return starts
  }
}
