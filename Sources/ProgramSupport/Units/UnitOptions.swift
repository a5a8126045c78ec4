import ArgumentParser
import Foundation
import NoisyQuadraticFiles
import WorkUnits

/// The options of programs whose work consists of independent units.
package struct UnitOptions: ParsableArguments {
  @Flag(
    help:
      "Only list the units of work: number, name, seed, numbers of the units it needs, share of all work, state."
  )
  package var listUnits = false

  @Option(
    .units, "Do only these units, as 17 or 3,100-199. Their results stay in the folder units of --output.",
    value: "numbers")
  package var units: UnitSelection?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Do no unit: collect the finished units of these directories, and write the results.",
      valueName: "directory ..."))
  package var merge: [String] = []

  @Option(
    .integer(1...1024), "Units at the same time. Results do not depend on it. (default: the number of cores)",
    value: "n")
  package var threads: Int?

  @Flag(help: "Discard the units of an interrupted run, or those of --units, and start them again.")
  package var restart = false

  package init() {}

  /// The number of units at the same time.
  package var lanes: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

  /// Refuses options that exclude each other.
  package func check() throws(Failure) {
    if listUnits { try refuse("--units", "--merge", "--restart", beside: "--list-units") }
    if units != nil { try refuse("--merge", beside: "--units") }
    if !merge.isEmpty { try refuse("--restart", beside: "--merge") }
    if let place = merge.firstIndex(of: "") {
      throw .usage("--merge is empty at place \(place + 1), expected directories")
    }
  }

  /// The most units of a program.
  package static let most = 100_000

  /// The output directory, which need not be writable only to list units.
  ///
  /// - Throws: ``Failure`` if no file can be created there.
  package func directory(_ path: String) throws(Failure) -> OutputDirectory {
    listUnits ? OutputDirectory(reading: path) : try Program.output(path)
  }

  /// Whether the program writes results, after all units are done.
  package var writesResults: Bool { !listUnits && units == nil }

  /// The numbers of `--units`; `nil` without it.
  ///
  /// - Parameter count: the number of all units.
  /// - Returns: the numbers, ascending.
  /// - Throws: ``Failure`` if there are not so many units.
  package func selected(of count: Int) throws(Failure) -> [Int]? {
    guard let units else { return nil }
    if let largest = units.largest, largest >= count {
      throw .usage(
        "--units is \(units.text.cutForMessage), expected numbers from 0 to \(count - 1) (see --list-units)")
    }
    return units.numbers
  }
}

extension UnitSelection: OptionValue {
  package var json: JSONValue { .string(text) }
}

extension OptionForm<UnitSelection> {
  /// Numbers of units.
  package static var units: Self {
    Self("numbers or ranges of units of 0 or more, as 17 or 3,100-199") { UnitSelection($0) }
  }
}
