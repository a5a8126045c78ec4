import NoisyQuadratic

/// The content of a file with numbers: a table, or nested lists from JSON or a NumPy array.
enum NumberSource {
  case table(NumberTable)
  case lists(JSONValue, SpectrumFile.Format)

  /// Reads a file. Its first bytes decide the format.
  init(contentsOf path: String) throws(FileError) {
    try self.init(InputFile(path, .regularOrPipe).readToEnd(), path: path)
  }

  init(_ bytes: [UInt8], path: String) throws(FileError) {
    if bytes.starts(with: NumPyFile.magic)
      || NumPyFile.others.contains(where: { bytes.starts(with: $0.start) })
    {
      let file = try NumPyFile(bytes, path: path)
      self = .lists(Self.nested(file.values[...], file.shape[...]), .numpy)
      return
    }
    try InputFile.refuseWebPage(bytes, path, expected: "numbers as CSV, .npy or JSON")
    let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
    guard first == UInt8(ascii: "[") || first == UInt8(ascii: "{") else {
      self = .table(try NumberTable(bytes, path: path))
      return
    }
    do throws(JSONReader.Failure) {
      self = .lists(try JSONReader.read(bytes), .json)
    } catch {
      throw .notJSON(path: path, line: error.line, column: error.column, problem: error.problem)
    }
  }

  /// An array as lists of lists.
  private static func nested(_ values: ArraySlice<Double>, _ shape: ArraySlice<Int>) -> JSONValue {
    guard let size = shape.first else { return .number(values[values.startIndex]) }
    let length = values.count / size
    return .array(
      (0..<size).map { i in
        let start = values.startIndex + i * length
        return nested(values[start..<start + length], shape.dropFirst())
      })
  }
}
