import CZlib
import Foundation
import Testing

/// A directory of its own for one test, removed at the end, and the files that tests put there.
final class ImageFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("images-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and returns its path.
  @discardableResult
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    let url = URL(fileURLWithPath: path).appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    return url.path
  }

  /// An IDX file.
  static func idx(_ sizes: [Int], _ bytes: [UInt8], type: UInt8 = 8) -> [UInt8] {
    let header = sizes.flatMap { size in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } }
    return [0, 0, type, UInt8(sizes.count)] + header + bytes
  }

  /// Records of CIFAR-10, the image of label l filled with some bytes that follow from l and its place.
  static func cifar(_ labels: [UInt8]) -> [UInt8] {
    labels.enumerated().flatMap { i, label in
      [label] + bytes(3072, seed: UInt64(label) + 10 * UInt64(i))
    }
  }

  /// Bytes without a pattern.
  static func bytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(state >> 56)
    }
  }

  /// A gzip stream of the bytes.
  static func gzip(_ bytes: [UInt8], level: Int32 = 6) throws -> [UInt8] {
    var bytes = bytes
    var stream = z_stream()
    return try withUnsafeMutablePointer(to: &stream) { stream in
      let size = Int32(MemoryLayout<z_stream>.size)
      try #require(
        deflateInit2_(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK)
      defer { deflateEnd(stream) }
      let room = Int(deflateBound(stream, UInt(bytes.count)))
      var output = [UInt8](repeating: 0, count: room)
      let status = bytes.withUnsafeMutableBufferPointer { source in
        output.withUnsafeMutableBufferPointer { target in
          stream.pointee.next_in = source.baseAddress
          stream.pointee.avail_in = UInt32(source.count)
          stream.pointee.next_out = target.baseAddress
          stream.pointee.avail_out = UInt32(target.count)
          return deflate(stream, Z_FINISH)
        }
      }
      try #require(status == Z_STREAM_END)
      return Array(output.prefix(Int(stream.pointee.total_out)))
    }
  }
}
