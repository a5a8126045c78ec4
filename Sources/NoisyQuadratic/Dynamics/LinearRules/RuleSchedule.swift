/// The steps of a run under a rule, as the numbers that the kernels read, with their derivatives (U3).
///
/// The kernels' state has the component whose loss counts first, is padded with zeros to one of their orders,
/// and is in their units (M6).
struct RuleSchedule {
  /// How a rule's state lies in that of the kernels.
  struct Layout {
    /// The kernels' number of components.
    let order: Int
    /// The place of each of the rule's components.
    let place: [Int]
    /// The unit of each of the rule's components: the unit of curvature for gradients, and 1 for positions.
    let unit: [Double]
    /// The unit of curvature.
    let curvatureUnit: Double

    init(_ rule: any LinearUpdateRule, _ problem: NormalizedProblem) {
      let components = rule.components
      let k = components.count
      guard let order = [1, 2, 3, 4, 6, 8].first(where: { $0 >= k }), k > 0 else {
        preconditionFailure("a rule has 1 to 8 state components")
      }
      precondition(components.indices.contains(rule.evaluated), "a rule evaluates one of its components")
      self.order = order
      var place = Array(0..<k)
      place.swapAt(0, rule.evaluated)
      self.place = place
      // The inverse of the model's rate that is 1 in the kernels.
      let curvatureUnit = problem.scaledRate(1)
      self.curvatureUnit = curvatureUnit
      unit = components.map { $0 == .gradient ? curvatureUnit : 1 }
    }

    /// The numbers of a step: F, b and r.
    var stepCount: Int { order * (order + 2) }
    /// The columns of a state: the path and the lower triangle of the covariance.
    var stateColumns: Int { order + order * (order + 1) / 2 }
    /// The column of a covariance.
    func column(_ i: Int, _ j: Int) -> Int {
      let (a, b) = (max(place[i], place[j]), min(place[i], place[j]))
      return order + a * (a + 1) / 2 + b
    }
  }

  let layout: Layout
  private let rule: any LinearUpdateRule
  private let start: RuleClock
  /// The numbers of all steps, ``Layout/stepCount`` each.
  private(set) var numbers: [Double]
  /// Their derivatives by the hyperparameters of the step, in the units of the model.
  private(set) var byRate, byMomentum, byShare: [Double]
  private var usesShare = false
  private var rates: [Double] = []

  /// Room for the steps of a run.
  ///
  /// - Parameters:
  ///   - rule: the rule.
  ///   - layout: its layout.
  ///   - start: the history before the first step.
  ///   - capacity: the largest number of steps.
  ///   - needsDerivatives: whether ``chain(_:)`` will be called.
  init(
    _ rule: any LinearUpdateRule, _ layout: Layout, from start: RuleClock, capacity: Int,
    needsDerivatives: Bool
  ) {
    self.rule = rule
    self.layout = layout
    self.start = start
    numbers = Array(repeating: 0, count: capacity * layout.stepCount)
    let derivatives = needsDerivatives ? numbers : []
    (byRate, byMomentum, byShare) = (derivatives, derivatives, derivatives)
  }

  /// Fills in the steps of a schedule in the units of the model.
  ///
  /// A factor f of the noise multiplies b by √f and divides r by it, which leaves the step matrix alone (P4).
  mutating func load(rates: [Double], momenta: [Double], noiseFactors: [Double]? = nil) {
    let size = layout.stepCount
    precondition(rates.count * size <= numbers.count && momenta.count == rates.count)
    self.rates = rates
    usesShare = false
    var clock = start
    let (place, unit, order) = (layout.place, layout.unit, layout.order)
    let k = place.count
    for t in rates.indices {
      let step = rule.step(clock.next(learningRate: rates[t], momentum: momenta[t]))
      precondition(step.stateCount == k, "a step of the rule's number of components")
      let base = t * size
      // Within the range in which no product or quotient below is 0 or infinite by the factor alone.
      let root = min(max(noiseFactors?[t].squareRoot() ?? 1, 1e-140), 1e140)
      let flat = step.flatMatrix
      for i in 0..<k {
        for j in 0..<k {
          set(base + place[i] * order + place[j], flat[i * k + j], unit[j] / unit[i])
        }
        set(base + order * order + place[i], step.gain[i], layout.curvatureUnit / unit[i] * root)
        set(base + order * (order + 1) + place[i], step.point[i], unit[i] / root)
      }
    }
  }

  private mutating func set(_ index: Int, _ number: RuleNumber, _ factor: Double) {
    numbers[index] = number.value * factor
    guard !byRate.isEmpty else { return }
    byRate[index] = number.byLearningRate * factor
    byMomentum[index] = number.byMomentum * factor
    byShare[index] = number.bySquaredRateShare * factor
    if number.bySquaredRateShare != 0 { usesShare = true }
  }

  /// The derivatives by the rates and momenta of all steps, from those by the numbers of all steps (U3).
  func chain(_ slopes: [Double]) -> (rates: [Double], momenta: [Double]) {
    let size = layout.stepCount
    func sums(_ derivatives: [Double]) -> [Double] {
      rates.indices.map { t in
        var sum = 0.0
        for i in t * size..<(t + 1) * size { sum += slopes[i] * derivatives[i] }
        return sum
      }
    }
    var byRates = sums(byRate)
    if usesShare {
      let shares = sums(byShare)
      // The squares of rates in a unit in which they neither overflow nor vanish.
      guard let unit = rates.max().map({ max($0, start.largestRate) }), unit > 0 else {
        return (byRates, sums(byMomentum))
      }
      var total = start.squaredRates(unit: unit)
      var totals = [Double]()
      for rate in rates {
        total += (rate / unit) * (rate / unit)
        totals.append(total)
      }
      // A later share c falls by c/s for every unit of s that this rate adds.
      var later = 0.0
      for t in rates.indices.reversed() where totals[t] > 0 {
        let relative = rates[t] / unit
        later += shares[t] * (relative * relative / totals[t]) / totals[t]
        byRates[t] += 2 * relative / unit * (shares[t] / totals[t] - later)
      }
    }
    return (byRates, sums(byMomentum))
  }
}
