/// The method that proved a lower bound.
public enum BoundMethod: String, Sendable, Equatable, Codable {
  /// The closed form for one distinct curvature. Greedy is optimal, and its loss is the bound (S9).
  case closedForm = "closed-form"
  /// Dynamic programming over all directions at once (B1–B6).
  case dynamicProgramming = "dynamic-programming"
  /// The sum of the bounds of groups of directions, each by dynamic programming (B7).
  case groupedDynamicProgramming = "grouped-dynamic-programming"
  /// The intrinsic-time bound (L5–L7), for any number of directions without momentum.
  case intrinsicTime = "intrinsic-time-bound"
  /// The information bound (M7).
  case information = "information-bound"
}
