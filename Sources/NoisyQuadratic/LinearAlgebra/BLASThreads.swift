import CLAPACK
import Synchronization

/// The number of threads that OpenBLAS uses, which the library sets to 1 for every routine that it calls.
///
/// The number of threads affects the last bit of a BLAS result. A solver that branches on such results would
/// amplify this difference. This setting is the only state outside its own memory that the library changes.
/// A client that calls BLAS itself should know the following:
///
/// - OpenBLAS with its own threads (Debian's `libopenblas0-pthread`) has one number for the whole process.
///   The number is 1 while a routine of the library runs, and this applies to the client's calls on other
///   threads too. When the last such routine ends, the number returns to its value before the first. A number
///   that the client sets in between is lost. A routine that runs while the number changes is not safe. All
///   routines of the library run inside such a region, and the number changes only while none of them runs.
///   A client whose own calls run at the same time on other threads should set the number to 1 once, before
///   any other call, or start with `OPENBLAS_NUM_THREADS=1`. The library then changes nothing.
/// - OpenBLAS on OpenMP (`libopenblas0-openmp`) uses OpenMP's number of the calling thread. The library sets
///   it to 1 before its routines, on the thread that runs them, and restores it afterwards. Other threads are
///   not affected.
/// - The library does not change the settings of any other BLAS.
package enum BLASThreads {
  private struct State {
    var regions = 0
    var before: Int32 = 0
  }

  private static let owner = nq_blas_threads_owner()
  // The number of threads belongs to the process. So does the count of regions that require it to be 1.
  private static let state = Mutex(State())

  /// The number of threads that a BLAS routine may use if the calling thread calls it now; `nil` if the BLAS
  /// does not report it.
  package static var count: Int? {
    owner == NQ_BLAS_THREADS_UNKNOWN ? nil : Int(nq_blas_threads(owner))
  }

  /// Runs `body`. Every BLAS routine in it uses only the thread that calls it.
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

  /// Begins a region in which the number of threads of the process is 1 and does not change.
  ///
  /// The region ends with the matching ``leave()``, which may be called on any thread. If every thread has
  /// its own number, this call does nothing, and ``one(_:)`` around each routine sets the number instead.
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
