/// The results as a table in Markdown whose columns also line up on a terminal.
struct ResultTable {
  let results: [Result]
  let limit: MachineLimit
  let baseline: Baseline?

  private static let absent = "-"

  var text: String {
    var rows = [
      ["figure", "median", "unit", "fastest", "slowest", "runs", "target", "limit", "x limit", "final loss"]
    ]
    if baseline != nil { rows[0].append("x baseline") }
    for result in results { rows.append(row(result)) }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines = rows.map { row in
      let cells = row.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 ? row[column] + space : space + row[column]
      }
      return "| " + cells.joined(separator: " | ") + " |"
    }
    let rule = widths.indices.map { column in
      let dashes = String(repeating: "-", count: widths[column] + 1)
      return column == 0 ? "-" + dashes : dashes + ":"
    }
    lines.insert("|" + rule.joined(separator: "|") + "|", at: 1)
    return lines.joined(separator: "\n")
  }

  private func row(_ result: Result) -> [String] {
    let (figure, sample) = (result.figure, result.sample)
    let bound = figure.limit(limit)
    var row = [
      figure.name, sample.median.significant(3), figure.unit, sample.fastest.significant(3),
      sample.slowest.significant(3), "\(sample.values.count)", target(figure) ?? Self.absent,
      bound?.significant(3) ?? Self.absent,
      bound.map { (sample.median / $0).significant(3) } ?? Self.absent,
      sample.finalLoss?.significant(9) ?? Self.absent,
    ]
    if let baseline {
      row.append(
        baseline.figures[figure.name].map { (sample.median / $0.median).significant(3) } ?? Self.absent)
    }
    return row
  }

  private func target(_ figure: Figure) -> String? {
    switch figure.target {
    case nil: return nil
    case .value(let value): return value.significant(3)
    case .multiple(let factor, let name):
      guard let other = results.first(where: { $0.figure.name == name }) else { return nil }
      return (factor * other.sample.median).significant(3)
    }
  }
}
