import Foundation

/// The medians of an earlier run. They belong to one machine.
struct Baseline: Codable {
  struct Entry: Codable {
    let median: Double
    let fastest: Double
    let slowest: Double
    let unit: String
    let finalLoss: Double?
  }

  static let format = "noisy-quadratic/benchmark-baseline"

  let format: String
  let version: Int
  let machine: Machine
  let figures: [String: Entry]

  init(_ results: [Result]) {
    format = Self.format
    version = 1
    machine = .current
    figures = Dictionary(
      results.map { result in
        (
          result.figure.name,
          Entry(
            median: result.sample.median, fastest: result.sample.fastest, slowest: result.sample.slowest,
            unit: result.figure.unit, finalLoss: result.sample.finalLoss)
        )
      }, uniquingKeysWith: { first, _ in first })
  }

  init(contentsOf path: String) throws(Failure) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure(.noInput, "--baseline: cannot read \(path), expected a file written by --save")
    }
    guard let baseline = try? JSONDecoder().decode(Baseline.self, from: data), baseline.format == Self.format,
      baseline.version == 1
    else {
      throw Failure(.badData, "--baseline: \(path) is no baseline, expected a file written by --save")
    }
    self = baseline
  }

  func write(to path: String) throws(Failure) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    do {
      try encoder.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw Failure(.writeFailed, "--save: cannot write \(path): \(error.localizedDescription)")
    }
  }
}
