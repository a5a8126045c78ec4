/// Forward and backward passes over a run of T steps, which may revise the schedule on the way (S6).
///
/// Memory grows like `d √T` (S7). The run is divided into segments. The costates or moments of one segment
/// are stored in full. Those of the other segments are recomputed from checkpoints at segment ends. A run
/// that fits the budget is one segment, and nothing is recomputed.
package final class SweepEngine {
  /// A function that a pass calls at a step. It receives the objective as a quadratic in the step's rate and
  /// momentum, and returns the rate and momentum to use.
  package typealias Decision = (_ step: Int, _ quadratic: StepQuadratic) -> (alpha: Double, mu: Double)

  private enum Content: Equatable {
    case nothing
    case costates(Int)
    case moments(Int)
  }

  package let kernels: MomentKernels
  /// The number of steps, at most the capacity.
  package private(set) var steps: Int
  package private(set) var rates: [Double]
  package private(set) var momenta: [Double]
  /// The current schedule.
  package var schedule: KernelSchedule { KernelSchedule(rates: rates, momenta: momenta) }
  /// The T + 1 weights in the objective of the loss before each step and of the final loss; `nil` for the
  /// final loss alone.
  package private(set) var weights: [Double]?
  /// The state before step 0.
  package let start: AlignedColumns

  private let segment: Int
  private let slotColumns: Int
  private let slots: AlignedColumns
  private let state: AlignedColumns
  private let costate: AlignedColumns
  private let scratch: AlignedColumns
  private let stateCheckpoints: AlignedColumns
  private let costateCheckpoints: AlignedColumns
  private var content = Content.nothing

  /// The number of doubles that an engine for `dimension` directions and `steps` steps requires.
  package static func doubles(dimension: Int, steps: Int, usesMomentum: Bool) -> Double {
    let (segment, segments) = segmentation(dimension, steps, usesMomentum)
    let columns = Double(segment) * (usesMomentum ? 3 : 1) + Double(segments) * (usesMomentum ? 8 : 2) + 20
    return columns * Double(AlignedColumns.paddedLength(dimension)) + 8 * Double(steps)
  }

  /// The length and number of segments.
  ///
  /// There is one segment if its slots take at most 16 MiB. For a single pass the limit is 128 KiB because
  /// fresh memory costs more than steps. Otherwise there are √T segments of √T steps.
  private static func segmentation(
    _ dimension: Int, _ steps: Int, _ usesMomentum: Bool, isForOnePass: Bool = false
  ) -> (length: Int, count: Int) {
    let slotBytes = Double(8 * (usesMomentum ? 3 : 1)) * Double(AlignedColumns.paddedLength(dimension))
    let whole = max(steps, 1)
    let fitting = Int(min(Double(whole), Double(isForOnePass ? 1 << 17 : 1 << 24) / slotBytes))
    if fitting >= whole { return (whole, 1) }
    // Short segments stay in the cache.
    let length = Int(Double(whole).squareRoot().rounded(.up))
    return (length, whole / length + (whole % length == 0 ? 0 : 1))
  }

  package init(_ kernels: MomentKernels, capacity: Int, isForOnePass: Bool = false) {
    self.kernels = kernels
    steps = capacity
    rates = Array(repeating: 0, count: capacity)
    momenta = rates
    let (length, count) = Self.segmentation(
      kernels.dimension, capacity, kernels.usesMomentum, isForOnePass: isForOnePass)
    segment = length
    slotColumns = max(kernels.momentColumns, kernels.costateColumns)
    slots = kernels.makeColumns(columns: length * slotColumns)
    start = kernels.makeColumns(columns: kernels.stateColumns)
    state = kernels.makeColumns(columns: kernels.stateColumns)
    costate = kernels.makeColumns(columns: kernels.costateColumns)
    scratch = kernels.makeColumns(columns: kernels.momentColumns)
    stateCheckpoints = kernels.makeColumns(columns: count * kernels.stateColumns)
    costateCheckpoints = kernels.makeColumns(columns: count * kernels.costateColumns)
    kernels.reset(start)
  }

  /// Sets the schedule and the objective, and discards the results of earlier passes.
  package func load(_ schedule: KernelSchedule, weights: [Double]? = nil) {
    precondition(
      schedule.momenta.count == schedule.count && schedule.count <= capacity,
      "a schedule of at most the capacity")
    precondition(weights.map { $0.count == schedule.count + 1 } ?? true, "a weight for every loss")
    self.weights = weights
    steps = schedule.count
    rates = schedule.rates
    momenta = schedule.momenta
    content = .nothing
  }

  /// Directions times steps up to which a run is small: a pass over it takes some microseconds, so that a search may
  /// make thousands.
  package static let smallWork = 5e3

  /// Whether the problem is so small that many runs have a negligible cost.
  package static func isSmall(dimension: Int, steps: Int) -> Bool {
    Double(dimension) * Double(steps) <= smallWork
  }
  package var isSmall: Bool { Self.isSmall(dimension: kernels.dimension, steps: capacity) }
  package var capacity: Int { segment * max(stateCheckpoints.columns / kernels.stateColumns, 1) }
  private var segments: Int { max((steps + segment - 1) / segment, 1) }
  private func range(_ s: Int) -> Range<Int> { s * segment..<min((s + 1) * segment, steps) }

  // MARK: Passes

  /// Goes forward from ``start`` and returns the objective, which is the final loss or the weighted losses.
  ///
  /// If there is a decision, its result replaces the rate and momentum of every step. It uses the costates of
  /// the last backward pass, which must belong to the current schedule. Moments and checkpoints are kept for
  /// the next backward pass.
  package func forward(_ decide: Decision? = nil) -> Double {
    state.copy(from: start, 0, to: 0, count: kernels.stateColumns)
    var objective = charged(0)
    for s in 0..<segments {
      if decide != nil, content != .costates(s) { recallCostates(s) }
      stateCheckpoints.copy(
        from: state, 0, to: s * kernels.stateColumns, count: kernels.stateColumns)
      if decide == nil, hasKernelRecords {
        kernels.recordMoments(state, into: slots, rates: rates[range(s)])
        content = .moments(s)
        continue
      }
      for t in range(s) {
        let slot = (t - s * segment) * slotColumns
        if let decide {
          let moments = kernels.moments(of: state, scratch: scratch)
          let quadratic = kernels.quadratic(moments: moments, at: 0, costate: slots, at: slot)
          (rates[t], momenta[t]) = decide(t, quadratic)
          slots.copy(from: moments, 0, to: slot, count: kernels.momentColumns)
        } else {
          kernels.record(state, into: slots, at: slot)
        }
        kernels.advance(state, rates[t], momenta[t])
        objective += charged(t + 1)
      }
      content = .moments(s)
    }
    return weights == nil ? kernels.loss(state) : objective
  }

  /// The contribution to the objective of the loss of the current state, which is the state before step `t`.
  private func charged(_ t: Int) -> Double {
    guard let weights else { return 0 }
    return weights[t] > 0 ? weights[t] * kernels.loss(state) : 0
  }

  /// Takes the costate from after step `t` to before it.
  private func adjointStep(_ t: Int) {
    kernels.adjointStep(costate, rates[t], momenta[t])
    if let weight = weights?[t], weight > 0 { kernels.addRunningCost(costate, weight: weight) }
  }

  /// Goes backward from the end and keeps the costates for the next forward pass.
  ///
  /// If there is a decision, its result replaces the rate and momentum of every step. It uses the moments of
  /// the last forward pass, which must belong to the current schedule.
  package func backward(_ decide: Decision? = nil) {
    kernels.terminalAdjoint(costate, weight: weights?[steps] ?? 1)
    for s in (0..<segments).reversed() {
      if decide != nil, content != .moments(s) { recallMoments(s) }
      costateCheckpoints.copy(
        from: costate, 0, to: s * kernels.costateColumns, count: kernels.costateColumns)
      for t in range(s).reversed() {
        let slot = (t - s * segment) * slotColumns
        if let decide {
          let quadratic = kernels.quadratic(moments: slots, at: slot, costate: costate, at: 0)
          (rates[t], momenta[t]) = decide(t, quadratic)
        }
        slots.copy(from: costate, 0, to: slot, count: kernels.costateColumns)
        adjointStep(t)
      }
      content = .costates(s)
    }
  }

  /// Whether ``sweepForward(maximumRate:maximumMomentum:)`` and its backward counterpart can replace the
  /// passes with a decision, in one kernel call per segment. They can if only the final loss counts.
  package var hasKernelSweeps: Bool { weights == nil && !kernels.hasRunningCosts }
  /// Whether moments and costates can be recorded in one kernel call per segment.
  private var hasKernelRecords: Bool { weights == nil && !kernels.usesMomentum }

  /// A ``forward(_:)`` pass that replaces every step by its minimizer between 0 and the limits.
  ///
  /// - Returns: the final loss, and the largest projected derivative. Each derivative is taken before its
  ///   rate is replaced. With momentum it is not measured and the result is 0.
  package func sweepForward(
    maximumRate: Double, maximumMomentum: Double
  ) -> (objective: Double, slope: Double) {
    precondition(hasKernelSweeps)
    state.copy(from: start, 0, to: 0, count: kernels.stateColumns)
    var slope = 0.0
    for s in 0..<segments {
      if content != .costates(s) { recallCostates(s) }
      stateCheckpoints.copy(
        from: state, 0, to: s * kernels.stateColumns, count: kernels.stateColumns)
      if kernels.usesMomentum {
        kernels.sweepForward(
          state, slots, &rates, &momenta, steps: range(s), maximumRate: maximumRate,
          maximumMomentum: maximumMomentum)
      } else {
        slope = max(
          slope, kernels.sweepForward(state, slots, &rates, steps: range(s), maximumRate: maximumRate))
      }
      content = .moments(s)
    }
    return (kernels.loss(state), slope)
  }

  /// A ``backward(_:)`` pass that replaces every step by its minimizer between 0 and the limits.
  ///
  /// - Returns: the largest projected derivative. Each derivative is taken before its rate is replaced. With
  ///   momentum it is not measured and the result is 0.
  package func sweepBackward(maximumRate: Double, maximumMomentum: Double) -> Double {
    precondition(hasKernelSweeps)
    kernels.terminalAdjoint(costate)
    var slope = 0.0
    for s in (0..<segments).reversed() {
      if content != .moments(s) { recallMoments(s) }
      costateCheckpoints.copy(
        from: costate, 0, to: s * kernels.costateColumns, count: kernels.costateColumns)
      if kernels.usesMomentum {
        kernels.sweepBackward(
          costate, slots, &rates, &momenta, steps: range(s), maximumRate: maximumRate,
          maximumMomentum: maximumMomentum)
      } else {
        slope = max(
          slope, kernels.sweepBackward(costate, slots, &rates, steps: range(s), maximumRate: maximumRate))
      }
      content = .costates(s)
    }
    return slope
  }

  /// The derivatives with respect to all rates after a forward pass, in one kernel call per segment.
  private func slopes() -> [Double] {
    var slopes = [Double](repeating: 0, count: steps)
    kernels.terminalAdjoint(costate)
    for s in (0..<segments).reversed() {
      if content != .moments(s) { recallMoments(s) }
      costateCheckpoints.copy(
        from: costate, 0, to: s * kernels.costateColumns, count: kernels.costateColumns)
      kernels.slopes(costate, slots, rates, steps: range(s), into: &slopes)
      content = .costates(s)
    }
    return slopes
  }

  private func recallCostates(_ s: Int) {
    let width = kernels.costateColumns
    costate.copy(from: costateCheckpoints, s * width, to: 0, count: width)
    if hasKernelRecords { return kernels.recordCostates(costate, into: slots, rates: rates[range(s)]) }
    for t in range(s).reversed() {
      slots.copy(from: costate, 0, to: (t - s * segment) * slotColumns, count: width)
      adjointStep(t)
    }
  }

  private func recallMoments(_ s: Int) {
    state.copy(from: stateCheckpoints, s * kernels.stateColumns, to: 0, count: kernels.stateColumns)
    if hasKernelRecords { return kernels.recordMoments(state, into: slots, rates: rates[range(s)]) }
    for t in range(s) {
      kernels.record(state, into: slots, at: (t - s * segment) * slotColumns)
      kernels.advance(state, rates[t], momenta[t])
    }
  }

  /// The objective of the present schedule and its exact gradient (S5).
  ///
  /// Momentum has no effect at a step that starts at rest. Its derivative is then 0, and `momentumMatters` is
  /// false for this step.
  package func gradient() -> (
    value: Double, rates: [Double], momenta: [Double], momentumMatters: [Bool]
  ) {
    let value = forward()
    if hasKernelRecords {
      return (value, slopes(), Array(repeating: 0, count: steps), Array(repeating: false, count: steps))
    }
    var rateGradient = [Double](repeating: 0, count: steps)
    var momentumGradient = rateGradient
    var matters = [Bool](repeating: false, count: steps)
    backward { [rates, momenta] t, quadratic in
      (rateGradient[t], momentumGradient[t]) = quadratic.gradient(rates[t], momenta[t])
      matters[t] = quadratic.mm > 0
      return (rates[t], momenta[t])
    }
    return (value, rateGradient, momentumGradient, matters)
  }
}
