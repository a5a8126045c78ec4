/// Counts the work of a proof, and says when it is to stop: at a limit, which is the same on every machine, or when the
/// caller wants it to.
///
/// The unit is the visit of one direction of one cone of a partition, some 10 ns on a processor of 2022.
final class WorkMeter {
  /// Work between two questions to the caller, some milliseconds.
  private static let interval = 2e5

  /// What the caller is told; the solver keeps its bounds up to date.
  var progress: CertificateProgress
  /// Whether the caller wanted to stop.
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

  /// What the limit leaves.
  var left: Double { max(progress.workLimit - progress.work, 0) }

  /// Whether there is more to spend in the present part.
  var goesOn: Bool { !isStopped && progress.work <= mark }

  /// Adds work that was done; returns whether to go on.
  func spend(_ work: Double) -> Bool {
    progress.work += work
    if !isStopped, progress.work >= nextQuestion {
      nextQuestion = progress.work + Self.interval
      isStopped = !shouldContinue(progress)
    }
    return goesOn
  }

  /// Grants the next part of the proof so much of what is left.
  func grant(_ work: Double) { mark = progress.work + min(work, left) }
}
