import Foundation
import NoisyQuadratic
import NoisyQuadraticFiles

@testable import WorkUnits

/// Counts to a limit by a recurrence that depends on all that went before.
struct Counting: ResumableWork, Equatable {
  var limit: Int
  var values: [Double] = [0.3]
  var share: Double { Double(values.count - 1) / Double(limit) }
  var isFinished: Bool { values.count > limit }

  func continues(_ planned: Counting) -> Bool {
    limit == planned.limit && values.first == planned.values.first
  }

  mutating func advance() { values.append(3.9 * values[values.count - 1] * (1 - values[values.count - 1])) }
}

extension UnitPlan<Counting> {
  /// Six units, and two that begin where some of these end.
  static func counting(
    option: Int = 1, advance: @escaping Advance = { _, _, work throws(NoisyQuadraticError) in work.advance() }
  ) -> Self {
    let units =
      (0..<6).map { WorkUnit("p\($0)", seed: 3, effort: Double(7 + $0)) } + [
        WorkUnit("later-0", effort: 2, needs: [0, 1, 5]), WorkUnit("later-1", effort: 3, needs: [2]),
      ]
    return UnitPlan(units) { _ in
      [.init("option", .number(Double(option))), .init("other", .string("x"))]
    } begin: { unit, needed in
      unit < 6
        ? Counting(limit: 7 + unit, values: [0.1 + 0.1 * Double(unit)])
        : Counting(limit: 3, values: [needed.reduce(0) { $0 + $1.values[7] } / Double(needed.count)])
    } advance: { unit, cores, work throws(NoisyQuadraticError) in
      try advance(unit, cores, &work)
    }
  }

  /// All units, done one after another.
  var done: [Counting] {
    get throws {
      var works: [Counting] = []
      for (i, unit) in units.enumerated() {
        var work = try begin(i, unit.needs.map { works[$0] })
        while !work.isFinished { work.advance() }
        works.append(work)
      }
      return works
    }
  }
}

/// A directory that is removed at the end.
final class Folder {
  let path = NSTemporaryDirectory() + "units-\(UUID().uuidString)"
  var directory: OutputDirectory { get throws { try OutputDirectory(path) } }
  var units: UnitFolder { get throws { try UnitFolder(in: directory) } }
  deinit { try? FileManager.default.removeItem(atPath: path) }
}
