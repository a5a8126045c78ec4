import CZlib
import Foundation
import NoisyQuadratic
import NoisyQuadraticFiles

/// The progress of a long run in a file that is either complete or absent.
///
/// The file consists of eight bytes of magic, the CRC-32 of the rest, and a binary property list with the
/// run's configuration and state. A damaged file or a file of another configuration is refused and left
/// unchanged.
public struct CheckpointFile: Sendable {
  private static let magic = Data("NQCHECK1".utf8)

  private struct Content<State: Codable>: Codable {
    let configuration: String
    let state: State
  }

  private struct Head: Decodable { let configuration: String }

  /// The name of the file.
  public let name: String
  /// The directory of the file.
  public let directory: OutputDirectory
  /// A text that states everything on which the run depends.
  public let configuration: String

  /// The path of the file.
  public var path: String { directory.file(name) }

  /// Creates a checkpoint in a directory. The file need not exist.
  public init(_ name: String, in directory: OutputDirectory, configuration: String) {
    self.name = name
    self.directory = directory
    self.configuration = configuration
  }

  /// Returns the sorted names of all checkpoints in a directory. These are hidden files that begin like a
  /// checkpoint.
  public static func names(in directory: OutputDirectory) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    return names.filter { $0.hasPrefix(".") && $0.hasSuffix(".checkpoint") }.sorted()
      .filter { name in
        (try? InputFile(directory.file(name), .regular).nextBlock())?.starts(with: magic) == true
      }
  }

  /// Returns the state in the file; `nil` if there is no file.
  ///
  /// - Throws: ``FileError`` if the file cannot be read, is damaged, or belongs to another configuration.
  public func load<State: Codable>(_ type: State.Type = State.self) throws(FileError) -> State? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    // A larger file could not be decoded.
    let limit = Int(MemoryRequirement.available / 4)
    return try state(in: Data(InputFile(path, .regular).readToEnd(limit: limit)))
  }

  /// Returns the state in the bytes of a file.
  ///
  /// - Throws: ``FileError`` under the conditions of ``load(_:)``.
  func state<State: Codable>(in data: Data) throws(FileError) -> State {
    let head = Self.magic.count + 4
    guard data.count > head, data.prefix(Self.magic.count) == Self.magic else {
      throw .invalid(path: path, problem: "not a checkpoint, expected one of this program or no file")
    }
    let body = data.dropFirst(head)
    let stored = data[Self.magic.count..<head].reduce(0) { $0 << 8 | UInt32($1) }
    guard stored == Self.checksum(body) else {
      throw .invalid(
        path: path, problem: "the checkpoint is damaged: its checksum does not fit; remove it to start anew")
    }
    // The configuration is checked first, because the state of another one may fail to decode.
    let decoder = PropertyListDecoder()
    guard body.starts(with: Data("bplist".utf8)), let found = try? decoder.decode(Head.self, from: body)
    else {
      throw .invalid(path: path, problem: "the checkpoint has no configuration; remove it to start anew")
    }
    guard found.configuration == configuration else {
      throw .invalid(
        path: path,
        problem:
          "the checkpoint is of other options or images; use --restart to discard it, or another --output")
    }
    guard let content = try? decoder.decode(Content<State>.self, from: body) else {
      throw .invalid(path: path, problem: "the checkpoint is of another version; remove it to start anew")
    }
    return content.state
  }

  /// Writes a state in place of the earlier one.
  ///
  /// - Throws: ``FileError/writeFailed(path:reason:)``; then the earlier state is unchanged.
  public func save(_ state: some Codable) throws(FileError) {
    let encoder = PropertyListEncoder()
    encoder.outputFormat = .binary
    guard let body = try? encoder.encode(Content(configuration: configuration, state: state)) else {
      throw .writeFailed(path: path, reason: "the checkpoint's state cannot be encoded")
    }
    let sum = Self.checksum(body)
    let head = Self.magic + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) }
    try directory.write([(name, { $0.append(bytes: head + body) })])
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
