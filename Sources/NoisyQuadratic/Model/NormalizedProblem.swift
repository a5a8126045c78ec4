/// A model in the units of the kernels. Nothing overflows in these units.
///
/// Curvatures are divided by a power of two so that the largest lies in [1, 2). Moments and multiplicities
/// are scaled in the same way. By the equivariance M6, the moments, rates and losses of the scaled problem
/// are those of the model times powers of two, so that no digit changes. Directions without curvature do not
/// affect the loss and are left out.
package struct NormalizedProblem: Sendable {
  /// Indices into the model's arrays of the directions kept. The array is empty if the directions replace
  /// others, as in a compressed problem.
  package let directions: [Int]
  /// The scaled `h`, `c/B`, `m₀` and `k = n h`.
  package let curvature, noise, secondMoment, weight: [Double]
  /// The part of the noise that depends on the parameters; `nil` if the noise is additive.
  package let featureNoise: FeatureNoise?
  /// Exponents of the scaling: `model rate = scaled rate · 2^rateExponent`, and likewise for moments and
  /// losses.
  private let rateExponent, momentExponent, lossExponent: Int

  /// The largest scaled curvature, in [1, 2).
  package let maximumCurvature: Double
  /// The batch size B in the scaled noise.
  private let batchSize: Double

  package var dimension: Int { curvature.count }

  /// A problem for a method that holds for additive noise only.
  ///
  /// - Throws: ``NoisyQuadraticError/stateDependentNoise(method:alternative:)`` for other noise.
  package init(_ model: NoisyQuadraticModel, additiveOnly method: String) throws(NoisyQuadraticError) {
    try model.requireAdditiveNoise(for: method)
    self.init(anyNoise: model)
  }

  /// A problem for a user that reads ``featureNoise``, or that needs the noise at the minimum only.
  package init(anyNoise model: NoisyQuadraticModel) {
    let isWhole = model.curvature.allSatisfy { $0 > 0 }
    let curved = model.curvature.indices.filter { isWhole || model.curvature[$0] > 0 }
    func kept(_ values: [Double]) -> [Double] { isWhole ? values : curved.map { values[$0] } }
    let h = kept(model.curvature)
    let m = kept(model.initialSecondMoment)
    let c = kept(model.gradientNoise).map { [batchSize = model.batchSize] in $0 / batchSize }
    let n = kept(model.multiplicity)
    let hExponent = Self.largestExponent(h) ?? 0
    // The unit of moments is the largest of m₀ and of c/h_max². The latter may itself be out of range.
    let exponents = [Self.largestExponent(m), Self.largestExponent(c).map { $0 - 2 * hExponent }]
    let mExponent = exponents.compactMap { $0 }.max() ?? 0
    let nExponent = Self.largestExponent(n) ?? 0
    directions = curved
    curvature = Self.scale(h, by: -hExponent)
    noise = Self.scale(c, by: -2 * hExponent - mExponent)
    secondMoment = Self.scale(m, by: -mExponent)
    weight = zip(Self.scale(n, by: -nExponent), curvature).map { $0 * $1 }
    maximumCurvature = curvature.max() ?? 1
    batchSize = model.batchSize
    rateExponent = -hExponent
    momentExponent = mExponent
    lossExponent = hExponent + mExponent + nExponent
    featureNoise =
      model.noiseKind.isStateDependent
      ? FeatureNoise(
        share: 1 / model.batchSize,
        coupling: zip(n, curvature).map { [batchSize = model.batchSize] in $0 * $1 / batchSize }) : nil
  }

  /// A problem of other directions with additive noise in the units of `original`, with the same scaling of rates and losses.
  init(
    _ original: NormalizedProblem, curvature: [Double], noise: [Double], secondMoment: [Double],
    weight: [Double]
  ) {
    directions = []
    (self.curvature, self.noise, self.secondMoment, self.weight) = (curvature, noise, secondMoment, weight)
    featureNoise = nil
    maximumCurvature = original.maximumCurvature
    batchSize = original.batchSize
    rateExponent = original.rateExponent
    momentExponent = original.momentExponent
    lossExponent = original.lossExponent
  }

  /// The problem as a model. Its multiplicities follow from the weights.
  func model() throws(NoisyQuadraticError) -> NoisyQuadraticModel {
    try NoisyQuadraticModel(
      curvature: curvature.map { Self.scale($0, by: -rateExponent) },
      gradientNoise: noise.map { Self.scale($0, by: momentExponent - 2 * rateExponent) },
      initialSecondMoment: secondMoment.map(modelMoment),
      multiplicity: zip(weight, curvature).map {
        Self.scale($0 / $1, by: lossExponent - momentExponent + rateExponent)
      })
  }

  private func modelMoment(_ moment: Double) -> Double { Self.scale(moment, by: momentExponent) }

  /// The information bound (M7) after `steps` steps, over the directions that have noise.
  package func informationBound(steps: Double) -> Double {
    var sum = 0.0
    for i in curvature.indices where noise[i] > 0 && secondMoment[i] > 0 {
      let signal = curvature[i] * secondMoment[i]
      sum += 0.5 * weight[i] * secondMoment[i] / (1 + steps * signal * (curvature[i] / noise[i]))
    }
    return sum
  }

  /// The variances of a batch's gradient at the start.
  package var initialNoise: [Double] {
    featureNoise?.variances(curvature: curvature, noise: noise, secondMoment: secondMoment) ?? noise
  }

  /// The problem restricted to the directions with the given indices into the model, in the same units. If the
  /// noise depends on the whole error, the other directions stay, and only their losses do not count.
  package func restricted(to indices: [Int]) -> NormalizedProblem {
    let kept = Set(indices).sorted().compactMap { index -> Int? in
      // The array of directions is ascending.
      var (low, high) = (0, directions.count)
      while low < high {
        let middle = (low + high) / 2
        if directions[middle] < index { low = middle + 1 } else { high = middle }
      }
      return low < directions.count && directions[low] == index ? low : nil
    }
    return NormalizedProblem(self, keeping: kept)
  }

  private init(_ whole: NormalizedProblem, keeping selected: [Int]) {
    featureNoise = whole.featureNoise
    let isWhole = whole.featureNoise != nil
    let kept = isWhole ? Array(whole.curvature.indices) : selected
    directions = kept.map { whole.directions[$0] }
    curvature = kept.map { whole.curvature[$0] }
    noise = kept.map { whole.noise[$0] }
    secondMoment = kept.map { whole.secondMoment[$0] }
    var weight = kept.map { whole.weight[$0] }
    if isWhole {
      let counted = Set(selected)
      for i in kept where !counted.contains(i) { weight[i] = 0 }
    }
    self.weight = weight
    (rateExponent, momentExponent, lossExponent) = (
      whole.rateExponent, whole.momentExponent, whole.lossExponent
    )
    maximumCurvature = curvature.max() ?? 1
    batchSize = whole.batchSize
  }

  /// The factors `B/B_t` of the noise at every step (P4); `nil` if the batch size is the model's.
  package func noiseFactors(_ batchSizes: [Double]?) -> [Double]? {
    batchSizes.map { [batchSize] in $0.map { batchSize / $0 } }
  }

  package func modelRate(_ rate: Double) -> Double { Self.scale(rate, by: rateExponent) }
  package func scaledRate(_ rate: Double) -> Double { Self.scale(rate, by: -rateExponent) }
  package func scaledMoment(_ moment: Double) -> Double { Self.scale(moment, by: -momentExponent) }
  package func modelLoss(_ loss: Double) -> Double { Self.scale(loss, by: lossExponent) }

  private static func scale(_ x: Double, by exponent: Int) -> Double {
    guard x.isFinite else { return x }
    return Double(sign: .plus, exponent: exponent, significand: x)
  }

  private static func scale(_ values: [Double], by exponent: Int) -> [Double] {
    if exponent == 0 { return values }
    // If the power of two is a normal number, one product by it rounds as the scaling does.
    guard (-1022...1023).contains(exponent) else { return values.map { scale($0, by: exponent) } }
    let factor = Double(sign: .plus, exponent: exponent, significand: 1)
    return values.map { $0 * factor }
  }

  /// The binary exponent of the largest entry; `nil` if none is positive.
  private static func largestExponent(_ values: [Double]) -> Int? {
    guard let largest = values.max(), largest > 0 else { return nil }
    return Int(largest.exponent)
  }
}
