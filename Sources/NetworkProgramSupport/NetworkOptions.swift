import ArgumentParser
import DrawnDigits
import Foundation
import MetaOptimization
import MetaOptimizationFiles
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// The options common to all programs that train a network.
package struct NetworkOptions: ParsableArguments {
  @Option(
    .directory, "A folder with MNIST or CIFAR-10 (Docs/Data.md). (default: drawn digits)", value: "folder")
  package var data: String?

  @Option(.integer(1...1_000_000), "Images per batch.", value: "n") package var batchSize = 100

  @Option(.seed, "Determines all that is random: an integer of 0 or more.", value: "n")
  package var seed: UInt64 = 0

  @Option(
    .integer(1...1000),
    "Repeat everything with this many seeds, from --seed on: a folder for each, and tables of the spread.",
    value: "n")
  package var seeds = 1

  @Option(.integers(1...10_000), "Units of the hidden layers.", value: "n,...")
  package var hidden = [100, 100]

  @Option(.choice, "\(Activation.alternatives).", value: "name") package var activation = Activation.relu

  @Flag(help: "Draw no plots.") package var noPlots = false

  @Flag(help: "No tables and no progress. Errors are still printed.") package var quiet = false

  package init() {}

  /// The last component of the folder's path; `nil` for drawn digits.
  package var folder: String? { data.map { URL(fileURLWithPath: $0).lastPathComponent } }

  /// All seeds, ascending.
  ///
  /// - Throws: ``Failure`` if a seed is one that JSON numbers do not represent exactly.
  package func allSeeds() throws(Failure) -> [UInt64] {
    let most = UInt64(1 << 53) + 1 - UInt64(seeds)
    guard seed <= most else {
      throw .usage("--seed is \(seed), expected at most \(most) with --seeds \(seeds)")
    }
    return (0..<UInt64(seeds)).map { seed + $0 }
  }

  /// The seeds whose units are to be done, listed or merged.
  ///
  /// - Parameters:
  ///   - count: the number of all units.
  ///   - units: the options of the units.
  ///   - seed: the seed of the unit with a number.
  /// - Returns: the seeds, ascending.
  /// - Throws: ``Failure`` if `--units` names a unit that does not exist.
  package func seeds(
    of count: Int, in units: UnitOptions, _ seed: (Int) -> UInt64
  ) throws(Failure) -> [UInt64] {
    guard let selected = try units.selected(of: count) else { return try allSeeds() }
    return Set(selected.map(seed)).sorted()
  }

  /// The directories for the results of all seeds: a folder for each, or the output directory of a single seed.
  ///
  /// - Throws: ``Failure`` if no file can be created there, before hours of work.
  package func folders(
    in directory: OutputDirectory, for units: UnitOptions
  ) throws(Failure) -> [OutputDirectory] {
    guard seeds > 1, units.writesResults else { return [directory] }
    var folders: [OutputDirectory] = []
    for seed in try allSeeds() {
      folders.append(try Program.files { () throws(FileError) in try directory.directory("seed-\(seed)") })
    }
    return folders
  }

  /// Loads the images of the folder, or draws images.
  ///
  /// - Parameters:
  ///   - seeds: the seeds for which images are wanted.
  ///   - count: the value of `--images`, which is the number of images to take from the beginning. `nil` takes
  ///     all images of the folder.
  ///   - drawn: the number of images to draw if `count` is `nil`.
  /// - Returns: for every seed at least one image.
  /// - Throws: ``Failure`` if there are not so many images, or if files are missing or damaged.
  package func images(
    for seeds: [UInt64], _ count: Int?, drawn: Int = 60_000
  ) throws(Failure) -> [UInt64: LabeledImages] {
    var images: [UInt64: LabeledImages] = [:]
    if data != nil {
      let all = try loaded(count)
      for seed in seeds { images[seed] = all }
    } else {
      for seed in seeds {
        images[seed] = try Program.solving { () throws(NoisyQuadraticError) in
          try GlyphImages(seed: seed).images(count: count ?? drawn)
        }
      }
    }
    return images
  }

  private func loaded(_ count: Int?) throws(Failure) -> LabeledImages {
    let data = data ?? ""
    let all = try Program.files { () throws(FileError) in try ImageFiles.load(directory: data) }
    guard let count else { return all }
    guard count <= all.count else {
      throw .usage("--images is \(count), expected at most the \(all.count) of --data")
    }
    return try Program.solving { () throws(NoisyQuadraticError) in try all.prefix(count) }
  }

  /// The options for the JSON file of one seed.
  ///
  /// - Parameters:
  ///   - seed: the seed.
  ///   - omitted: the names of properties that are left out.
  /// - Returns: keys and values.
  package func reported(seed: UInt64, omitting omitted: [String] = []) -> [JSONValue.Member] {
    var values: [String: JSONValue?] = ["seed": seed.json]
    for name in omitted + ["data", "seeds"] { values.updateValue(nil, forKey: name) }
    return reported(values)
  }

  /// Returns the network of dense layers for the given images.
  ///
  /// - Throws: `NoisyQuadraticError` if the network exceeds the allowed size.
  package func perceptron(for images: LabeledImages) throws(NoisyQuadraticError) -> NetworkArchitecture {
    try .perceptron(input: images.shape, hidden: hidden, classes: images.classes, activation: activation)
  }
}

extension Activation: OptionValue {}
