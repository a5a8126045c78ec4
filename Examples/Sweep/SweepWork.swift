import NoisyQuadratic
import NoisyQuadraticFiles
import WorkUnits

/// A point of the sweep as a unit of work, which can be saved between two of its schedules.
struct SweepWork: ResumableWork {
  private let horizon: Int
  private let lookaheads: [Int]
  private let solutionCount: Int
  /// The schedules so far; empty once the figures are there.
  private var solutions: [Solution] = []
  private var bias: HorizonBias?
  private var error: String?

  /// Creates the work before its first step.
  ///
  /// - Parameters:
  ///   - horizon: the number of steps.
  ///   - lookaheads: the look-aheads; those above the horizon are left out.
  init(horizon: Int, lookaheads: [Int]) {
    self.horizon = horizon
    self.lookaheads = lookaheads
    solutionCount = 3 + lookaheads.count { $0 <= horizon }
  }

  var isFinished: Bool { bias != nil || error != nil }

  var share: Double { isFinished ? 1 : Double(solutions.count) / Double(solutionCount + 1) }

  /// The result, if the work is finished.
  var outcome: SweepReport.Outcome? { error.map { .error($0) } ?? bias.map { .bias($0) } }

  func continues(_ planned: SweepWork) -> Bool {
    let isWhole =
      bias.map { $0.horizon == horizon && $0.lookaheadLosses.count == lookaheads.count } ?? true
    return horizon == planned.horizon && lookaheads == planned.lookaheads && isWhole
      && solutionCount == planned.solutionCount && solutions.count <= solutionCount
      && solutions.allSatisfy { $0.schedule.count == horizon }
  }

  /// Computes the next schedule, or at the end the figures. An error ends the work and is its result.
  ///
  /// - Parameters:
  ///   - model: makes the model of the point.
  ///   - study: makes the study of the point.
  /// - Throws: `NoisyQuadraticError` if the point does not fit into the memory of this machine; another may have
  ///   more.
  mutating func advance(
    _ model: () throws(NoisyQuadraticError) -> NoisyQuadraticModel,
    _ study: () throws(NoisyQuadraticError) -> HorizonBiasStudy
  ) throws(NoisyQuadraticError) {
    do throws(NoisyQuadraticError) {
      let (model, study) = (try model(), try study())
      if solutions.count < solutionCount {
        solutions.append(try study.solution(solutions.count, for: model))
      } else {
        bias = try study.bias(from: solutions, for: model)
        solutions = []
      }
    } catch {
      if case .exceedsMemory = error { throw error }
      self.error = error.description
      solutions = []
    }
  }
}
