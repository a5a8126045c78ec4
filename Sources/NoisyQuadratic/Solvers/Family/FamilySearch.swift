/// The objective over a family's parameters, as a function on the unit cube.
///
/// The family uses the model's units, everything else the kernels' units. The two differ by powers of two
/// (M6), so the choice of units changes no digit of the result.
struct FamilySearch {
  let axes: [FamilyAxis]
  private let isRate: [Bool]
  private let family: any ScheduleFamily
  private let setup: SolverSetup
  private let engine: SweepEngine
  private let horizon: Int

  /// Checks the family against the limits of `setup`, for runs of `horizon` steps.
  init(
    _ setup: SolverSetup, family: any ScheduleFamily, horizon: Int
  ) throws(NoisyQuadraticError) {
    if case .fixed(let momentum) = family.momentum, !(0...setup.limits.momentum).contains(momentum) {
      throw .invalidValue(
        field: "momentum", value: momentum, expected: "0 to the momentum limit, \(setup.limits.momentum)")
    }
    let parameters = family.parameters
    var axes: [FamilyAxis] = []
    for parameter in parameters { axes.append(try FamilyAxis(parameter, setup, steps: horizon)) }
    self.axes = axes
    isRate = parameters.map { $0.quantity == .learningRate }
    self.family = family
    self.setup = setup
    self.horizon = horizon
    engine = SweepEngine(setup.dynamics, capacity: setup.objective.steps)
  }

  /// The parameters at a point of the cube.
  func values(_ point: [Double]) -> [Double] {
    axes.indices.map { j in
      let value = axes[j].value(point[j])
      return isRate[j] ? setup.problem.modelRate(value) : value
    }
  }

  /// The point of the cube that is nearest to given parameters.
  func point(_ values: [Double]) -> [Double] {
    axes.indices.map { j in axes[j].coordinate(isRate[j] ? setup.problem.scaledRate(values[j]) : values[j]) }
  }

  /// The schedule of given parameters; `nil` if a rate exceeds the limit by more than rounding.
  func steps(_ values: [Double]) throws(NoisyQuadraticError) -> KernelSchedule? {
    let member = try family.schedule(values, steps: horizon)
    try member.requireBatchSizeOfModel("all members of a family are compared at the batch size of the model")
    var schedule = setup.problem.scaled(member)
    let limit = setup.limits.scaledRate
    guard schedule.rates.allSatisfy({ $0 <= limit * (1 + 8 * .ulpOfOne) }) else { return nil }
    schedule.rates = schedule.rates.map { min($0, limit) }
    return schedule
  }

  /// The logarithm of the objective at given parameters; infinite if a rate exceeds the limit or the loss
  /// overflows.
  func value(_ values: [Double]) throws(NoisyQuadraticError) -> Double {
    guard let schedule = try steps(values) else { return .infinity }
    let value = setup.dynamics.objective(
      schedule.prefix(setup.objective.steps), weights: setup.objective.weights)
    return value.isNaN ? .infinity : Elementary.log(value)
  }

  /// The logarithm of the objective, with its gradient with respect to the coordinates.
  func evaluate(_ point: [Double]) throws(NoisyQuadraticError) -> BoundedBFGS.Evaluation {
    let none = BoundedBFGS.Evaluation(value: .infinity, gradient: point.map { _ in 0 })
    let values = values(point)
    guard let schedule = try steps(values) else { return none }
    let count = setup.objective.steps
    engine.load(schedule.prefix(count), weights: setup.objective.weights)
    let gradient = engine.gradient()
    let value = gradient.value
    guard value.isFinite else { return none }
    // Steps after the last loss that counts have no effect.
    let idle = [Double](repeating: 0, count: horizon - count)
    let slopes = try family.gradient(
      values, learningRates: gradient.rates + idle, momenta: gradient.momenta + idle)
    return BoundedBFGS.Evaluation(
      value: Elementary.log(value),
      gradient: axes.indices.map { j in
        // The derivative of a rate by a rate has no unit, and by a number it has the unit of a rate. Rates do
        // not depend on momentum.
        let isNumber = !isRate[j] && family.parameters[j].quantity != .momentum
        let slope = isNumber ? setup.problem.scaledRate(slopes[j]) : slopes[j]
        return slope / value * axes[j].slope(point[j])
      })
  }

  /// The parameters of a schedule that stands still, and the logarithm of its objective.
  func rest() throws(NoisyQuadraticError) -> (parameters: [Double], value: Double) {
    let parameters = zip(family.parameters, axes).map { parameter, axis in
      if case .number = parameter.quantity { axis.value(0.5) } else { 0.0 }
    }
    return (parameters, try value(parameters))
  }

  /// Points spread evenly over the cube, and the logarithm of the objective at each.
  ///
  /// If momentum is a parameter, every other point is spread over phase and amplitude of the signal in the
  /// fastest direction instead of rate and momentum, because valleys follow the phase (C7).
  ///
  /// If more than two learning rates are parameters, every other point has all of them at one coordinate.
  /// Constant schedules lie there, and points spread over the whole cube would miss them.
  func scan(points count: Int) throws(NoisyQuadraticError) -> [(point: [Double], value: Double)] {
    let rates = isRate.indices.filter { isRate[$0] }
    let sequence = KroneckerSequence(dimension: axes.count)
    let momentum = axes.indices.last { family.parameters[$0].quantity == .momentum }
    let highestAmplitude = setup.limits.momentum.squareRoot()
    var scan: [(point: [Double], value: Double)] = []
    for i in 0..<count {
      var point = sequence[i]
      if rates.count > 2, i % 2 == 1 {
        for j in rates { point[j] = point[rates[0]] }
      }
      if let momentum, let first = rates.first, i % 4 < 2 {
        let amplitude = Elementary.pow(Self.lowestAmplitude, 1 - point[momentum]) * highestAmplitude
        let cosine = Elementary.cos(Double.pi * point[first])
        let rate = (1 + amplitude * amplitude - 2 * amplitude * cosine) / setup.problem.maximumCurvature
        point[momentum] = axes[momentum].coordinate(amplitude * amplitude)
        for j in rates { point[j] = axes[j].coordinate(rate) }
      }
      scan.append((point, try value(values(point))))
    }
    return scan
  }

  /// The smallest amplitude per step, relative to the largest, in the scan over phases, as in
  /// ``ConstantMinimizer``.
  private static let lowestAmplitude = 0.1

  /// Points at the best constant pair, for schedules whose largest rate is some multiples of its rate, and the
  /// logarithm of the objective at each.
  func constantPoints() throws(NoisyQuadraticError) -> [(point: [Double], value: Double)] {
    guard let momentum = axes.indices.last(where: { family.parameters[$0].quantity == .momentum }) else {
      return []
    }
    let best = ConstantSolver.minimum(setup, horizon: setup.objective.steps).minimum
    var scan: [(point: [Double], value: Double)] = []
    for multiple in [1.0, 1.5, 2, 3] {
      for number in [0, 0.1, 0.5, 0.9, 1] {
        var point = axes.map { _ in number }
        for j in axes.indices where isRate[j] { point[j] = axes[j].coordinate(multiple * best.alpha) }
        point[momentum] = axes[momentum].coordinate(best.mu)
        scan.append((point, try value(values(point))))
      }
    }
    return scan
  }

  /// The lowest of those points of a scan that have no lower point around them, within the mean distance of
  /// points.
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
