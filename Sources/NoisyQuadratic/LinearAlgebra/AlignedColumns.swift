/// Columns of doubles of equal length.
///
/// Each column is aligned to 64 bytes and padded with zeros to a whole number of 64-byte lines, so that the
/// kernels never meet a remainder. An instance belongs to one computation and is not thread-safe.
package final class AlignedColumns {
  /// The length of a column, including padding.
  package let stride: Int
  package let columns: Int
  private let base: UnsafeMutablePointer<Double>

  package init(length: Int, columns: Int) {
    stride = Self.paddedLength(length)
    self.columns = columns
    let count = max(stride * columns, 1)
    let raw = UnsafeMutableRawPointer.allocate(byteCount: 8 * count, alignment: 64)
    base = raw.bindMemory(to: Double.self, capacity: count)
    base.initialize(repeating: 0, count: count)
  }

  deinit {
    UnsafeMutableRawPointer(base).deallocate()
  }

  package static func paddedLength(_ length: Int) -> Int { (length + 7) / 8 * 8 }

  package func column(_ index: Int) -> UnsafeMutablePointer<Double> {
    precondition((0..<columns).contains(index), "column out of range")
    return base + index * stride
  }

  package func fill(_ index: Int, with values: [Double]) {
    precondition(values.count <= stride, "column too long")
    values.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { column(index).update(from: start, count: values.count) }
    }
    (column(index) + values.count).update(repeating: 0, count: stride - values.count)
  }

  /// Copies `count` columns of `other`, starting at column `source`, to the columns that start at `target`.
  package func copy(from other: AlignedColumns, _ source: Int, to target: Int, count: Int) {
    precondition(count > 0 && source + count <= other.columns && target + count <= columns)
    column(target).update(from: other.column(source), count: count * stride)
  }
}
