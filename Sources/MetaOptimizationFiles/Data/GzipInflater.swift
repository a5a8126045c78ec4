import CZlib

/// Inflates one gzip stream in pieces. At the end, zlib checks its length and checksum.
final class GzipInflater {
  /// An error for bytes that are not a gzip stream, or for a damaged stream.
  struct Failure: Error {
    /// The message of zlib, in a few words.
    let reason: String
  }

  /// The largest output of one call.
  private static let largestPiece = 1 << 16

  // Zlib keeps the address of its state.
  private let state: UnsafeMutablePointer<z_stream>

  /// Whether the stream has ended with a valid checksum.
  private(set) var isFinished = false

  init() throws(Failure) {
    state = .allocate(capacity: 1)
    state.initialize(to: z_stream())
    // The window has 15 bits; adding 16 accepts only the gzip format.
    let status = inflateInit2_(state, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw Failure(reason: "zlib cannot start, status \(status)") }
  }

  deinit {
    inflateEnd(state)
    state.deallocate()
  }

  /// Inflates some of the input, appends at most `limit` bytes to the output, and returns the number of input
  /// bytes used. If there is input and the limit is above 0, every call makes progress.
  func inflate(
    _ input: ArraySlice<UInt8>, to output: inout [UInt8], limit: Int
  ) throws(Failure) -> Int {
    let input = input.prefix(Self.largestPiece)
    var piece = [UInt8](repeating: 0, count: min(limit, Self.largestPiece))
    let status = input.withUnsafeBufferPointer { source in
      piece.withUnsafeMutableBufferPointer { target in
        // Zlib only reads this memory, although the field's type is mutable.
        state.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        state.pointee.avail_in = UInt32(source.count)
        state.pointee.next_out = target.baseAddress
        state.pointee.avail_out = UInt32(target.count)
        return CZlib.inflate(state, Z_NO_FLUSH)
      }
    }
    // Neither pointer is valid after the call.
    state.pointee.next_in = nil
    state.pointee.next_out = nil
    switch status {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: isFinished = true
    default:
      let reason = state.pointee.msg.map { String(cString: $0) } ?? "status \(status)"
      throw Failure(reason: reason)
    }
    output.append(contentsOf: piece.dropLast(Int(state.pointee.avail_out)))
    return input.count - Int(state.pointee.avail_in)
  }
}
