import CZlib
import Foundation
import MetaOptimization
import NoisyQuadratic
import NoisyQuadraticFiles

/// Reads the images of MNIST and CIFAR-10 from the files in which they are published.
///
/// Docs/Data.md states the sources and names of the files. Each file may be plain or gzip, whatever its name.
/// Every function throws ``FileError`` with one line that names the file, its value and the expected value.
/// At most 1 GiB of a file is read, even if it is damaged.
public enum ImageFiles {
  /// A part of a published set.
  public enum Subset: Sendable, Hashable {
    /// The training images.
    case training
    /// The test images.
    case test

    fileprivate var mnistName: String { self == .training ? "train" : "t10k" }

    fileprivate var cifarNames: [String] {
      self == .training ? (1...5).map { "data_batch_\($0).bin" } : ["test_batch.bin"]
    }
  }

  /// Loads the images of a directory that contains either MNIST or CIFAR-10.
  ///
  /// - Throws: ``FileError``, also if the directory contains neither or both.
  public static func load(
    directory: String, _ subset: Subset = .training
  ) throws(FileError) -> LabeledImages {
    try checkDirectory(directory)
    switch (mnistFile("images", 3, of: .training, in: directory), cifarDirectory(directory)) {
    case (_?, nil): return try mnist(directory: directory, subset)
    case (nil, _?): return try cifar10(directory: directory, subset)
    case (nil, nil):
      throw .unreadable(
        path: directory,
        reason: "it has neither train-images-idx3-ubyte[.gz] of MNIST nor data_batch_1.bin of CIFAR-10")
    case (_?, _?):
      throw .unreadable(path: directory, reason: "it has MNIST and CIFAR-10, expected one of them")
    }
  }

  /// Loads the images of MNIST, or of a set in the same format: one channel, ten classes.
  ///
  /// - Parameters:
  ///   - directory: contains `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`. Each name may have a
  ///     point in place of the second hyphen, or end in `.gz`. For the test images, `t10k` replaces `train`.
  ///   - subset: the training or the test images.
  /// - Returns: the images in the order of the file.
  /// - Throws: ``FileError``.
  public static func mnist(
    directory: String, _ subset: Subset = .training
  ) throws(FileError) -> LabeledImages {
    try checkDirectory(directory)
    func path(_ kind: String, _ dimensions: Int) throws(FileError) -> String {
      try existing(
        mnistFile(kind, dimensions, of: subset, in: directory),
        "\(subset.mnistName)-\(kind)-idx\(dimensions)-ubyte", directory)
    }
    return try idx(images: try path("images", 3), labels: try path("labels", 1))
  }

  /// Loads the images and labels of two IDX files of unsigned bytes.
  ///
  /// - Parameters:
  ///   - images: a file with three dimensions: images, rows, and pixels in a row.
  ///   - labels: a file with one dimension, which equals the number of images.
  ///   - classes: the number of classes, in 1…256; every label must be less.
  /// - Returns: the images in the order of the files, with one channel.
  /// - Throws: ``FileError``.
  public static func idx(
    images: String, labels: String, classes: Int = 10
  ) throws(FileError) -> LabeledImages {
    // The small file is read first, so that its errors appear at once.
    let labelFile = try IDXFile(contentsOf: labels, dimensions: 1)
    if let i = labelFile.bytes.firstIndex(where: { Int($0) >= classes }) {
      throw .invalid(
        path: labels, problem: "label \(i) is \(labelFile.bytes[i]), expected a class less than \(classes)")
    }
    let imageFile = try IDXFile(contentsOf: images, dimensions: 3)
    guard labelFile.sizes[0] == imageFile.sizes[0] else {
      throw .invalid(
        path: labels,
        problem: "there are \(labelFile.sizes[0]) labels, expected one for each of the "
          + "\(imageFile.sizes[0]) images of \(name(images))")
    }
    let sides = imageFile.sizes
    return try labeled(imageFile.bytes, labelFile.bytes, classes, path: images) {
      () throws(NoisyQuadraticError) in
      try ImageShape(channels: 1, height: sides[1], width: sides[2])
    }
  }

  /// Loads the images of CIFAR-10: red, green and blue, 32 × 32, ten classes.
  ///
  /// - Parameters:
  ///   - directory: contains the five files `data_batch_1.bin` to `data_batch_5.bin`, or `test_batch.bin` for
  ///     the test images. Each name may end in `.gz`. The files may also be in a subdirectory
  ///     `cifar-10-batches-bin`.
  ///   - subset: the training or the test images.
  /// - Returns: the images in the order of the files.
  /// - Throws: ``FileError``.
  public static func cifar10(
    directory: String, _ subset: Subset = .training
  ) throws(FileError) -> LabeledImages {
    try checkDirectory(directory)
    let directory = cifarDirectory(directory) ?? directory
    var paths: [String] = []
    for name in subset.cifarNames {
      paths.append(try existing(stored([name], in: directory), name, directory))
    }
    var pixels: [UInt8] = []
    var labels: [UInt8] = []
    for path in paths {
      let file = try CIFARFile(contentsOf: path, after: labels.count)
      pixels += file.pixels
      labels += file.labels
    }
    return try labeled(pixels, labels, CIFARFile.classes, path: directory) {
      () throws(NoisyQuadraticError) in CIFARFile.shape
    }
  }

  // MARK: Files

  private static func mnistFile(
    _ kind: String, _ dimensions: Int, of subset: Subset, in directory: String
  ) -> String? {
    stored(["-", "."].map { "\(subset.mnistName)-\(kind)\($0)idx\(dimensions)-ubyte" }, in: directory)
  }

  /// Returns the directory with the files of CIFAR-10. This is either the given directory or the subdirectory
  /// that the published archive creates.
  private static func cifarDirectory(_ directory: String) -> String? {
    [directory, file("cifar-10-batches-bin", in: directory)].first {
      stored(["data_batch_1.bin"], in: $0) != nil
    }
  }

  /// Returns the path of a file that may have one of several names, each optionally with `.gz` at the end.
  /// The file is in the directory, or in a subdirectory of the same name, as some archives create it.
  ///
  /// - Returns: the first file that exists. If there is none, a directory with such a name, so that reading
  ///   it reports that it is a directory.
  private static func stored(_ names: [String], in directory: String) -> String? {
    let names = names.flatMap { [$0, $0 + ".gz"] }
    func found(in directory: String, isDirectory: Bool) -> [String] {
      names.map { file($0, in: directory) }.filter { path in
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
          && isFolder.boolValue == isDirectory
      }
    }
    if let path = found(in: directory, isDirectory: false).first { return path }
    let folders = found(in: directory, isDirectory: true)
    return folders.lazy.flatMap { found(in: $0, isDirectory: false) }.first ?? folders.first
  }

  private static func existing(
    _ path: String?, _ name: String, _ directory: String
  ) throws(FileError) -> String {
    guard let path else {
      throw .unreadable(path: file(name, in: directory), reason: "no such file, nor with .gz at the end")
    }
    return path
  }

  private static func checkDirectory(_ path: String) throws(FileError) {
    try InputFile.checkName(path)
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw .unreadable(path: path, reason: "no such directory")
    }
    guard isDirectory.boolValue else {
      throw .unreadable(path: path, reason: "it is a file, expected a directory")
    }
  }

  private static func file(_ name: String, in directory: String) -> String {
    directory.hasSuffix("/") ? directory + name : directory + "/" + name
  }

  private static func name(_ path: String) -> String { URL(fileURLWithPath: path).lastPathComponent }

  private static func labeled(
    _ pixels: [UInt8], _ labels: [UInt8], _ classes: Int, path: String,
    shape: () throws(NoisyQuadraticError) -> ImageShape
  ) throws(FileError) -> LabeledImages {
    do throws(NoisyQuadraticError) {
      return try LabeledImages(shape: shape(), pixels: pixels, labels: labels, classes: classes)
    } catch {
      throw .invalid(path: path, problem: error.description)
    }
  }
}

extension LabeledImages {
  /// The CRC-32 of the shape, pixels and labels, in hexadecimal.
  public var checksum: String {
    let head = [shape.channels, shape.height, shape.width, classes].map { UInt8(truncatingIfNeeded: $0) }
    let sum = [head, pixels, labels].reduce(crc32(0, nil, 0)) { sum, bytes in
      bytes.withUnsafeBufferPointer { crc32_z(sum, $0.baseAddress, $0.count) }
    }
    let digits = String(UInt32(truncatingIfNeeded: sum), radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
