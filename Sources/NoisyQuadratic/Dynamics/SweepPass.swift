/// The outcome of one pass of a sweep.
package struct SweepPass: Sendable {
  /// The objective after a forward pass; 0 after a backward pass.
  package var objective = 0.0
  /// The largest projected derivative, each taken before its rate is replaced; `nil` if it is not measured.
  package var slope: Double? = nil
}
