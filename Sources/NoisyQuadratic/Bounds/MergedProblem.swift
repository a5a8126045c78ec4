/// A normalized problem with one entry for every distinct curvature, highest first (B2).
///
/// Directions of one curvature obey one recursion. Only the sums `Σ n m` and `Σ n c` over them therefore
/// enter the loss, which is `½ Σ h m` over the entries.
struct MergedProblem: Sendable {
  let curvature, noise, secondMoment: [Double]
  /// The entry to which each direction of the normalized problem belongs, and its multiplicity.
  private let entry: [Int]
  private let multiplicity: [Double]

  var dimension: Int { curvature.count }
  /// The costate `w` of the last step, with `final loss = Σ w m`.
  var finalCostate: [Double] { curvature.map { 0.5 * $0 } }

  init(_ problem: NormalizedProblem) {
    // Curvatures that are zero after scaling by the largest one do not affect the loss.
    let distinct = Set(problem.curvature).filter { $0 > 0 }.sorted(by: >)
    let position = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, $0) })
    let entry = problem.curvature.map { position[$0, default: 0] }
    let multiplicity = zip(problem.weight, problem.curvature).map { $1 > 0 ? $0 / $1 : 0 }
    self.entry = entry
    self.multiplicity = multiplicity
    curvature = distinct
    noise = Self.sums(problem.noise, entry, multiplicity, count: distinct.count)
    secondMoment = Self.sums(problem.secondMoment, entry, multiplicity, count: distinct.count)
  }

  /// The entries as directions of multiplicity 1, in the units of the problem they were merged from.
  func normalized(in problem: NormalizedProblem) -> NormalizedProblem {
    NormalizedProblem(
      problem, curvature: curvature, noise: noise, secondMoment: secondMoment, weight: curvature)
  }

  /// The sums over the directions of each entry.
  func merge(_ values: [Double]) -> [Double] {
    Self.sums(values, entry, multiplicity, count: dimension)
  }

  private static func sums(
    _ values: [Double], _ entry: [Int], _ multiplicity: [Double], count: Int
  ) -> [Double] {
    var sums = [Double](repeating: 0, count: count)
    for i in values.indices { sums[entry[i]] += multiplicity[i] * values[i] }
    return sums
  }
}
