/// The smallest value, over a range of learning rates, of the bound that a partition gives along the curve of
/// costates that belong to these rates (B3).
///
/// Every share, the coefficient of a ray, is a quadratic in the rate. A cut divides the range at the roots of
/// one quadratic. The combination of a cone's own rays is a bound for all of its parts, so the search does
/// not enter parts that cannot be lower.
package struct RateSearch {
  /// The result: a bound valid for every rate of the range, and the place where it is attained.
  package struct Minimum {
    package var value = Double.infinity
    package var rate = 0.0
    /// The cone that contains the costate, and the shares of the costate in it.
    package var cone = 0
    package var shares: [Double] = []
    /// The number of visits of a direction of a cone.
    var work = 0.0
  }

  private let partition: ConePartition
  /// `c · w`, the noise cost of a unit of squared rate.
  private let noise: Double
  private var shares: [RateQuadratic]
  /// The highest rate of the piece that is being searched.
  private var highest = 0.0
  private var best = Minimum()
  private var visits = 0

  /// Searches `range` for the best rate of a step.
  ///
  /// Above `scale`, the range is searched in pieces, in each of which rates differ by no more than a constant
  /// factor. Errors are thus in proportion to the rates.
  ///
  /// - Parameters:
  ///   - partition: bounds at the costates before the step.
  ///   - noise: `c · w`, with the costate w after the step.
  ///   - shares: the costate before the step in terms of the first cone's rays.
  ///   - range: rates ≥ 0.
  ///   - scale: a rate > 0 up to which one piece serves.
  /// - Returns: a bound for every rate of the range, and the rate, cone and shares that attain it.
  package static func minimum(
    _ partition: ConePartition, noise: Double, shares: [RateQuadratic], range: ClosedRange<Double>,
    scale: Double
  ) -> Minimum {
    var search = RateSearch(partition: partition, noise: noise, shares: shares)
    var lower = range.lowerBound
    while true {
      var upper = scale
      while upper <= lower { upper *= 4 }
      upper = min(upper, range.upperBound)
      search.searchPiece(lower...upper)
      if upper >= range.upperBound { break }
      lower = upper
    }
    search.best.work = Double(search.visits) * Double(shares.count + 4)
    return search.best
  }

  private init(partition: ConePartition, noise: Double, shares: [RateQuadratic]) {
    self.partition = partition
    self.noise = noise
    self.shares = shares
  }

  private mutating func searchPiece(_ rates: ClosedRange<Double>) {
    highest = rates.upperBound
    for i in shares.indices { shares[i].error = 8 * RateQuadratic.unit * shares[i].size(highest) }
    enter(0, rates)
  }

  private mutating func enter(_ cone: Int, _ rates: ClosedRange<Double>) {
    visits += 1
    let (bound, rate) = bound(cone, rates)
    guard bound < best.value else { return }
    guard let cut = partition.cuts[cone] else {
      best = Minimum(value: bound, rate: rate, cone: cone, shares: shares.map { max($0(rate), 0) })
      return
    }
    // The part where this cone's bound is lowest comes first, because it is likely to exclude the other.
    let isInFirst = shares[cut.a](rate) * cut.weightB >= shares[cut.b](rate) * cut.weightA
    enterPart(cut, keepsA: isInFirst, rates)
    enterPart(cut, keepsA: !isInFirst, rates)
  }

  private mutating func enterPart(_ cut: ConePartition.Cut, keepsA: Bool, _ rates: ClosedRange<Double>) {
    let (kept, replaced) = keepsA ? (cut.a, cut.b) : (cut.b, cut.a)
    let (keptWeight, replacedWeight) =
      keepsA ? (cut.weightA, cut.weightB) : (cut.weightB, cut.weightA)
    let saved = (shares[kept], shares[replaced])
    let new = saved.1.divided(by: replacedWeight, highest: highest)
    let rest = saved.0.subtracting(new, times: keptWeight, highest: highest)
    let part = keepsA ? cut.firstPart : cut.firstPart + 1
    let (first, second) = rest.nonNegative(in: rates)
    (shares[kept], shares[replaced]) = (rest, new)
    if let first { enter(part, first) }
    if let second { enter(part, second) }
    (shares[kept], shares[replaced]) = saved
  }

  /// The smallest value of the combination of a cone's rays over some rates, minus its rounding error, and
  /// the rate at which it is attained.
  private func bound(_ cone: Int, _ rates: ClosedRange<Double>) -> (value: Double, rate: Double) {
    var sum = RateQuadratic(square: noise)
    for i in shares.indices {
      let value = partition.values[partition.corner(cone, i)]
      sum.constant += value * shares[i].constant
      sum.linear += value * shares[i].linear
      sum.square += value * shares[i].square
      sum.error += value * (shares[i].error + shares[i].size(rates.upperBound) * rounding)
    }
    sum.error += noise * rates.upperBound * rates.upperBound * rounding
    var (rate, value) = (rates.lowerBound, sum(rates.lowerBound))
    func consider(_ other: Double) {
      let candidate = sum(other)
      if candidate < value { (rate, value) = (other, candidate) }
    }
    consider(rates.upperBound)
    if sum.square > 0 {
      let stationary = -sum.linear / (2 * sum.square)
      if rates.contains(stationary) { consider(stationary) }
    }
    // A value that overflowed is no bound.
    let bound = value - sum.error
    return (bound.isFinite ? bound : -.infinity, rate)
  }

  /// The relative error of a sum of d + 1 products and of its value at a rate.
  private var rounding: Double { Double(2 * shares.count + 16) * RateQuadratic.unit }
}
