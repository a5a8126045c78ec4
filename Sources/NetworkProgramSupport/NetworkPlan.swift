import Foundation
import DrawnDigits
import MetaOptimization
import MetaOptimizationFiles
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// The checked values of the network options.
package struct NetworkPlan {
  package let hidden: [Int]
  package let activation: Activation
  package let batchSize: Int
  package let seed: UInt64
  /// The last component of the folder's path; `nil` for drawn digits.
  package let folder: String?

  private let directory: String?

  package init(_ options: NetworkOptions) throws(Failure) {
    hidden = try ArgumentText(options.hidden ?? "100,100", of: "--hidden").list { item throws(Failure) in
      try item.integer(in: 1...10_000, "integers from 1 to 10000, separated by commas")
    }
    activation = try ArgumentText(options.activation ?? "relu", of: "--activation").choice()
    batchSize = try ArgumentText(options.batchSize ?? "100", of: "--batch-size").integer(
      in: 1...1_000_000, "an integer from 1 to 1000000")
    seed = try ArgumentText(options.seed ?? "0", of: "--seed").seed()
    directory = options.data
    if directory?.isEmpty == true { throw .usage("--data is empty, expected a directory") }
    folder = directory.map { URL(fileURLWithPath: $0).lastPathComponent }
  }

  /// Loads the images of the folder, or draws images.
  ///
  /// - Parameters:
  ///   - text: the value of `--images`, which is the number of images to take from the beginning. `nil` takes
  ///     all images of the folder.
  ///   - drawn: the number of images to draw if `text` is `nil`.
  /// - Returns: at least one image.
  /// - Throws: ``Failure`` if the count is invalid, or if files are missing or damaged.
  package func images(_ text: String?, drawn: Int = 60_000) throws(Failure) -> LabeledImages {
    let count = try text.map { text throws(Failure) in
      try ArgumentText(text, of: "--images").integer(in: 1...10_000_000, "an integer from 1 to 10000000")
    }
    guard let directory else {
      return try Program.solving { () throws(NoisyQuadraticError) in
        try GlyphImages(seed: seed).images(count: count ?? drawn)
      }
    }
    let all = try Program.files { () throws(FileError) in try ImageFiles.load(directory: directory) }
    guard let count else { return all }
    guard count <= all.count else {
      throw .usage("--images is \(count), expected at most the \(all.count) of --data")
    }
    return try Program.solving { () throws(NoisyQuadraticError) in try all.prefix(count) }
  }

  /// The network of dense layers for the given images.
  package func perceptron(for images: LabeledImages) throws(NoisyQuadraticError) -> NetworkArchitecture {
    try .perceptron(input: images.shape, hidden: hidden, classes: images.classes, activation: activation)
  }

  /// The members of the JSON file that state the options.
  package var members: [JSONValue.Member] {
    [.init("batchSize", .number(Double(batchSize))), .init("seed", .number(Double(seed)))]
  }

  /// The members that state the options of the perceptron.
  package var perceptronMembers: [JSONValue.Member] {
    [
      .init("hidden", .array(hidden.map { .number(Double($0)) })),
      .init("activation", .string(activation.rawValue)),
    ]
  }
}
