import MetaOptimization
import MetaOptimizationFiles
import NetworkProgramSupport
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

extension OnlineReport: SeedReport {
  /// The table that the program prints.
  package var table: String {
    var table = TextTable(
      [.text("run", 22), .numbers("start", 11), .numbers("adapted", 11), .numbers("largest", 11)]
        + [.numbers("adapted", 10), .numbers("adapted", 13), .numbers("end", 13)],
      groups: [
        .init(columns: 1), .init("effective rate", columns: 3, isCentered: true),
        .init("momentum", columns: 1), .init("training loss", columns: 2, isCentered: true),
      ])
    for work in works {
      let points = work.run.points
      let last = work.adapted
      let end = work.run.divergence.map { "diverged at \($0)" } ?? points.last?.loss.significant(4) ?? "-"
      table.add([
        work.name, points.first?.effectiveRate.shortText ?? "-", last?.effectiveRate.shortText ?? "-",
        work.largestRate?.shortText ?? "-", last?.momentum.fixed(4) ?? "-", last?.loss.significant(4) ?? "-",
        end,
      ])
    }
    return "\(title)\n\n" + table.text
  }

  fileprivate var title: String {
    let options = works[0].options
    return "\(data): \(options.steps) steps, rate and momentum adapted in the first "
      + "\(min(options.adaptationSteps, options.steps)), looking \(options.lookahead) ahead"
  }
}

extension OnlineReport {
  /// The spread of the figures in the table over the seeds.
  package static func summary(
    _ reports: [(seed: UInt64, report: OnlineReport)]
  ) throws(NoisyQuadraticError) -> SeedSummary {
    let all = reports.map(\.report)
    let rows = all[0].works.indices.map { k in
      let works = all.map { $0.works[k] }
      func figure(_ name: String, _ value: (OnlineWork) -> Double?) -> SeedSummary.Figure {
        SeedSummary.Figure(name, works.map { value($0) ?? .infinity })
      }
      return (
        labels: [works[0].name],
        figures: [
          figure("effective rate at the start") { $0.run.points.first?.effectiveRate },
          figure("after adaptation") { $0.adapted?.effectiveRate },
          figure("largest") { $0.largestRate }, figure("momentum") { $0.adapted?.momentum },
          figure("loss then") { $0.adapted?.loss },
          figure("loss at the end") { $0.run.divergence == nil ? $0.run.points.last?.loss : nil },
        ]
      )
    }
    return try SeedSummary(
      "online", title: all[0].title, options: all[0].options, seeds: reports.map(\.seed),
      tables: [.init("runs", title: "", labels: ["run"], rows: rows)])
  }
}

extension OnlineWork {
  /// The last point with adaptation.
  fileprivate var adapted: OnlinePoint? {
    run.points.last { $0.step <= min(options.adaptationSteps, options.steps) } ?? run.points.first
  }

  fileprivate var largestRate: Double? { run.points.map(\.effectiveRate).max() }
}
