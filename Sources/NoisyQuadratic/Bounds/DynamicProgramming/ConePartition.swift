/// The non-negative costates of one stage, cut into simplicial cones, with a lower bound on the value
/// function at every ray that spans one (B2).
///
/// Within a cone, a costate is a non-negative combination of d rays. The same combination of their bounds is
/// a bound at the costate. The first cone is spanned by multiples of the unit vectors. A new ray on an edge
/// cuts a cone in two. All cones at that edge are cut at once, so that neighbours always meet in whole faces
/// and the bound stays continuous.
package struct ConePartition: Sendable {
  /// The cut of a cone into two parts.
  package struct Cut: Sendable {
    /// The first of the two parts. It keeps corner `a`; the second keeps `b`.
    let firstPart: Int
    /// The positions of the two corners that the edge connects.
    let a, b: Int
    /// The new ray is `weightA · ray a + weightB · ray b`.
    let weightA, weightB: Double
  }

  /// The largest number of cuts that may lie on top of each other. It bounds the rounding error of rays (B5)
  /// and the depth of recursions.
  private static let maximumDepth = 256

  let dimension: Int
  /// The rays, one after another, d numbers each.
  private var rays: [Double]
  /// A lower bound on the value function at every ray.
  package private(set) var values: [Double]
  /// The indices of every cone's d rays.
  private var corners: [Int]
  /// The cuts of the cones; `nil` for cones that were not cut.
  package private(set) var cuts: [Cut?]
  /// The number of cuts that led to every cone. A ray never has more generations than the cone has cuts.
  private var depths: [Int]

  /// Creates one cone, spanned by `scale[i]` times the i-th unit vector, with a bound at each ray.
  package init(scale: [Double], values: [Double]) {
    dimension = scale.count
    rays = []
    for i in scale.indices { rays += scale.indices.map { $0 == i ? scale[i] : 0 } }
    self.values = values
    corners = Array(scale.indices)
    cuts = [nil]
    depths = [0]
  }

  /// The d numbers of a ray.
  package func ray(_ index: Int) -> ArraySlice<Double> { rays[index * dimension..<(index + 1) * dimension] }

  /// The ray at a corner of a cone.
  package func corner(_ cone: Int, _ position: Int) -> Int { corners[cone * dimension + position] }

  /// The bound at the combination of a cone's rays with the given shares.
  func value(_ cone: Int, _ shares: [Double]) -> Double {
    shares.indices.reduce(0) { $0 + shares[$1] * values[corner(cone, $1)] }
  }

  /// Raises the bound at a ray if the value is higher.
  package mutating func raise(_ ray: Int, to value: Double) { values[ray] = max(values[ray], value) }

  /// Cuts every cone at the edge between corners `a` and `b` of `cone` by the ray `weightA · ray a + weightB
  /// · ray b`, and returns the new ray; `nil` if one of the cones is too deep.
  ///
  /// By concavity, the value at the new ray is at least the combination of the two values.
  ///
  /// - Complexity: O(d) for every cone of the partition.
  package mutating func cut(_ cone: Int, _ a: Int, _ b: Int, weightA: Double, weightB: Double) -> Int? {
    let (rayA, rayB) = (corner(cone, a), corner(cone, b))
    let star = cuts.indices.compactMap { other -> (cone: Int, a: Int, b: Int)? in
      guard cuts[other] == nil, let a = position(of: rayA, in: other), let b = position(of: rayB, in: other)
      else { return nil }
      return (other, a, b)
    }
    guard star.allSatisfy({ depths[$0.cone] < Self.maximumDepth }) else { return nil }
    let new = values.count
    for i in 0..<dimension {
      rays.append(weightA * rays[rayA * dimension + i] + weightB * rays[rayB * dimension + i])
    }
    values.append((weightA * values[rayA] + weightB * values[rayB]) * (1 - 8 * RateQuadratic.unit))
    for (other, a, b) in star {
      cuts[other] = Cut(firstPart: cuts.count, a: a, b: b, weightA: weightA, weightB: weightB)
      for replaced in [b, a] {
        for i in 0..<dimension { corners.append(i == replaced ? new : corner(other, i)) }
        cuts.append(nil)
        depths.append(depths[other] + 1)
      }
    }
    return new
  }

  private func position(of ray: Int, in cone: Int) -> Int? {
    for i in 0..<dimension where corners[cone * dimension + i] == ray { return i }
    return nil
  }
}
