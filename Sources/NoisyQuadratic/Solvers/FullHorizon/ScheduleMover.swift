/// The random starts and moves of a search (S16), drawn from one seed.
struct ScheduleMover {
  private var generator: Xoshiro256StarStar
  private var normal = NormalSampler()
  private let steps: Int
  /// The largest rate and momentum of a redrawn step, and the limit on the rate.
  private let reference, momentum, limit: Double

  init(seed: UInt64, steps: Int, reference: Double, momentum: Double, limit: Double) {
    generator = Xoshiro256StarStar(seed: seed)
    self.steps = steps
    (self.reference, self.momentum, self.limit) = (reference, momentum, limit)
  }

  private mutating func uniform() -> Double { generator.uniform() }
  private mutating func coin(_ chance: Double = 0.5) -> Bool { generator.uniform() < chance }
  /// A number of `0 ..< count`.
  private mutating func index(_ count: Int) -> Int {
    min(Int(generator.uniform() * Double(count)), count - 1)
  }
  private mutating func gaussian() -> Double { normal.next(using: &generator) }

  /// A random start. The kinds are: every step anywhere in the box; two to nine pieces; a decay by a power of
  /// the steps left, at one momentum; rates mostly at their limit, with momentum or none.
  mutating func start(kind: Int) -> KernelSchedule {
    var schedule = KernelSchedule(rate: 0, steps: steps)
    switch kind {
    case 0:
      for t in 0..<steps { schedule.rates[t] = reference * uniform() }
      for t in 0..<steps { schedule.momenta[t] = momentum * uniform() }
    case 1:
      let pieces = 2 + index(8)
      let values = (0..<pieces).map { _ in
        (reference * Elementary.exp(Elementary.log(1e-2) * uniform()), momentum * uniform())
      }
      let ends = (0..<steps).map { _ in index(pieces) }.sorted()
      for t in 0..<steps { (schedule.rates[t], schedule.momenta[t]) = values[ends[t]] }
    case 2:
      let peak = reference * Elementary.exp(Elementary.log(1e-2) * uniform())
      let (power, mu) = (2 * uniform(), momentum * uniform())
      for t in 0..<steps {
        schedule.rates[t] = peak * Elementary.exp(power * Elementary.log(1 - Double(t) / Double(steps)))
        schedule.momenta[t] = mu
      }
    default:
      for t in 0..<steps {
        schedule.rates[t] = coin() ? reference : 0.1 * reference * uniform()
        schedule.momenta[t] = coin() ? 0 : momentum * uniform()
      }
    }
    return schedule
  }

  /// A schedule changed by one random move, within the limits.
  mutating func moved(_ schedule: KernelSchedule, pool: [ScheduleIterate]) -> KernelSchedule {
    var (rates, momenta) = (schedule.rates, schedule.momenta)
    func reorder(_ order: [Int]) {
      rates = order.map { schedule.rates[$0] }
      momenta = order.map { schedule.momenta[$0] }
    }
    let (i, j) = { ($0 < $1 ? ($0, $1) : ($1, $0)) }(index(steps), index(steps))
    /// The end of a short block from i.
    func shortEnd() -> Int { min(steps - 1, i + index(max(1, steps / 4))) }
    switch index(14) {
    case 0:  // a step elsewhere
      var order = Array(0..<steps)
      let from = index(steps)
      order.insert(order.remove(at: from), at: index(steps))
      reorder(order)
    case 1:
      rates.swapAt(i, j)
      momenta.swapAt(i, j)
    case 2:
      rates[i...j].reverse()
      momenta[i...j].reverse()
    case 3:  // a block rotated
      let length = j - i + 1
      let by = 1 + index(max(1, length - 1))
      for k in 0..<length {
        rates[i + (k + by) % length] = schedule.rates[i + k]
        momenta[i + (k + by) % length] = schedule.momenta[i + k]
      }
    case 4:
      (rates[i], momenta[i]) = (reference * uniform(), momentum * uniform())
    case 5:  // a block made constant
      let rate = coin(0.6) ? reference : 0.1 * reference * uniform()
      let mu = coin() ? 0 : momentum * uniform()
      for t in i...shortEnd() { (rates[t], momenta[t]) = (rate, mu) }
    case 6:  // a block's momenta redrawn
      let end = shortEnd()
      let common: Double? = coin() ? momentum * uniform() : nil
      for t in i...end { momenta[t] = common ?? momentum * uniform() }
    case 7:
      let size = 0.3 * uniform()
      for t in 0..<steps {
        rates[t] *= Elementary.exp(size * gaussian())
        momenta[t] += 0.5 * size * gaussian()
      }
    case 8:
      let factor = Elementary.exp(0.7 * gaussian())
      for t in i...j { rates[t] *= factor }
    case 9: warp(&rates, &momenta)
    case 10:  // rates, and perhaps momenta, shifted in time
      func roll(_ values: inout [Double], by shift: Int) {
        let old = values
        for t in 0..<steps { values[((t + shift) % steps + steps) % steps] = old[t] }
      }
      if coin() { roll(&momenta, by: (1 + index(3)) * (coin() ? 1 : -1)) }
      roll(&rates, by: (1 + index(3)) * (coin() ? 1 : -1))
    case 11:
      guard !pool.isEmpty, steps > 1 else { break }
      let other = pool[index(pool.count)].schedule
      let cut = 1 + index(steps - 1)
      for t in coin() ? cut..<steps : 0..<cut { (rates[t], momenta[t]) = (other.rates[t], other.momenta[t]) }
    case 12:  // some controls to an end of their range
      for _ in 0...index(3) {
        let t = index(steps)
        switch index(4) {
        case 0: momenta[t] = 0
        case 1: momenta[t] = momentum
        case 2: rates[t] = reference
        default: rates[t] = coin(0.3) ? 0 : 0.1 * reference
        }
      }
    default:  // a block copied elsewhere, and another removed
      let length = 1 + index(max(1, steps / 4))
      var order = Array(0..<steps)
      let from = index(steps - length + 1)
      let block = Array(order[from..<from + length])
      order.insert(contentsOf: block, at: index(steps + 1))
      let gone = index(order.count - length + 1)
      order.removeSubrange(gone..<gone + length)
      reorder(order)
    }
    for t in 0..<steps {
      rates[t] = min(max(rates[t], 0), limit)
      momenta[t] = min(max(momenta[t], 0), momentum)
    }
    return KernelSchedule(rates: rates, momenta: momenta)
  }

  /// Time stretched here and compressed there.
  private mutating func warp(_ rates: inout [Double], _ momenta: inout [Double]) {
    let last = Double(steps - 1)
    let from = ([0, last] + (0..<3).map { _ in last * uniform() }).sorted()
    let to = ([0, last] + (0..<3).map { _ in last * uniform() }).sorted()
    let (oldRates, oldMomenta) = (rates, momenta)
    for t in 0..<steps {
      let k = max(1, from.firstIndex { $0 >= Double(t) } ?? 4)
      let width = from[k] - from[k - 1]
      let part = width > 0 ? (Double(t) - from[k - 1]) / width : 0
      let time = min(max(to[k - 1] + part * (to[k] - to[k - 1]), 0), last)
      let low = min(Int(time), steps - 1)
      let (high, weight) = (min(low + 1, steps - 1), time - Double(low))
      rates[t] = oldRates[low] + weight * (oldRates[high] - oldRates[low])
      momenta[t] = oldMomenta[low] + weight * (oldMomenta[high] - oldMomenta[low])
    }
  }
}
