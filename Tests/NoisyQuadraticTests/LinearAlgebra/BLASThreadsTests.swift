import NoisyQuadratic
import Testing

// What it says depends on the library that the loader finds: .ci/run asks for the reference BLAS and for OpenBLAS with
// threads of its own and on OpenMP. With the first there is nothing to count.
@Suite("Threads of BLAS", .serialized)
struct BLASThreadsTests {
  @Test("One thread inside a region, and then as many as before")
  func region() {
    let before = BLASThreads.count
    let (outer, inner) = BLASThreads.one { (BLASThreads.count, BLASThreads.one { BLASThreads.count }) }
    #expect(outer == before.map { _ in 1 })
    #expect(inner == outer)
    // Other suites run at the same time: where the process has one number they may hold it at 1.
    #expect(BLASThreads.count == before || BLASThreads.count == 1 || before == 1)
  }

  @Test("One thread in every task of a parallel map, whatever thread it runs on")
  func tasks() async throws {
    let counts = try await Parallel.map(Array(0..<64)) { _ in BLASThreads.one { BLASThreads.count } }
    #expect(counts.allSatisfy { $0 == nil || $0 == 1 })
  }

  @Test("A thread that never entered a region keeps its number where every thread has its own")
  func others() async throws {
    let before = BLASThreads.count
    let after = try await Parallel.map(Array(0..<64)) { _ in
      _ = BLASThreads.one { BLASThreads.count }
      return BLASThreads.count
    }
    // Of a process it is 1 as long as the map runs.
    #expect(after.allSatisfy { $0 == before || $0 == 1 })
  }
}
