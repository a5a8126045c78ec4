import Foundation
import NoisyQuadratic
import NoisyQuadraticFiles
import Testing

@testable import MetaOptimizationFiles

@Suite struct DamagedFileTests {
  private static let pixels = ImageFolder.bytes(2 * 3 * 4)
  private static let images = ImageFolder.idx([2, 3, 4], pixels)

  private func read(_ bytes: [UInt8], in folder: ImageFolder) throws {
    _ = try IDXFile(contentsOf: folder.write(bytes, to: "images"), dimensions: 3)
  }

  @Test(
    "Each fault of an IDX file is one line that names the file, the value and what was expected",
    arguments: [
      ([], "the file is empty, expected an IDX header"),
      (Array("hello, world".utf8), "does not begin with two zero bytes"),
      ([0], "the file does not begin with two zero bytes"),
      ([0, 0, 8], "the header has 3 bytes, expected 16"),
      ([0, 0, 8, 3, 0, 0, 0, 1, 0], "the header has 9 bytes, expected 16"),
      (ImageFolder.idx([2, 3, 4], pixels, type: 0x0D), "the type is 13, expected 8"),
      (ImageFolder.idx([24], pixels), "the number of dimensions is 1, expected 3"),
      (ImageFolder.idx([1, 2, 3, 4], pixels), "the number of dimensions is 4, expected 3"),
      (ImageFolder.idx([0, 3, 4], []), "size 1 of 3 is 0, expected at least 1"),
      (ImageFolder.idx([2, 0, 4], []), "size 2 of 3 is 0, expected at least 1"),
      (ImageFolder.idx([2, 3, 0], []), "size 3 of 3 is 0, expected at least 1"),
      (
        ImageFolder.idx([1 << 31, 28, 28], pixels),
        "the sizes are 2147483648 × 28 × 28, expected at most 1073741824"
      ),
      (ImageFolder.idx([0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], pixels), "the sizes are 4294967295 ×"),
      (ImageFolder.idx([1 << 10, 1 << 10, 1 << 10], pixels), "is followed by 24 bytes, expected 1073741824"),
      (ImageFolder.idx([2, 3, 4], pixels + [0]), "is followed by more than the expected 24 bytes"),
    ] as [([UInt8], String)])
  func faults(_ bytes: [UInt8], _ problem: String) throws {
    let folder = try ImageFolder()
    expect([problem, folder.path + "/images"]) { try read(bytes, in: folder) }
    // The same, compressed: the faults are those of the content.
    expect([problem]) { try read(ImageFolder.gzip(bytes), in: folder) }
  }

  @Test func cutAnywhere() throws {
    let folder = try ImageFolder()
    let compressed = try ImageFolder.gzip(Self.images)
    for length in Self.images.indices {
      expect([length < 16 ? "expected" : "it may be cut off"]) {
        try read(Array(Self.images.prefix(length)), in: folder)
      }
    }
    for length in 2..<compressed.count {
      expect(["the gzip stream breaks off"]) { try read(Array(compressed.prefix(length)), in: folder) }
    }
  }

  @Test func damagedGzip() throws {
    let folder = try ImageFolder()
    let compressed = try ImageFolder.gzip(Self.images)
    expect(["the gzip stream is damaged"]) { try read([0x1F, 0x8B] + ImageFolder.bytes(200), in: folder) }
    expect(["bytes follow the gzip stream"]) { try read(compressed + [0], in: folder) }
    expect(["bytes follow the gzip stream"]) { try read(compressed + compressed, in: folder) }
    // The last eight bytes are the checksum and the length.
    for place in 1...8 {
      var bytes = compressed
      bytes[bytes.count - place] ^= 1
      expect(["the gzip stream is damaged: incorrect"]) { try read(bytes, in: folder) }
    }
  }

  @Test("A stream far larger than its header says is not inflated")
  func bomb() throws {
    let folder = try ImageFolder()
    let zeros = [UInt8](repeating: 0, count: 20_000_000)
    let path = try folder.write(ImageFolder.gzip(Self.images + zeros, level: 1), to: "images")
    expect(["more than the expected 24 bytes"]) { try IDXFile(contentsOf: path, dimensions: 3) }
    // No more than is asked for, and the rest only when it is.
    let source = try ByteSource(path)
    #expect(try source.read(Self.images.count) == Self.images)
    #expect(try source.read(3) == [0, 0, 0])
  }

  @Test func faultsOfCIFAR() throws {
    let folder = try ImageFolder()
    func read(_ bytes: [UInt8]) throws -> CIFARFile {
      try CIFARFile(contentsOf: folder.write(bytes, to: "batch"))
    }
    let two = ImageFolder.cifar([3, 9])
    #expect(try read(two).labels == [3, 9])
    for bytes in [[], try ImageFolder.gzip([])] {
      expect(["batch: the file is empty, expected records of 3073 bytes"]) { try read(bytes) }
    }
    expect(["batch: record 0 has 3072 bytes, expected 3073"]) { try read(Array(two.prefix(3072))) }
    expect(["batch: record 1 has 1 bytes"]) { try read(Array(two.prefix(3074))) }
    expect(["batch: record 2 has 2 bytes"]) { try read(ImageFolder.gzip(two + [0, 0])) }
    expect(["batch: the label of record 1 is 10, expected 0...9"]) { try read(ImageFolder.cifar([3, 10])) }
    expect(["batch: it is a directory"]) {
      try folder.write([], to: "directory/batch/inside")
      return try CIFARFile(contentsOf: folder.path + "/directory/batch")
    }
  }

  @Test("Files with bytes changed, cut out or put in are read or refused, no more", arguments: [false, true])
  func randomDamage(compressed: Bool) throws {
    let folder = try ImageFolder()
    let idx = compressed ? try ImageFolder.gzip(Self.images) : Self.images
    let cifar = compressed ? try ImageFolder.gzip(ImageFolder.cifar([7])) : ImageFolder.cifar([7])
    var generator = Xoshiro256StarStar(seed: compressed ? 2 : 1)
    // The library's own arithmetic: the standard library's may change with its releases.
    func draw(_ count: Int) -> Int { Int(generator.uniform() * Double(count)) }
    func damaged(_ bytes: [UInt8]) -> [UInt8] {
      var bytes = bytes
      for _ in 0...draw(3) where !bytes.isEmpty {
        // Half of the faults where headers are.
        let end = draw(2) == 0 ? bytes.count : min(20, bytes.count)
        let place = draw(end)
        switch draw(5) {
        case 0: bytes[place] = UInt8(draw(256))
        case 1: bytes[place] ^= 1 << UInt8(draw(8))
        case 2: bytes.removeSubrange(place...)
        case 3: bytes.removeSubrange(place..<min(place + 3, bytes.count))
        default: bytes.insert(contentsOf: [0, 255], at: place)
        }
      }
      return bytes
    }
    var refused = 0
    for _ in 0..<200 {
      let path = try folder.write(damaged(idx), to: "images")
      do throws(FileError) {
        let file = try IDXFile(contentsOf: path, dimensions: 3)
        #expect(file.bytes.count == file.sizes.reduce(1, *))
      } catch {
        #expect("\(error)".hasPrefix(path) && !"\(error)".contains("\n"))
        refused += 1
      }
      let batch = try folder.write(damaged(cifar), to: "batch")
      do throws(FileError) {
        let file = try CIFARFile(contentsOf: batch)
        #expect(file.pixels.count == 3072 * file.labels.count)
      } catch {
        #expect("\(error)".hasPrefix(batch) && !"\(error)".contains("\n"))
        refused += 1
      }
    }
    #expect(refused > 100)
  }
}
