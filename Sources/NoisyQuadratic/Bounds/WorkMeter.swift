/// Counts the work of a proof and tells when to stop: at a limit, which is the same on every machine, or when
/// the caller asks for it.
///
/// The unit is the visit of one direction of one cone of a partition, some 10 ns on a processor of 2022.
final class WorkMeter {
  /// The work between two calls of `shouldContinue`, some milliseconds.
  private static let interval = 2e5

  /// The progress reported to the caller. The solver keeps its bounds up to date.
  var progress: CertificateProgress
  /// Whether the caller asked to stop.
  private(set) var isStopped = false
  /// The work at which the present part of the proof ends.
  private var mark: Double
  private var nextQuestion = 0.0
  private let shouldContinue: (CertificateProgress) -> Bool

  init(_ progress: CertificateProgress, _ shouldContinue: @escaping (CertificateProgress) -> Bool) {
    self.progress = progress
    self.shouldContinue = shouldContinue
    mark = progress.workLimit
  }

  /// The work that the limit leaves.
  var left: Double { max(progress.workLimit - progress.work, 0) }

  /// The work that is left of the present part.
  var granted: Double { max(mark - progress.work, 0) }

  /// Whether the present part may spend more work.
  var goesOn: Bool { !isStopped && progress.work <= mark }

  /// Adds work that was done; returns whether to continue.
  func spend(_ work: Double) -> Bool {
    progress.work += work
    if !isStopped, progress.work >= nextQuestion {
      nextQuestion = progress.work + Self.interval
      isStopped = !shouldContinue(progress)
    }
    return goesOn
  }

  /// Grants the next part of the proof the given amount of the work that is left.
  func grant(_ work: Double) { mark = progress.work + min(work, left) }
}
