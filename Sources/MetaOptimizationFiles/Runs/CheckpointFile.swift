import CZlib
import Foundation
import NoisyQuadratic
import NoisyQuadraticFiles

/// What a long run has done so far, in a file that is there whole or not at all.
///
/// Eight bytes of magic, the CRC-32 of the rest, and a binary property list with the run's configuration and its
/// state. A file of another configuration, or a damaged one, is refused and left as it is.
public struct CheckpointFile: Sendable {
  private static let magic = Data("NQCHECK1".utf8)

  private struct Content<State: Codable>: Codable {
    let configuration: String
    let state: State
  }

  private struct Head: Decodable { let configuration: String }

  /// The file's name.
  public let name: String
  /// Where it is.
  public let directory: OutputDirectory
  /// All that the run depends on.
  public let configuration: String

  /// The file's path.
  public var path: String { directory.file(name) }

  /// A checkpoint in a directory, whether or not it exists.
  public init(_ name: String, in directory: OutputDirectory, configuration: String) {
    self.name = name
    self.directory = directory
    self.configuration = configuration
  }

  /// The names of all checkpoints in a directory, sorted: hidden files that begin like one.
  public static func names(in directory: OutputDirectory) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    return names.filter { $0.hasPrefix(".") && $0.hasSuffix(".checkpoint") }.sorted()
      .filter { name in
        (try? InputFile(directory.file(name), .regular).nextBlock())?.starts(with: magic) == true
      }
  }

  /// The state in the file; `nil` if there is none.
  ///
  /// - Throws: ``FileError`` for a file that cannot be read, is damaged, or is of another configuration.
  public func load<State: Codable>(_ type: State.Type = State.self) throws(FileError) -> State? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    // More could not be decoded.
    let limit = Int(MemoryRequirement.available / 4)
    return try state(in: Data(InputFile(path, .regular).readToEnd(limit: limit)))
  }

  /// The state in the bytes of a file.
  ///
  /// - Throws: ``FileError`` as ``load(_:)``.
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
    // The configuration first: the state of another one may not decode.
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

  /// Writes a state in place of what was there.
  ///
  /// - Throws: ``FileError/writeFailed(path:reason:)``; what was there is left as it was.
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

  /// Removes the file, if there is one.
  public func remove() { try? FileManager.default.removeItem(atPath: path) }

  private static func checksum(_ data: Data) -> UInt32 {
    data.withUnsafeBytes { bytes in
      let start = crc32(0, nil, 0)
      guard let base = bytes.bindMemory(to: UInt8.self).baseAddress else { return UInt32(start) }
      return UInt32(truncatingIfNeeded: crc32_z(start, base, bytes.count))
    }
  }
}
