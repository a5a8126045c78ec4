/// One seeded run of the search for the best schedule among many local optima: descents from random starts,
/// the best of which become chains of basin hopping (S16).
///
/// A run depends on its seed and its starts alone. With a larger budget it continues the run with a smaller
/// one, so that more work never ends higher.
struct ChainSearch {
  /// The number of random starts.
  static let starts = 32
  /// The number of chains that the best starts become.
  static let chains = 8
  /// The number of rounds after which the worst chain ends.
  static let roundsPerChain = 20
  /// The last chain ends after this many hops without a gain, or after as many as led to the last gain.
  static let patience = 300
  /// The number of hops after a probe.
  private static let hopsOfProbe = 4
  /// The smallest gain that counts.
  static let gain = 1e-6

  private let descent: LocalDescent
  private let steps: Int
  /// The largest rate and momentum of a redrawn step, and the limit on the rate.
  private let reference, momentum, limit: Double
  private let negligible: Double

  init(_ setup: SolverSetup, steps: Int, weights: [Double]?, from start: AlignedColumns? = nil) {
    descent = LocalDescent(setup, steps: steps, weights: weights)
    if let start { descent.engine.start.copy(from: start, 0, to: 0, count: setup.dynamics.stateColumns) }
    self.steps = steps
    reference = setup.limits.referenceRate(setup.problem)
    (momentum, limit) = (setup.limits.momentum, setup.limits.scaledRate)
    negligible = setup.negligibleLoss(from: descent.engine.start)
  }

  /// A descent to a local optimum.
  func descend(
    _ schedule: KernelSchedule, target: Double = .infinity, gain: Double = LocalDescent.gain
  ) -> ScheduleIterate {
    let before = descent.evaluations
    var result = descent.descend(schedule, target: target, gain: gain)
    result.evaluations = descent.evaluations - before
    return result
  }

  /// The descent from one random start.
  func start(_ index: Int, seed: UInt64) -> ScheduleIterate {
    var mover = ScheduleMover(
      seed: seed &+ 0x9e37_79b9_7f4a_7c15 &* UInt64(index + 1), steps: steps, reference: reference,
      momentum: momentum, limit: limit)
    return descend(mover.start(kind: index % 4))
  }

  /// The descent from one random start, followed by some hops.
  ///
  /// On small problems eight descents once agreed on a value that was not the lowest. Hops told it apart.
  func probe(_ index: Int, seed: UInt64) -> ScheduleIterate {
    var result = start(index, seed: seed)
    var mover = ScheduleMover(
      seed: ~seed &- UInt64(index), steps: steps, reference: reference, momentum: momentum, limit: limit)
    for _ in 0..<Self.hopsOfProbe where steps > 1 {
      var next = descend(mover.moved(result.schedule, pool: []), target: result.value)
      next.evaluations += result.evaluations
      next.sweeps += result.sweeps
      next.newtonSteps += result.newtonSteps
      next.hops = result.hops + 1
      next.improvingHops = result.improvingHops
      if next.value < result.value * (1 - 1e-9) {
        next.improvingHops += 1
      } else {
        (next.value, next.schedule) = (result.value, result.schedule)
      }
      result = next
    }
    return result
  }

  /// A run from its first starts on.
  ///
  /// - Parameters:
  ///   - seed: the seed, also that of the starts.
  ///   - first: the results of the first starts.
  ///   - budget: the largest number of evaluations, which a descent under way may exceed.
  /// - Returns: the lowest schedule. It is converged if the run ended by its own rule.
  func run(seed: UInt64, first: [ScheduleIterate], budget: Int) -> ScheduleIterate {
    var mover = ScheduleMover(
      seed: seed, steps: steps, reference: reference, momentum: momentum, limit: limit)
    let before = descent.evaluations
    let given = first.reduce(0) { $0 + $1.evaluations }
    var (sweeps, newtonSteps) = (0, 0)
    func spent() -> Int { descent.evaluations - before + given }
    func counted(_ iterate: ScheduleIterate) -> ScheduleIterate {
      sweeps += iterate.sweeps
      newtonSteps += iterate.newtonSteps
      return iterate
    }
    var pool = first
    while pool.count < Self.starts, spent() < budget {
      pool.append(counted(start(pool.count, seed: seed)))
    }
    pool = pool.sorted { $0.value < $1.value }
    var chains = Array(pool.prefix(Self.chains))
    var best = chains[0]
    var (hops, improving, last, rounds) = (0, 0, 0, 0)
    var isOver = best.value <= negligible
    while !isOver, spent() < budget, steps > 1 {
      rounds += 1
      for i in chains.indices where spent() < budget {
        let start = mover.moved(chains[i].schedule, pool: pool)
        let next = counted(descent.descend(start, target: chains[i].value))
        hops += 1
        guard next.value < chains[i].value * (1 - 1e-9) else { continue }
        improving += 1
        chains[i] = next
        if next.value < best.value {
          if next.value < best.value * (1 - Self.gain) { last = hops }
          best = next
        }
      }
      if chains.count > 1, rounds % Self.roundsPerChain == 0 {
        // Independent chains that all end alike have nothing left to find.
        isOver = chains.count == Self.chains && chains.allSatisfy { $0.value <= best.value * (1 + Self.gain) }
        var worst = 0
        for i in chains.indices where chains[i].value > chains[worst].value { worst = i }
        pool.append(chains.remove(at: worst))
      }
      isOver =
        isOver || best.value <= negligible
        || (chains.count == 1 && hops - last > max(Self.patience, last))
    }
    best = counted(descent.descend(best.schedule, mostSteps: 300, gain: 1e-12))
    best.converged = isOver
    (best.sweeps, best.newtonSteps) = (sweeps, newtonSteps)
    (best.hops, best.improvingHops) = (hops, improving)
    best.evaluations = spent() - given
    return best
  }
}
