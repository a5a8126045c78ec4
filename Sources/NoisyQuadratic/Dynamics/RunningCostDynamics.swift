/// Dynamics whose costates are those of moments, so that the losses and moments of every step may count and
/// second derivatives exist.
package protocol RunningCostDynamics: MomentDynamics {
  /// Whether directions act on each other, so that no sum over some of them stands alone.
  var couplesDirections: Bool { get }

  /// Adds the second derivatives between the controls of step `s` and those of later steps (S14) to a matrix.
  ///
  /// - Parameters:
  ///   - s: the step.
  ///   - trajectory: for every step, the moments before it and the costate after it.
  ///   - lanes: the directions to sum over.
  ///   - schedule: all steps.
  ///   - active: variables at active bounds, whose entries may be skipped.
  ///   - scratch: six numbers for each of `lanes`.
  ///   - matrix: a lower triangle, stored by rows.
  func addCrossDerivatives(
    of s: Int, _ trajectory: AlignedColumns, lanes: Range<Int>, _ schedule: KernelSchedule,
    active: [UInt8], scratch: inout [Double], to matrix: inout [Double])
}

extension RunningCostDynamics {
  package var couplesDirections: Bool { false }
}
