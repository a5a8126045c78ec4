/// The method that proved a lower bound.
public enum BoundMethod: String, Sendable, Equatable, Codable {
  /// The closed form for one distinct curvature. Greedy is optimal, and its loss is the bound (S9).
  case closedForm = "closed-form"
  /// Dynamic programming over the costates of all directions (B1–B6).
  case dynamicProgramming = "dynamic-programming"
  /// Dynamic programming over three sums of the rates that all directions share, for any number of directions
  /// without momentum (B9–B13).
  case sharedExponents = "shared-exponent-bound"
  /// The intrinsic-time bound (L5–L7), for any number of directions without momentum.
  case intrinsicTime = "intrinsic-time-bound"
  /// The common-clock bound (B14–B17), for any number of directions, with momentum.
  case commonClock = "common-clock-bound"
  /// The path-length bound (B16), for any number of directions, with momentum.
  case pathLength = "path-length-bound"
  /// The information bound (M7).
  case information = "information-bound"
}
