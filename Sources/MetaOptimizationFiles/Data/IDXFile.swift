import NoisyQuadraticFiles

/// An array of unsigned bytes in the IDX format, the format of MNIST.
///
/// A file, plain or gzip, contains two zero bytes, the type (8 for unsigned bytes), the number of dimensions,
/// and the sizes as 32-bit numbers with the highest byte first. The bytes of the array follow, with the last
/// dimension varying fastest.
struct IDXFile {
  /// The largest number of bytes. A larger array is refused before it is read.
  static let largest = 1 << 30

  /// The sizes, each at least 1, with the slowest dimension first.
  let sizes: [Int]
  /// The bytes; their number is the product of the sizes.
  let bytes: [UInt8]

  /// Reads a file that must have the given number of dimensions.
  init(contentsOf path: String, dimensions: Int) throws(FileError) {
    try self.init(ByteSource(path), dimensions: dimensions)
  }

  /// Reads all bytes of a source.
  init(_ source: ByteSource, dimensions: Int) throws(FileError) {
    let path = source.path
    let header = try source.read(4 + 4 * dimensions)
    try Self.check(header, dimensions, path)
    sizes = (1...dimensions).map { i in header[4 * i..<4 * i + 4].reduce(0) { $0 << 8 | Int($1) } }
    let count = try Self.product(sizes, path)
    bytes = try source.read(count)
    guard bytes.count == count else {
      throw .invalid(
        path: path,
        problem: "the header is followed by \(bytes.count) bytes, expected \(count): it may be cut off")
    }
    guard try source.read(1).isEmpty else {
      throw .invalid(path: path, problem: "the header is followed by more than the expected \(count) bytes")
    }
  }

  private static func check(_ header: [UInt8], _ dimensions: Int, _ path: String) throws(FileError) {
    func require(_ holds: Bool, _ problem: @autoclosure () -> String) throws(FileError) {
      guard holds else { throw .invalid(path: path, problem: problem()) }
    }
    try require(!header.isEmpty, "the file is empty, expected an IDX header")
    try require(header.starts(with: [0, 0]), "the file does not begin with two zero bytes, expected IDX")
    if header.count > 2 {
      try require(header[2] == 8, "the type is \(header[2]), expected 8 for unsigned bytes")
    }
    if header.count > 3 {
      try require(
        Int(header[3]) == dimensions, "the number of dimensions is \(header[3]), expected \(dimensions)")
    }
    let length = 4 + 4 * dimensions
    try require(header.count == length, "the header has \(header.count) bytes, expected \(length)")
  }

  private static func product(_ sizes: [Int], _ path: String) throws(FileError) -> Int {
    var product = 1
    for (i, size) in sizes.enumerated() {
      guard size >= 1 else {
        throw .invalid(path: path, problem: "size \(i + 1) of \(sizes.count) is 0, expected at least 1")
      }
      // Both factors are below 2³², so that their product fits.
      product *= size
      guard product <= largest else {
        let all = sizes.map(String.init).joined(separator: " × ")
        throw .invalid(path: path, problem: "the sizes are \(all), expected at most \(largest) bytes")
      }
    }
    return product
  }
}
