import NoisyQuadratic
import NoisyQuadraticFiles
import WorkUnits

/// A point of the phase diagram as a unit of work.
struct PhaseWork: ResumableWork {
  private let horizon: Int
  private var point: PhasePoint?
  private var error: String?

  /// Creates the work before it is done.
  init(horizon: Int) { self.horizon = horizon }

  var isFinished: Bool { point != nil || error != nil }

  var share: Double { isFinished ? 1 : 0 }

  /// The result, if the work is finished.
  var outcome: PhaseReport.Outcome? { error.map { .error($0) } ?? point.map { .point($0) } }

  func continues(_ planned: PhaseWork) -> Bool {
    horizon == planned.horizon
      && point.map { $0.horizon == horizon && $0.sampledRates.count == $0.sampledStepsLeft.count } ?? true
  }

  /// Does the work. An error is its result.
  ///
  /// - Throws: `NoisyQuadraticError` if the point does not fit into the memory of this machine.
  mutating func advance(
    _ measured: () throws(NoisyQuadraticError) -> PhasePoint
  ) throws(NoisyQuadraticError) {
    do throws(NoisyQuadraticError) {
      point = try measured()
    } catch {
      if case .exceedsMemory = error { throw error }
      self.error = error.description
    }
  }
}
