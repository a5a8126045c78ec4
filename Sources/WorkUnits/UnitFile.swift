import CZlib
import Foundation
import NoisyQuadratic
import NoisyQuadraticFiles

/// The state of a unit in a file that is either complete or absent: its progress, and in the end its result.
///
/// The file consists of eight bytes of magic, the CRC-32 of the rest, and JSON with the unit's name, the options
/// that it depends on, and its state. A damaged file, or one of another unit or of other options, is refused and
/// left unchanged.
public struct UnitFile: Sendable {
  private static let magic = Data("NQUNITS1".utf8)
  private static let suffix = ".unit"

  private struct Content<State: Codable>: Codable {
    let unit: String
    /// Keys and values in turn, as JSON text.
    let options: [String]
    let state: State
  }

  private struct Head: Decodable {
    let unit: String
    let options: [String]
  }

  /// The name of the unit.
  public let name: String
  /// The directory of the file.
  public let directory: OutputDirectory
  /// The options on which the result depends.
  public let configuration: [JSONValue.Member]

  /// The path of the file.
  public var path: String { directory.file(Self.fileName(name)) }

  /// Creates the file of a unit in a directory. The file need not exist.
  public init(_ name: String, in directory: OutputDirectory, configuration: [JSONValue.Member]) {
    self.name = name
    self.directory = directory
    self.configuration = configuration
  }

  /// The file name of a unit.
  static func fileName(_ name: String) -> String { name + suffix }

  /// Returns the state in the file; `nil` if there is no file.
  ///
  /// - Throws: `FileError` if the file cannot be read, is damaged, or is of another unit
  ///   or other options.
  public func load<State: Codable>(_ type: State.Type = State.self) throws(FileError) -> State? {
    guard !SystemFile.isAbsent(path) else { return nil }
    // A larger file could not be decoded.
    let limit = Int(MemoryRequirement.available / 4)
    return try state(in: Data(InputFile(path, .regular).readToEnd(limit: limit)))
  }

  /// Returns the state in the bytes of a file.
  ///
  /// - Throws: `FileError` under the conditions of ``load(_:)``.
  func state<State: Codable>(in data: Data) throws(FileError) -> State {
    let head = Self.magic.count + 4
    guard data.count > head, data.prefix(Self.magic.count) == Self.magic else {
      throw .invalid(path: path, problem: "not the file of a unit, expected one of this program or no file")
    }
    let body = data.dropFirst(head)
    let stored = data[Self.magic.count..<head].reduce(0) { $0 << 8 | UInt32($1) }
    guard stored == Self.checksum(body) else {
      throw .invalid(
        path: path,
        problem: "the file is damaged: its checksum does not fit; remove it to start the unit anew")
    }
    // The options are checked first, because the state of others may fail to decode.
    let decoder = Self.decoder
    guard let found = try? decoder.decode(Head.self, from: body) else {
      throw .invalid(path: path, problem: "the file has no options; remove it to start the unit anew")
    }
    guard found.unit == name else {
      throw .invalid(
        path: path, problem: "the file is of the unit \(found.unit.cutForMessage), expected \(name)")
    }
    if let difference = difference(from: found.options) {
      throw .invalid(path: path, problem: "the unit is of other options: \(difference)")
    }
    guard let content = try? decoder.decode(Content<State>.self, from: body) else {
      throw .invalid(
        path: path, problem: "the file is of another version; remove it to start the unit anew")
    }
    return content.state
  }

  /// The options, keys and values in turn.
  private var options: [String] { configuration.flatMap { [$0.key, $0.value.text] } }

  /// The first option of a file that is not as expected, in words.
  private func difference(from found: [String]) -> String? {
    let expected = options
    if found == expected { return nil }
    for i in stride(from: 0, to: min(found.count, expected.count) & ~1, by: 2) where found[i] == expected[i] {
      guard found[i + 1] != expected[i + 1] else { continue }
      let (key, value) = (found[i].cutForMessage, found[i + 1].cutForMessage)
      return "\(key) is \(value), expected \(expected[i + 1].cutForMessage)"
    }
    return "they have other names, expected those of this program and version"
  }

  /// Writes a state in place of the earlier one.
  ///
  /// - Throws: `FileError`; then the earlier state is unchanged.
  public func save(_ state: some Codable) throws(FileError) {
    guard let body = try? Self.encoder.encode(Content(unit: name, options: options, state: state)) else {
      throw .writeFailed(path: path, reason: "the state of the unit cannot be encoded")
    }
    let sum = Self.checksum(body)
    let head = Self.magic + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) }
    try directory.write([(Self.fileName(name), { $0.append(bytes: head + body) })])
  }

  // Not a binary property list: it holds equal numbers once, and thus does not tell −0 from 0.
  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }

  /// Removes the file if it exists.
  public func remove() { try? FileManager.default.removeItem(atPath: path) }

  private static func checksum(_ data: Data) -> UInt32 {
    data.withUnsafeBytes { bytes in
      let start = crc32(0, nil, 0)
      guard let base = bytes.bindMemory(to: UInt8.self).baseAddress else { return UInt32(start) }
      return UInt32(truncatingIfNeeded: crc32_z(start, base, bytes.count))
    }
  }
}
