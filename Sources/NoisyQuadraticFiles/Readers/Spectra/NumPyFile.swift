import NoisyQuadratic

/// An array of numbers as `numpy.save` writes it (`.npy`).
///
/// The numbers are `float32` or `float64` of either byte order, and the array is in C or Fortran order. The
/// format's versions 1.0, 2.0 and 3.0 are read. Everything else is refused: other types, arrays of objects,
/// arrays without numbers, numbers that are not finite, files that are cut off or go on after the array.
/// Docs/SpectrumFormat.md describes what programs of this package expect of an array.
public struct NumPyFile: Sendable, Equatable {
  /// The type of the numbers in the file.
  public enum ElementType: String, Sendable {
    case float32
    case float64
  }

  /// The file's name without its extension.
  public let name: String
  /// The size of every dimension, at least 1; empty for a single number.
  public let shape: [Int]
  /// The type of the numbers in the file.
  public let elementType: ElementType
  /// All numbers, the last index running fastest, whatever the order in the file.
  public let values: [Double]

  /// Reads a file of at most 1 GiB.
  ///
  /// - Throws: ``FileError`` with one line that names the file, what is wrong, and what was expected.
  public init(contentsOf path: String) throws(FileError) {
    try self.init(InputFile(path, .regularOrPipe).readToEnd(), path: path)
  }

  /// Reads the bytes of a file.
  init(_ bytes: [UInt8], path: String) throws(FileError) {
    do throws(Failure) {
      try Self.refuseOthers(bytes)
      let (text, start) = try Self.header(bytes)
      let header = try NumPyHeader(text)
      let (type, isLittleEndian) = try Self.type(header.description)
      let count = try Self.count(header.shape, bytes.count - start, type, header.description)
      let stored = Self.numbers(bytes[start...], count, type, isLittleEndian)
      values = header.isFortranOrder ? Self.inOrder(stored, header.shape) : stored
      shape = header.shape
      elementType = type
    } catch {
      throw .invalid(path: path, problem: error.problem)
    }
    if let place = values.firstIndex(where: { !$0.isFinite }) {
      throw .invalid(
        path: path,
        problem: "the number at \(Self.index(of: place, shape)) is \(values[place]), expected a finite number"
      )
    }
    name = InputFile.stem(path)
  }

  /// The array as a matrix.
  ///
  /// - Parameter path: the name of the file in errors.
  /// - Returns: the matrix, with the first index for its rows.
  /// - Throws: ``FileError`` if it has not two dimensions.
  public func matrix(path: String) throws(FileError) -> RealMatrix {
    guard shape.count == 2 else {
      throw .invalid(
        path: path, problem: "the array's shape is \(Self.text(of: shape)), expected (rows, columns)")
    }
    return try FileError.of(path) { () throws(NoisyQuadraticError) in
      try RealMatrix(values, rows: shape[0], columns: shape[1])
    }
  }

  /// An error that states why a file is refused, without its name.
  struct Failure: Error {
    let problem: String
  }

  /// The first bytes of every such file.
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// The first bytes of files that are often taken for such a file, and what they are.
  static let others: [(start: [UInt8], name: String)] = [
    (Array("PK".utf8), "a zip archive, such as .npz or a checkpoint of PyTorch"), ([0x80], "a Python pickle"),
    ([0x89] + Array("HDF".utf8), "an HDF5 file"),
  ]

  private static func refuseOthers(_ bytes: [UInt8]) throws(Failure) {
    guard !bytes.starts(with: magic) else { return }
    let expected = "expected a NumPy array as numpy.save writes it (.npy)"
    if bytes.isEmpty { throw Failure(problem: "the file is empty, \(expected)") }
    if let other = others.first(where: { bytes.starts(with: $0.start) }) {
      throw Failure(problem: "it is \(other.name), \(expected)")
    }
    throw Failure(problem: "it does not begin with the bytes \\x93NUMPY, \(expected)")
  }

  /// The text of the header, and the place of the first number.
  private static func header(_ bytes: [UInt8]) throws(Failure) -> (text: String, end: Int) {
    guard bytes.count >= 10 else { throw Failure(problem: "the file ends within its first ten bytes") }
    let (major, minor) = (bytes[6], bytes[7])
    guard (1...3).contains(major), minor == 0 else {
      throw Failure(problem: "its format is version \(major).\(minor), expected 1.0, 2.0 or 3.0")
    }
    let start = major == 1 ? 10 : 12
    let length = bytes[8..<min(start, bytes.count)].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard bytes.count >= start + length else {
      throw Failure(
        problem: "the file ends within its header, after \(bytes.count) bytes, expected at least "
          + "\(start + length)")
    }
    guard let text = String(validating: bytes[start..<start + length], as: UTF8.self) else {
      throw Failure(problem: "its header is not UTF-8, expected text")
    }
    return (text, start + length)
  }

  private static func type(_ text: String) throws(Failure) -> (ElementType, isLittleEndian: Bool) {
    switch text {
    case "<f4": return (.float32, true)
    case ">f4": return (.float32, false)
    case "<f8": return (.float64, true)
    case ">f8": return (.float64, false)
    default:
      let what = text == "|O" ? "are Python objects (|O)" : "are of type \(text.quotedForMessage)"
      throw Failure(problem: "its numbers \(what), expected float32 or float64 (<f4, >f4, <f8 or >f8)")
    }
  }

  /// The number of numbers, which the length of the data has to match.
  private static func count(
    _ shape: [Int], _ length: Int, _ type: ElementType, _ description: String
  ) throws(Failure) -> Int {
    guard !shape.contains(0) else {
      throw Failure(problem: "its shape is \(text(of: shape)), expected at least one number")
    }
    var bytes = type == .float32 ? 4 : 8
    for size in shape {
      let (product, overflows) = bytes.multipliedReportingOverflow(by: size)
      bytes = overflows ? Int.max : product
    }
    guard bytes == length else {
      let reason = length < bytes ? "the file is cut off" : "something follows the array"
      throw Failure(
        problem: "it has \(length) bytes of numbers, expected \(bytes) for the shape \(text(of: shape)) of "
          + "\(description): \(reason)")
    }
    return length / (type == .float32 ? 4 : 8)
  }

  private static func numbers(
    _ bytes: ArraySlice<UInt8>, _ count: Int, _ type: ElementType, _ isLittleEndian: Bool
  ) -> [Double] {
    let size = type == .float32 ? 4 : 8
    return (0..<count).map { i in
      var bits: UInt64 = 0
      let start = bytes.startIndex + i * size
      for k in 0..<size {
        bits = bits << 8 | UInt64(bytes[start + (isLittleEndian ? size - 1 - k : k)])
      }
      return type == .float32
        ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))) : Double(bitPattern: bits)
    }
  }

  /// Numbers whose first index runs fastest, with the last index running fastest.
  private static func inOrder(_ stored: [Double], _ shape: [Int]) -> [Double] {
    var index = shape.map { _ in 0 }
    var strides = [1]
    for size in shape.dropLast() { strides.append(strides[strides.count - 1] * size) }
    return stored.indices.map { _ in
      let value = stored[zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }]
      for k in shape.indices.reversed() {
        index[k] += 1
        if index[k] < shape[k] { break }
        index[k] = 0
      }
      return value
    }
  }

  /// The indices of a number, as Python writes them.
  private static func index(of place: Int, _ shape: [Int]) -> String {
    var (rest, indices) = (place, [Int]())
    for size in shape.reversed() {
      indices.insert(rest % size, at: 0)
      rest /= size
    }
    return "[" + indices.map(String.init).joined(separator: ", ") + "]"
  }

  /// A shape, as Python writes it.
  static func text(of shape: [Int]) -> String {
    "(" + shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? ",)" : ")")
  }
}
