/// A budget of examples for a run, and the batch sizes that it allows.
///
/// ```
/// Σ B_t ≤ N        smallest ≤ B_t ≤ largest
/// ```
/// Batch sizes need not be whole. ``Schedule/withWholeBatchSizes(multiplesOf:)`` rounds them.
public struct BatchBudget: Sendable, Equatable {
  /// The number of examples N of the whole run.
  public var examples: Double
  /// The smallest batch size, above 0.
  public var smallest: Double
  /// The largest batch size; `nil` for none.
  public var largest: Double?

  /// A budget of N examples.
  public init(examples: Double, smallest: Double = 1, largest: Double? = nil) {
    (self.examples, self.smallest, self.largest) = (examples, smallest, largest)
  }

  /// Throws an error for numbers outside their domain, and for a budget below the smallest batches of all steps.
  func check(steps: Int) throws(NoisyQuadraticError) {
    guard steps >= 1 else { throw .invalidCount(field: "steps", value: steps, expected: "at least 1") }
    try Requirement.positive([("examples", examples), ("smallestBatchSize", smallest)])
    if let largest, !(largest >= smallest) || !largest.isFinite {
      throw .invalidValue(
        field: "largestBatchSize", value: largest, expected: "a finite number of at least \(smallest)")
    }
    guard examples >= smallest * Double(steps) * (1 - 1e-12) else {
      throw .invalidValue(
        field: "examples", value: examples,
        expected: "at least \(smallest * Double(steps)), the smallest batch size times \(steps) steps")
    }
  }

  /// The batch sizes within the budget that minimize `Σ needs_t²/B_t` (P5): `B_t = s · needs_t`, moved to within
  /// the limits, where s makes them use all examples.
  ///
  /// - Complexity: O(T).
  package func sizes(for needs: [Double]) -> [Double] {
    let largest = min(largest ?? examples, examples)
    let mean = min(examples / Double(needs.count), largest)
    guard let most = needs.max(), most > 0, most.isFinite, mean < largest else {
      return Array(repeating: mean, count: needs.count)
    }
    let needs = needs.map { $0 / most }
    func sizes(_ s: Double) -> [Double] { needs.map { min(max(s * $0, smallest), largest) } }
    func total(_ s: Double) -> Double { Elementary.sum(sizes(s)) }
    var (low, high) = (0.0, largest)
    while total(high) < examples, high < 1e290 { (low, high) = (high, 4 * high) }
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if total(middle) < examples { low = middle } else { high = middle }
    }
    // The steps between the limits share what the others leave.
    let free = needs.indices.filter { low * needs[$0] > smallest && high * needs[$0] < largest }
    var result = sizes(low)
    let share = Elementary.sum(free.lazy.map { needs[$0] })
    let held = Elementary.sum(result) - Elementary.sum(free.lazy.map { result[$0] })
    if share > 0 { for t in free { result[t] = (examples - held) * (needs[t] / share) } }
    return result
  }
}
