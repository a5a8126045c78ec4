import CLAPACK
import Synchronization

/// The threads of a BLAS that has its own, OpenBLAS: one for every routine that the library calls.
///
/// Its results depend on the number of threads in the last bit, and solvers that branch on them would then depend
/// on it in far more. Here is the one thing in which the library reaches beyond its own memory, and a client that calls
/// BLAS itself should know of it:
///
/// - OpenBLAS with threads of its own (Debian's `libopenblas0-pthread`) has one number for the whole process. While a
///   routine of the library runs it is 1, for the client's calls on other threads too; when the last one ends it is what
///   it was before the first. A number that the client sets in between is lost. Routines that run while the number
///   changes are not safe: all of the library's own run inside such a region, and the number changes only where none
///   does. A client whose own calls run at the same time on other threads should set it to 1 itself, once and first, or
///   start with `OPENBLAS_NUM_THREADS=1`: the library then changes nothing.
/// - OpenBLAS on OpenMP (`libopenblas0-openmp`) takes the number of the thread that calls, OpenMP's own. The library sets
///   it to 1 around its routines, on the thread that runs them, and back. Other threads see nothing of it.
/// - Other libraries are left alone.
package enum BLASThreads {
  private struct State {
    var regions = 0
    var before: Int32 = 0
  }

  private static let owner = nq_blas_threads_owner()
  // The number of threads belongs to the process: so does the count of those who want it to be one.
  private static let state = Mutex(State())

  /// The number of threads that a routine called here and now may use; `nil` if the library does not say.
  package static var count: Int? {
    owner == NQ_BLAS_THREADS_UNKNOWN ? nil : Int(nq_blas_threads(owner))
  }

  /// Runs `body`, every BLAS routine in it on the thread that calls it.
  package static func one<Value>(_ body: () -> Value) -> Value {
    guard owner == NQ_BLAS_THREADS_OF_CALLER else {
      enter()
      defer { leave() }
      return body()
    }
    let before = nq_blas_threads(owner)
    guard before > 1 else { return body() }
    nq_set_blas_threads(owner, 1)
    defer { nq_set_blas_threads(owner, before) }
    return body()
  }

  /// From here to the matching ``leave()``, on whatever thread that is, the number of the process is 1 and does not
  /// change. Nothing where every thread has its own: ``one(_:)`` around each routine is what counts there.
  package static func enter() {
    guard owner == NQ_BLAS_THREADS_OF_PROCESS else { return }
    state.withLock { state in
      if state.regions == 0 {
        state.before = nq_blas_threads(owner)
        if state.before > 1 { nq_set_blas_threads(owner, 1) }
      }
      state.regions += 1
    }
  }

  package static func leave() {
    guard owner == NQ_BLAS_THREADS_OF_PROCESS else { return }
    state.withLock { state in
      state.regions -= 1
      if state.regions == 0, state.before > 1 { nq_set_blas_threads(owner, state.before) }
    }
  }
}
