import Foundation

/// Writes text to a file in blocks, so that only one block is in memory.
public final class TextSink {
  private let descriptor: Int32
  private var buffer = ""
  /// `errno` of the first write that failed.
  private(set) var failure: Int32?

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    buffer.reserveCapacity(1 << 16)
  }

  /// Appends text.
  public func append(_ text: String) {
    buffer += text
    if buffer.utf8.count >= 1 << 16 { flush() }
  }

  /// Appends numbers separated by commas. Numbers that are not finite become `null`.
  public func append(numbers: some Sequence<Double>) {
    var isFirst = true
    for number in numbers {
      append(isFirst ? number.jsonText : ", " + number.jsonText)
      isFirst = false
    }
  }

  /// Appends bytes.
  package func append(bytes: Data) {
    flush()
    if failure == nil { failure = SystemFile.write(bytes, to: descriptor) }
  }

  func flush() {
    if failure == nil {
      failure = buffer.withUTF8 { SystemFile.write($0, to: descriptor) }
    }
    buffer.removeAll(keepingCapacity: true)
  }
}
