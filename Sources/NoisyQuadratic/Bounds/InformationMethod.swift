/// The information bound (M7).
struct InformationMethod: LowerBoundMethod {
  /// The bound, lowered by as much as its roundings may have raised it.
  let bound: Double

  var estimatedWork: Double { 0 }

  func prove(_ known: KnownBounds, _ meter: WorkMeter) -> LowerBound {
    LowerBound(value: bound, method: .information)
  }
}
