import Foundation

/// Text on its way to a file, in blocks: writing costs no more memory than one block.
public struct TextSink {
  private let handle: FileHandle
  private var buffer = ""
  private(set) var failed = false

  init(_ handle: FileHandle) {
    self.handle = handle
    buffer.reserveCapacity(1 << 16)
  }

  /// Appends text.
  public mutating func append(_ text: String) {
    buffer += text
    if buffer.utf8.count >= 1 << 16 { flush() }
  }

  /// Appends numbers separated by commas; those that are not finite as `null`.
  public mutating func append(numbers: some Sequence<Double>) {
    var first = true
    for number in numbers {
      append(first ? number.jsonText : ", " + number.jsonText)
      first = false
    }
  }

  mutating func flush() {
    if !failed, (try? handle.write(contentsOf: Data(buffer.utf8))) == nil { failed = true }
    buffer.removeAll(keepingCapacity: true)
  }
}
