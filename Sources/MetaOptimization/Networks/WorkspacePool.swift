import Synchronization

/// A pool of workspaces for batches. Each workspace is lent to one evaluation at a time and kept for the
/// next.
final class WorkspacePool<S: NetworkScalar>: Sendable {
  /// The chunks of a batch.
  struct Space: @unchecked Sendable {
    // Unchecked, but correct: the pool lends a space to one borrower at a time, and each of its workers uses
    // its own chunk.
    var chunks: [NetworkWorkspace<S>]
    let directions: Int
  }

  private let architecture: NetworkArchitecture
  private let spaces = Mutex<[Space]>([])

  init(_ architecture: NetworkArchitecture) { self.architecture = architecture }

  /// Calls `body` with a workspace for the given numbers of chunks and directions.
  func borrow<Value>(chunks: Int, directions: Int, _ body: (Space) -> Value) -> Value {
    var space =
      spaces.withLock { spaces -> Space? in
        spaces.firstIndex { $0.directions == directions }.map { spaces.remove(at: $0) }
      } ?? Space(chunks: [], directions: directions)
    while space.chunks.count < chunks {
      space.chunks.append(
        NetworkWorkspace(architecture, rows: Network<S>.chunkSize, directions: directions))
    }
    let value = body(space)
    spaces.withLock { [space] in $0.append(space) }
    return value
  }
}
