import Foundation
import NoisyQuadratic
import NoisyQuadraticFiles
import Synchronization

/// Runs independent pieces of work on several cores, writes checkpoints, and reports progress.
///
/// Every piece depends only on its own state. Therefore neither the number of cores nor an interruption
/// changes any result.
public struct LongRun<Work: ResumableWork>: Sendable {
  /// The reason why a run ended early.
  public enum Failure: Error, Sendable {
    /// A checkpoint cannot be read or written.
    case file(FileError)
    /// The work itself is impossible.
    case problem(NoisyQuadraticError)
  }

  /// The pieces with the names of their checkpoints.
  public let pieces: [(name: String, work: Work)]
  /// The number of pieces that are processed at the same time.
  public let lanes: Int
  /// The directory for checkpoints.
  public let directory: OutputDirectory
  /// A text that states everything on which the run depends.
  public let configuration: String
  /// The number of seconds between checkpoints of a piece.
  public let interval: Double

  /// Creates a run of pieces with different names.
  public init(
    _ pieces: [(name: String, work: Work)], lanes: Int, directory: OutputDirectory, configuration: String,
    interval: Double = 10
  ) {
    self.pieces = pieces
    self.lanes = max(lanes, 1)
    self.directory = directory
    self.configuration = configuration
    self.interval = interval
  }

  /// The checkpoints of all pieces.
  public var checkpoints: [CheckpointFile] { pieces.map { checkpoint($0.name) } }

  /// Returns the checkpoint of a piece of this configuration.
  public func checkpoint(_ name: String) -> CheckpointFile {
    // The configuration includes the name, so that a renamed checkpoint is not mistaken for that of another
    // piece.
    CheckpointFile(".\(name).checkpoint", in: directory, configuration: "\(name) \(configuration)")
  }

  /// Works until every piece is finished.
  ///
  /// - Parameters:
  ///   - advance: advances a piece to its next state; must depend on nothing but that piece.
  ///   - progress: receives from time to time the share of all work that is done, and the share that was done
  ///     when the run started.
  /// - Returns: the finished pieces, in order. Their checkpoints remain until they are removed.
  /// - Throws: ``Failure``; checkpoints remain.
  public func finish(
    _ advance: @escaping @Sendable (inout Work) throws(NoisyQuadraticError) -> Void,
    progress: @escaping @Sendable (_ done: Double, _ atStart: Double) -> Void = { _, _ in }
  ) async throws(Failure) -> [Work] {
    var works: [Work] = []
    for (piece, checkpoint) in zip(pieces, checkpoints) {
      do throws(FileError) {
        let work = try checkpoint.load() ?? piece.work
        guard work.continues(piece.work) else {
          throw .invalid(
            path: checkpoint.path,
            problem: "the checkpoint is not one of this piece of work; remove it to start anew")
        }
        works.append(work)
      } catch {
        throw .file(error)
      }
    }
    let total = works.reduce(0) { $0 + $1.effort }
    let atStart = works.reduce(0) { $0 + $1.effort * $1.share } / max(total, .leastNormalMagnitude)
    let shared = Shared(works, checkpoints, interval: interval, total: total, atStart: atStart)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<min(lanes, works.count) {
        group.addTask { shared.work(advance, progress) }
      }
    }
    return try shared.results()
  }

  /// The data that the lanes share.
  private final class Shared: Sendable {
    private struct State {
      var works: [Work]
      var next = 0
      var failure: Failure?
    }

    private let state: Mutex<State>
    private let checkpoints: [CheckpointFile]
    private let interval, total, atStart: Double

    init(
      _ works: [Work], _ checkpoints: [CheckpointFile], interval: Double, total: Double, atStart: Double
    ) {
      state = Mutex(State(works: works))
      self.checkpoints = checkpoints
      self.interval = interval
      self.total = total
      self.atStart = atStart
    }

    func work(
      _ advance: (inout Work) throws(NoisyQuadraticError) -> Void, _ progress: (Double, Double) -> Void
    ) {
      while let (i, first) = take() {
        var work = first
        do {
          try finish(&work, i, advance, progress)
        } catch {
          state.withLock { $0.failure = $0.failure ?? error }
          return
        }
      }
    }

    private func finish(
      _ work: inout Work, _ i: Int, _ advance: (inout Work) throws(NoisyQuadraticError) -> Void,
      _ progress: (Double, Double) -> Void
    ) throws(Failure) {
      guard !work.isFinished else { return }
      var saved = DispatchTime.now().uptimeNanoseconds
      while !work.isFinished {
        do throws(NoisyQuadraticError) {
          try advance(&work)
        } catch {
          throw .problem(error)
        }
        let (isStopped, done) = state.withLock { state in
          state.works[i] = work
          return (
            state.failure != nil,
            state.works.reduce(0) { $0 + $1.effort * $1.share } / max(total, .leastNormalMagnitude)
          )
        }
        progress(done, atStart)
        let now = DispatchTime.now().uptimeNanoseconds
        if isStopped || work.isFinished || Double(now - saved) > 1e9 * interval {
          do throws(FileError) {
            try checkpoints[i].save(work)
          } catch {
            throw .file(error)
          }
          saved = now
        }
        if isStopped { return }
      }
    }

    private func take() -> (Int, Work)? {
      state.withLock { state in
        guard state.failure == nil, state.next < state.works.count else { return nil }
        state.next += 1
        return (state.next - 1, state.works[state.next - 1])
      }
    }

    func results() throws(Failure) -> [Work] {
      let (works, failure) = state.withLock { ($0.works, $0.failure) }
      if let failure { throw failure }
      return works
    }
  }
}
