import CZlib

/// Inflates one gzip stream piece by piece; zlib checks its length and checksum at the end.
final class GzipInflater {
  /// The bytes are no gzip stream, or a damaged one.
  struct Failure: Error {
    /// What zlib says, in a few words.
    let reason: String
  }

  /// What one call gives at most.
  private static let largestPiece = 1 << 16

  // zlib keeps the address of its state.
  private let state: UnsafeMutablePointer<z_stream>

  /// Whether the stream has ended, its checksum proven.
  private(set) var isFinished = false

  init() throws(Failure) {
    state = .allocate(capacity: 1)
    state.initialize(to: z_stream())
    // 15 bits of window; 16 more ask for the gzip format and no other.
    let status = inflateInit2_(state, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw Failure(reason: "zlib cannot start, status \(status)") }
  }

  deinit {
    inflateEnd(state)
    state.deallocate()
  }

  /// Inflates some of the input, appends at most `limit` bytes to the output, and returns how many bytes of
  /// input that took. With input and a limit above 0 there is always progress.
  func inflate(
    _ input: ArraySlice<UInt8>, to output: inout [UInt8], limit: Int
  ) throws(Failure) -> Int {
    let input = input.prefix(Self.largestPiece)
    var piece = [UInt8](repeating: 0, count: min(limit, Self.largestPiece))
    let status = input.withUnsafeBufferPointer { source in
      piece.withUnsafeMutableBufferPointer { target in
        // zlib only reads there, though the field's type does not say so.
        state.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        state.pointee.avail_in = UInt32(source.count)
        state.pointee.next_out = target.baseAddress
        state.pointee.avail_out = UInt32(target.count)
        return CZlib.inflate(state, Z_NO_FLUSH)
      }
    }
    // Neither buffer lives longer than the call.
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
