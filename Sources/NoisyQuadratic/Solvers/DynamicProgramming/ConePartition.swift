/// The non-negative costates of one stage, cut into simplicial cones, and a lower bound on the value
/// function at every ray that spans one (B2).
///
/// Within a cone a costate is a non-negative combination of d rays; the same combination of their bounds is
/// a bound at the costate. The first cone is spanned by multiples of the unit vectors. Cones are cut in two
/// by a new ray on one of their edges; all cones at that edge are cut at once, so that neighbours always
/// meet in whole faces and the bound stays continuous.
struct ConePartition: Sendable {
  /// How a cone was cut.
  struct Cut: Sendable {
    /// The first of the two parts; it keeps corner `a`, the second keeps `b`.
    let firstPart: Int
    /// Positions of the two corners that the edge connects.
    let a, b: Int
    /// The new ray is `weightA · ray a + weightB · ray b`.
    let weightA, weightB: Double
  }

  /// Cuts on top of each other that a ray may go through, which bounds its rounding error (B5).
  static let maximumGeneration = 256

  let dimension: Int
  /// Rays one after another, d numbers each.
  private var rays: [Double]
  private var generation: [Int]
  /// A lower bound on the value function at every ray.
  private(set) var values: [Double]
  /// Indices of every cone's d rays.
  private var corners: [Int]
  /// How cones were cut; `nil` for those that were not.
  private(set) var cuts: [Cut?]

  /// One cone, spanned by `scale[i]` times the i-th unit vector, with a bound at each.
  init(scale: [Double], values: [Double]) {
    dimension = scale.count
    rays = []
    for i in scale.indices { rays += scale.indices.map { $0 == i ? scale[i] : 0 } }
    generation = scale.map { _ in 0 }
    self.values = values
    corners = Array(scale.indices)
    cuts = [nil]
  }

  /// The d numbers of a ray.
  func ray(_ index: Int) -> ArraySlice<Double> { rays[index * dimension..<(index + 1) * dimension] }

  /// The ray at a corner of a cone.
  func corner(_ cone: Int, _ position: Int) -> Int { corners[cone * dimension + position] }

  /// The bound at the combination of a cone's rays with the given shares.
  func value(_ cone: Int, _ shares: [Double]) -> Double {
    shares.indices.reduce(0) { $0 + shares[$1] * values[corner(cone, $1)] }
  }

  /// Improves the bound at a ray.
  mutating func raise(_ ray: Int, to value: Double) { values[ray] = max(values[ray], value) }

  /// Whether an edge of a cone may still be cut.
  func allowsCut(_ cone: Int, _ a: Int, _ b: Int) -> Bool {
    max(generation[corner(cone, a)], generation[corner(cone, b)]) < Self.maximumGeneration
  }

  /// Cuts every cone at the edge between corners `a` and `b` of `cone` by the ray
  /// `weightA · ray a + weightB · ray b`, and returns the new ray.
  ///
  /// By concavity its value is at least the combination of the two.
  ///
  /// - Complexity: O(d) for every cone of the partition.
  mutating func cut(_ cone: Int, _ a: Int, _ b: Int, weightA: Double, weightB: Double) -> Int {
    let (rayA, rayB) = (corner(cone, a), corner(cone, b))
    let new = values.count
    rays += zip(ray(rayA), ray(rayB)).map { weightA * $0 + weightB * $1 }
    generation.append(max(generation[rayA], generation[rayB]) + 1)
    values.append(weightA * values[rayA] + weightB * values[rayB])
    for other in cuts.indices where cuts[other] == nil {
      let row = corners[other * dimension..<(other + 1) * dimension]
      guard let first = row.firstIndex(of: rayA), let second = row.firstIndex(of: rayB) else { continue }
      let (positionA, positionB) = (first - row.startIndex, second - row.startIndex)
      cuts[other] = Cut(
        firstPart: cuts.count, a: positionA, b: positionB, weightA: weightA, weightB: weightB)
      for replaced in [positionB, positionA] {
        corners += row
        corners[cuts.count * dimension + replaced] = new
        cuts.append(nil)
      }
    }
    return new
  }
}
