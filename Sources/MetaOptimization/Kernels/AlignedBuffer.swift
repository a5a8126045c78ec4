/// Memory for numbers that is aligned to 64 bytes and initially zero.
final class AlignedBuffer<Element> {
  let base: UnsafeMutablePointer<Element>
  let count: Int

  init(_ count: Int, zero: Element) {
    self.count = count
    let bytes = max(count, 1) * MemoryLayout<Element>.stride
    base = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      .bindMemory(to: Element.self, capacity: max(count, 1))
    base.initialize(repeating: zero, count: count)
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }
}
