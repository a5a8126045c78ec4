/// Forward and backward passes over a run of T steps, which may revise the schedule on the way (S6).
///
/// Memory grows like `d √T` (S7). The run is divided into segments. The costates or moments of one segment
/// are stored in full. Those of the other segments are recomputed from checkpoints at segment ends. A run
/// that fits the budget is one segment, and nothing is recomputed.
package final class SweepEngine {
  private enum Content: Equatable {
    case nothing
    case costates(Int)
    case moments(Int)
  }

  package let dynamics: any MomentDynamics
  /// The current schedule, of at most as many steps as the capacity.
  package private(set) var schedule: KernelSchedule
  /// The T + 1 weights in the objective of the loss before each step and of the final loss; `nil` for the
  /// final loss alone.
  package private(set) var weights: [Double]?
  /// The state before step 0.
  package let start: AlignedColumns
  /// The largest number of steps.
  package let capacity: Int

  private let segment: Int
  private let slots, state, costate, scratch: AlignedColumns
  private let stateCheckpoints, costateCheckpoints: AlignedColumns
  /// Room for the states of a whole run, from the first gradient on.
  private var path: AlignedColumns?
  private var content = Content.nothing

  /// The number of doubles that an engine for `dimension` directions and `steps` steps requires.
  package static func doubles(dimension: Int, steps: Int, rule: UpdateRule) -> Double {
    let (segment, segments) = segmentation(dimension, steps, rule)
    let checkpoint = rule.stateColumns + rule.momentColumns
    let columns = Double(segment) * Double(rule.momentColumns) + Double(segments) * Double(checkpoint) + 20
    return columns * Double(AlignedColumns.paddedLength(dimension)) + 8 * Double(steps)
  }

  /// The length and number of segments.
  ///
  /// There is one segment if its slots take at most 16 MiB. For a single pass the limit is 128 KiB because
  /// fresh memory costs more than steps. Otherwise there are √T segments of √T steps.
  private static func segmentation(
    _ dimension: Int, _ steps: Int, _ rule: UpdateRule, isForOnePass: Bool = false
  ) -> (length: Int, count: Int) {
    let slotBytes = Double(8 * rule.momentColumns) * Double(AlignedColumns.paddedLength(dimension))
    let whole = max(steps, 1)
    let fitting = Int(min(Double(whole), Double(isForOnePass ? 1 << 17 : 1 << 24) / slotBytes))
    if fitting >= whole { return (whole, 1) }
    // Short segments stay in the cache.
    let length = Int(Double(whole).squareRoot().rounded(.up))
    return (length, whole / length + (whole % length == 0 ? 0 : 1))
  }

  package init(_ dynamics: any MomentDynamics, capacity: Int, isForOnePass: Bool = false) {
    self.dynamics = dynamics
    self.capacity = capacity
    schedule = KernelSchedule(rate: 0, steps: capacity)
    let (length, count) = Self.segmentation(
      dynamics.dimension, capacity, dynamics.rule, isForOnePass: isForOnePass)
    segment = length
    slots = dynamics.makeColumns(columns: length * dynamics.slotColumns)
    start = dynamics.makeState()
    state = dynamics.makeColumns(columns: dynamics.stateColumns)
    costate = dynamics.makeColumns(columns: dynamics.costateColumns)
    scratch = dynamics.makeColumns(columns: dynamics.momentColumns)
    stateCheckpoints = dynamics.makeColumns(columns: count * dynamics.stateColumns)
    costateCheckpoints = dynamics.makeColumns(columns: count * dynamics.costateColumns)
  }

  /// Sets the schedule and the objective, and discards the results of earlier passes.
  package func load(_ schedule: KernelSchedule, weights: [Double]? = nil) {
    precondition(
      schedule.momenta.count == schedule.count && schedule.count <= capacity,
      "a schedule of at most the capacity")
    precondition(weights.map { $0.count == schedule.count + 1 } ?? true, "a weight for every loss")
    self.weights = weights
    self.schedule = schedule
    content = .nothing
  }

  /// Directions times steps up to which a run is small: a pass over it takes some microseconds, so that a
  /// search may make thousands.
  package static let smallWork = 5e3

  /// Whether the problem is so small that many runs have a negligible cost.
  package static func isSmall(dimension: Int, steps: Int) -> Bool {
    Double(dimension) * Double(steps) <= smallWork
  }
  package var isSmall: Bool { Self.isSmall(dimension: dynamics.dimension, steps: capacity) }
  /// Whether sweeps measure the derivatives that they meet.
  package var sweepsMeasureSlopes: Bool { dynamics.sweepsMeasureSlopes }

  // MARK: Passes

  /// Goes forward from ``start`` and returns the objective, which is the final loss or the weighted losses.
  /// Moments and checkpoints are kept for the next backward pass.
  package func forward() -> Double {
    forwardPass(needsCostates: false) { s in
      dynamics.recordMoments(state, into: slots, schedule, steps: s, weights: weights)
    }
  }

  /// A ``forward()`` pass that replaces the rate and momentum of every step by what `decide` returns.
  ///
  /// It uses the costates of the last backward pass, which must belong to the current schedule.
  package func forward(_ decide: StepQuadratic.Decision) -> Double {
    forwardPass(needsCostates: true) { s in
      dynamics.forward(
        state, slots, &schedule, steps: s, weights: weights, scratch: scratch, decide)
    }
  }

  /// A ``forward(_:)`` pass that replaces every step by its minimizer within the limits.
  package func sweepForward(_ limits: StepLimits) -> SweepPass {
    var slope: Double? = dynamics.sweepsMeasureSlopes ? 0 : nil
    let objective = forwardPass(needsCostates: true) { s in
      let pass = dynamics.sweepForward(state, slots, &schedule, steps: s, weights: weights, limits: limits)
      slope = pass.slope.flatMap { part in slope.map { max($0, part) } }
      return pass.objective
    }
    return SweepPass(objective: objective, slope: slope)
  }

  /// Goes backward from the end and keeps the costates for the next forward pass.
  package func backward() {
    backwardPass(needsMoments: false) { s in
      dynamics.recordCostates(costate, into: slots, schedule, steps: s, weights: weights)
    }
  }

  /// A ``backward()`` pass that replaces the rate and momentum of every step by what `decide` returns.
  ///
  /// It uses the moments of the last forward pass, which must belong to the current schedule.
  package func backward(_ decide: StepQuadratic.Decision) {
    backwardPass(needsMoments: true) { s in
      dynamics.backward(costate, slots, &schedule, steps: s, weights: weights, decide)
    }
  }

  /// A ``backward(_:)`` pass that replaces every step by its minimizer within the limits.
  package func sweepBackward(_ limits: StepLimits) -> SweepPass {
    var slope: Double? = dynamics.sweepsMeasureSlopes ? 0 : nil
    backwardPass(needsMoments: true) { s in
      let pass = dynamics.sweepBackward(costate, slots, &schedule, steps: s, weights: weights, limits: limits)
      slope = pass.slope.flatMap { part in slope.map { max($0, part) } }
    }
    return SweepPass(slope: slope)
  }

  /// The objective of the present schedule and its exact gradient (S5).
  package func gradient() -> KernelGradient {
    if weights == nil, dynamics.rule == .heavyBall, segment >= capacity {
      let path = path ?? dynamics.makeColumns(columns: 5 * capacity + 8)
      self.path = path
      if let gradient = dynamics.gradient(start, schedule, path: path) { return gradient }
    }
    var gradient = KernelGradient(steps: schedule.count)
    gradient.value = forward()
    backwardPass(needsMoments: true) { s in
      dynamics.differentiate(costate, slots, schedule, steps: s, weights: weights, into: &gradient)
    }
    return gradient
  }

  // MARK: Segments

  private var segments: Int { max((schedule.count + segment - 1) / segment, 1) }
  private func range(_ s: Int) -> Range<Int> { s * segment..<min((s + 1) * segment, schedule.count) }

  /// Goes forward through all segments and returns the objective. `pass` returns its segment's part of the
  /// weighted losses.
  private func forwardPass(needsCostates: Bool, _ pass: (Range<Int>) -> Double) -> Double {
    let width = dynamics.stateColumns
    state.copy(from: start, 0, to: 0, count: width)
    var objective = dynamics.charge(state, weights, 0)
    for s in 0..<segments {
      if needsCostates, content != .costates(s) {
        let width = dynamics.costateColumns
        costate.copy(from: costateCheckpoints, s * width, to: 0, count: width)
        dynamics.recordCostates(costate, into: slots, schedule, steps: range(s), weights: weights)
      }
      stateCheckpoints.copy(from: state, 0, to: s * width, count: width)
      objective += pass(range(s))
      content = .moments(s)
    }
    return weights == nil ? dynamics.loss(state) : objective
  }

  /// Goes backward through all segments.
  private func backwardPass(needsMoments: Bool, _ pass: (Range<Int>) -> Void) {
    let width = dynamics.costateColumns
    dynamics.terminalAdjoint(costate, weight: weights?[schedule.count] ?? 1)
    for s in (0..<segments).reversed() {
      if needsMoments, content != .moments(s) {
        let width = dynamics.stateColumns
        state.copy(from: stateCheckpoints, s * width, to: 0, count: width)
        _ = dynamics.recordMoments(state, into: slots, schedule, steps: range(s), weights: nil)
      }
      costateCheckpoints.copy(from: costate, 0, to: s * width, count: width)
      pass(range(s))
      content = .costates(s)
    }
  }
}
