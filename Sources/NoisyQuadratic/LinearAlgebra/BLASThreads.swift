import CLAPACK
import Synchronization

/// The threads of a BLAS that has its own, OpenBLAS: one as long as tasks keep the cores busy.
package enum BLASThreads {
  private struct State {
    var regions = 0
    var before: Int32 = 0
  }

  // The number of threads belongs to the process: so does the count of those who want it to be one.
  private static let state = Mutex(State())

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
