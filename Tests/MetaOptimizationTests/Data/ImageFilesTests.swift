import Foundation
import MetaOptimization
import NoisyQuadraticFiles
import Testing

@testable import MetaOptimizationFiles

@Suite struct ImageFilesTests {
  private let pixels = ImageFolder.bytes(3 * 4 * 5)
  private var images: [UInt8] { ImageFolder.idx([3, 4, 5], pixels) }
  private let labels = ImageFolder.idx([3], [9, 0, 4])
  private let batches: [[UInt8]] = [[1, 2], [9], [0], [3], [5, 5]]

  private func expected() throws -> LabeledImages {
    try LabeledImages(
      shape: try ImageShape(channels: 1, height: 4, width: 5), pixels: pixels, labels: [9, 0, 4], classes: 10)
  }

  @Test(
    "Every name that MNIST's files go by, plain and gzip",
    arguments: [
      ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", -1),
      ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", 6),
      ("train-images.idx3-ubyte", "train-labels.idx1-ubyte", -1),
      ("train-images.idx3-ubyte.gz", "train-labels-idx1-ubyte", 0),
      ("train-images-idx3-ubyte", "train-labels-idx1-ubyte.gz", 9),
    ])
  func mnist(_ imageName: String, _ labelName: String, _ level: Int32) throws {
    let folder = try ImageFolder()
    func stored(_ bytes: [UInt8]) throws -> [UInt8] {
      level < 0 ? bytes : try ImageFolder.gzip(bytes, level: level)
    }
    try folder.write(stored(images), to: imageName)
    try folder.write(stored(labels), to: labelName)
    #expect(try ImageFiles.mnist(directory: folder.path) == expected())
    #expect(try ImageFiles.load(directory: folder.path + "/") == expected())
    expect(["t10k-images-idx3-ubyte: no such file"]) { try ImageFiles.load(directory: folder.path, .test) }
    let others = ImageFolder.idx([1, 4, 5], Array(pixels.reversed().prefix(20)))
    try folder.write(stored(others), to: imageName.replacingOccurrences(of: "train", with: "t10k"))
    try folder.write(
      stored(ImageFolder.idx([1], [7])), to: labelName.replacingOccurrences(of: "train", with: "t10k"))
    let test = try ImageFiles.load(directory: folder.path, .test)
    #expect(test.labels == [7] && test.pixels.elementsEqual(pixels.reversed().prefix(20)))
  }

  @Test("More than one block of a file and of a gzip stream", arguments: [-1, 0, 1, 9] as [Int32])
  func long(level: Int32) throws {
    let bytes = ImageFolder.idx(
      [200, 28, 28], (0..<200 * 784).map { UInt8(truncatingIfNeeded: $0 * $0 >> 7) })
    let folder = try ImageFolder()
    let path = try folder.write(level < 0 ? bytes : ImageFolder.gzip(bytes, level: level), to: "images")
    let file = try IDXFile(contentsOf: path, dimensions: 3)
    #expect(file.sizes == [200, 28, 28])
    #expect(file.bytes.elementsEqual(bytes.dropFirst(16)))
  }

  @Test(
    "CIFAR-10, in its directory or the one above, plain or gzip", arguments: ["", "cifar-10-batches-bin/"])
  func cifar10(below: String) throws {
    let folder = try ImageFolder()
    for (i, labels) in batches.enumerated() {
      let bytes = ImageFolder.cifar(labels)
      if i % 2 == 0 {
        try folder.write(bytes, to: below + "data_batch_\(i + 1).bin")
      } else {
        try folder.write(ImageFolder.gzip(bytes), to: below + "data_batch_\(i + 1).bin.gz")
      }
    }
    expect(["test_batch.bin: no such file"]) { try ImageFiles.cifar10(directory: folder.path, .test) }
    try folder.write(ImageFolder.cifar([8]), to: below + "test_batch.bin")
    #expect(try ImageFiles.load(directory: folder.path, .test).labels == [8])
    let images = try ImageFiles.load(directory: folder.path)
    #expect(try ImageFiles.cifar10(directory: folder.path) == images)
    #expect(images.labels == batches.flatMap { $0 })
    #expect(try images.shape == ImageShape(channels: 3, height: 32, width: 32))
    #expect(images.classes == 10)
    #expect(images.pixels[3072..<6144].elementsEqual(ImageFolder.bytes(3072, seed: 12)))
  }

  @Test(
    "A folder of the file's name is looked into, and does not hide good files beside it",
    arguments: [
      "train-images-idx3-ubyte/train-images-idx3-ubyte", "train-images-idx3-ubyte/train-images.idx3-ubyte",
      "train-images.idx3-ubyte/train-images-idx3-ubyte.gz", "train-images-idx3-ubyte.gz",
      "train-images.idx3-ubyte",
    ])
  func folders(imageName: String) throws {
    let folder = try ImageFolder()
    // In the way of the last two, and of no use.
    try folder.write([], to: "train-images-idx3-ubyte/notes.txt")
    try folder.write([], to: "train-labels-idx1-ubyte/notes.txt")
    try folder.write(imageName.hasSuffix("gz") ? ImageFolder.gzip(images) : images, to: imageName)
    try folder.write(labels, to: "train-labels-idx1-ubyte/train-labels-idx1-ubyte")
    #expect(try ImageFiles.mnist(directory: folder.path) == expected())
    #expect(try ImageFiles.load(directory: folder.path) == expected())
    // A file of a name comes before what is in folders.
    try folder.write(ImageFolder.idx([3], [1, 2, 3]), to: "train-labels.idx1-ubyte")
    #expect(try ImageFiles.load(directory: folder.path).labels == [1, 2, 3])
  }

  @Test("The same for CIFAR-10")
  func foldersOfCIFAR() throws {
    let folder = try ImageFolder()
    for (i, labels) in batches.enumerated() {
      let name = "data_batch_\(i + 1).bin"
      try folder.write(ImageFolder.cifar(labels), to: name + "/" + name)
    }
    #expect(try ImageFiles.load(directory: folder.path).labels == batches.flatMap { $0 })
  }

  @Test("A web page in place of a download is called one")
  func webPages() throws {
    let folder = try ImageFolder()
    let pages = [
      "<!DOCTYPE html>\n<html lang=\"en\">", "\r\n  <html>", "\u{FEFF}<!doctype HTML PUBLIC>", "<HTML>",
    ]
    for page in pages {
      try folder.write(labels, to: "train-labels-idx1-ubyte")
      try folder.write(Array(page.utf8), to: "train-images-idx3-ubyte.gz")
      expect(["train-images-idx3-ubyte.gz: it is a web page (HTML), as a failed download leaves"]) {
        try ImageFiles.load(directory: folder.path)
      }
      let batch = try folder.write(Array(page.utf8), to: "batch")
      expect(["batch: it is a web page (HTML)"]) { try CIFARFile(contentsOf: batch) }
    }
  }

  @Test("Pipes, devices and names that are not UTF-8 are refused at once")
  func noFiles() throws {
    let folder = try ImageFolder()
    try folder.write(labels, to: "train-labels-idx1-ubyte")
    let path = folder.path + "/train-images-idx3-ubyte"
    try #require(mkfifo(path, 0o600) == 0)
    expect(["train-images-idx3-ubyte: it is a pipe, expected a regular file"]) {
      try ImageFiles.load(directory: folder.path)
    }
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
    expect(["train-images-idx3-ubyte: it is a device"]) { try ImageFiles.load(directory: folder.path) }
    expect(["its name is not UTF-8"]) { try ImageFiles.load(directory: folder.path + "/\u{FFFD}") }
  }

  @Test("What is missing or in the way is named")
  func missing() throws {
    let folder = try ImageFolder()
    expect(["train-images-idx3-ubyte[.gz]", "data_batch_1.bin", folder.path]) {
      try ImageFiles.load(directory: folder.path)
    }
    expect(["train-images-idx3-ubyte: no such file"]) { try ImageFiles.mnist(directory: folder.path) }
    expect(["data_batch_1.bin: no such file"]) { try ImageFiles.cifar10(directory: folder.path) }
    expect(["no such directory"]) { try ImageFiles.load(directory: folder.path + "/none") }
    try folder.write(images, to: "train-images-idx3-ubyte")
    expect(["train-labels-idx1-ubyte: no such file"]) { try ImageFiles.load(directory: folder.path) }
    expect(["it is a file, expected a directory"]) {
      try ImageFiles.mnist(directory: folder.path + "/train-images-idx3-ubyte")
    }
    try folder.write([], to: "train-labels-idx1-ubyte/inside")
    expect(["train-labels-idx1-ubyte: it is a directory"]) { try ImageFiles.mnist(directory: folder.path) }
    try folder.write(ImageFolder.cifar([1]), to: "data_batch_1.bin")
    expect(["MNIST and CIFAR-10"]) { try ImageFiles.load(directory: folder.path) }
    expect(["data_batch_2.bin: no such file"]) { try ImageFiles.cifar10(directory: folder.path) }
  }

  @Test func labelsAndImagesMustMatch() throws {
    let folder = try ImageFolder()
    let imagePath = try folder.write(images, to: "images")
    func labels(_ labels: [UInt8]) throws -> String {
      try folder.write(ImageFolder.idx([labels.count], labels), to: "labels")
    }
    let few = try labels([1, 2])
    expect(["labels: there are 2 labels, expected one for each of the 3 images of images"]) {
      try ImageFiles.idx(images: imagePath, labels: few)
    }
    let large = try labels([1, 2, 10])
    expect(["labels: label 2 is 10, expected a class less than 10"]) {
      try ImageFiles.idx(images: imagePath, labels: large)
    }
    #expect(try ImageFiles.idx(images: imagePath, labels: large, classes: 11).classes == 11)
    let path = try labels([0, 0, 0])
    expect(["classes is 257, expected"]) {
      try ImageFiles.idx(images: imagePath, labels: path, classes: 257)
    }
  }

  /// A folder with MNIST's files, for those who have them.
  private static let published = ProcessInfo.processInfo.environment["NOISY_QUADRATIC_DATA"]

  @Test("The published training set", .enabled(if: published != nil))
  func publishedMNIST() throws {
    let directory = try #require(Self.published)
    let images = try ImageFiles.load(directory: directory)
    #expect(images.count == 60_000)
    #expect(try images.shape == ImageShape(channels: 1, height: 28, width: 28))
    #expect(images.pixels.count == 47_040_000)
    var counts = [Int](repeating: 0, count: 10)
    for label in images.labels { counts[Int(label)] += 1 }
    #expect(counts == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
    #expect(images.labels.prefix(10) == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
  }
}
