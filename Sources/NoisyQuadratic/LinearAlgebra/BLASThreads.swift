import CLAPACK
import Synchronization

/// The threads of a BLAS that has its own, OpenBLAS: one for every routine that the library calls.
///
/// Its results depend on the number of threads in the last bit, and solvers that branch on them would then depend
/// on it in far more. Routines that run while the number changes are not safe: so all of the library's own run
/// inside such a region, and the number changes only where none does.
package enum BLASThreads {
  private struct State {
    var regions = 0
    var before: Int32 = 0
  }

  // The number of threads belongs to the process: so does the count of those who want it to be one.
  private static let state = Mutex(State())

  /// Runs `body`, every BLAS routine in it on the thread that calls it.
  package static func one<Value>(_ body: () -> Value) -> Value {
    enter()
    defer { leave() }
    return body()
  }

  /// From here to the matching ``leave()`` every BLAS routine runs on the thread that calls it.
  package static func enter() {
    state.withLock { state in
      if state.regions == 0 {
        state.before = nq_blas_threads()
        if state.before > 1 { nq_set_blas_threads(1) }
      }
      state.regions += 1
    }
  }

  package static func leave() {
    state.withLock { state in
      state.regions -= 1
      if state.regions == 0, state.before > 1 { nq_set_blas_threads(state.before) }
    }
  }
}
