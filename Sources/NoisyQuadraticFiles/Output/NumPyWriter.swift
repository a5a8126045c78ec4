import Foundation

/// Writes numbers as a NumPy file: an array of one dimension, 64-bit floating point, little-endian.
///
/// Source: the format `.npy`, version 1.0, as NumPy's module `numpy.lib.format` describes it.
package enum NumPyWriter {
  /// The name of the element type in the header of the file.
  private static let elementType = "<f8"

  /// Writes the header and the numbers.
  package static func write(_ numbers: some Collection<Double>, to sink: TextSink) {
    let description = "{'descr': '\(elementType)', 'fortran_order': False, 'shape': (\(numbers.count),), }"
    // Magic number and version take 8 bytes, the length 2, the line break 1. The numbers begin at a multiple
    // of 64.
    let padding = (64 - (8 + 2 + description.utf8.count + 1) % 64) % 64
    let header = description + String(repeating: " ", count: padding) + "\n"
    let length = header.utf8.count
    sink.append(bytes: Data([0x93] + "NUMPY".utf8 + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]))
    sink.append(bytes: Data(header.utf8))
    var block = Data()
    for number in numbers {
      withUnsafeBytes(of: number.bitPattern.littleEndian) { block.append(contentsOf: $0) }
      if block.count >= 1 << 16 {
        sink.append(bytes: block)
        block.removeAll(keepingCapacity: true)
      }
    }
    sink.append(bytes: block)
  }
}
