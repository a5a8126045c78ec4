import MetaOptimization
import NoisyQuadraticFiles

/// A file of CIFAR-10's binary version, plain or gzip. Its records consist of a label and 3 × 32 × 32 bytes.
struct CIFARFile {
  static let shape = ImageShape(validChannels: 3, height: 32, width: 32)
  static let classes = 10
  /// The largest number of records in all files together, 1 GiB. More are refused.
  static let largest = (1 << 30) / (1 + shape.count)

  private(set) var pixels: [UInt8] = []
  private(set) var labels: [UInt8] = []

  /// Reads a file with at least one record. Together with the records of other files there may be at most
  /// ``largest``.
  init(contentsOf path: String, after others: Int = 0) throws(FileError) {
    try self.init(ByteSource(path), after: others)
  }

  /// Reads all bytes of a source.
  init(_ source: ByteSource, after others: Int = 0) throws(FileError) {
    let path = source.path
    let length = 1 + Self.shape.count
    while true {
      let record = try source.read(length)
      if record.isEmpty { break }
      guard record.count == length else {
        throw .invalid(
          path: path,
          problem: "record \(labels.count) has \(record.count) bytes, expected \(length): it may be cut off")
      }
      guard record[0] < Self.classes else {
        throw .invalid(
          path: path, problem: "the label of record \(labels.count) is \(record[0]), expected 0...9")
      }
      guard others + labels.count < Self.largest else {
        throw .invalid(
          path: path,
          problem: "with it there are more than \(Self.largest) records in all, expected fewer")
      }
      labels.append(record[0])
      pixels.append(contentsOf: record.dropFirst())
    }
    guard !labels.isEmpty else {
      throw .invalid(path: path, problem: "the file is empty, expected records of \(length) bytes")
    }
  }
}
