import Foundation

/// Writes text to a file in blocks, so that only one block is in memory.
public struct TextSink {
  private let descriptor: Int32
  private var buffer = ""
  /// `errno` of the first write that failed.
  private(set) var failure: Int32?

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    buffer.reserveCapacity(1 << 16)
  }

  /// Appends text.
  public mutating func append(_ text: String) {
    buffer += text
    if buffer.utf8.count >= 1 << 16 { flush() }
  }

  /// Appends numbers separated by commas. Numbers that are not finite become `null`.
  public mutating func append(numbers: some Sequence<Double>) {
    var first = true
    for number in numbers {
      append(first ? number.jsonText : ", " + number.jsonText)
      first = false
    }
  }

  /// Appends bytes.
  package mutating func append(bytes: Data) {
    flush()
    if failure == nil { failure = SystemFile.write(bytes, to: descriptor) }
  }

  mutating func flush() {
    var text = buffer
    if failure == nil {
      failure = text.withUTF8 { SystemFile.write($0, to: descriptor) }
    }
    buffer.removeAll(keepingCapacity: true)
  }
}
