import NoisyQuadratic
import NoisyQuadraticFiles

/// The figures of runs that differ in their seed only, with the spread over the seeds.
///
/// The formats are described in Docs/MetaOptimizeFormat.md.
public struct SeedSummary: Sendable {
  /// A figure: one number for each seed.
  public struct Figure: Sendable, Equatable {
    /// The name of the figure.
    public let name: String
    /// The number of every seed, in the order of ``SeedSummary/seeds``; not finite where training diverged.
    public let values: [Double]
    /// Whether the number is a share, which tables show in per cent.
    public let isShare: Bool

    /// Creates a figure.
    public init(_ name: String, _ values: [Double], isShare: Bool = false) {
      self.name = name
      self.values = values
      self.isShare = isShare
    }

    /// The number in the middle, or the mean of the two in the middle. A number that is not finite counts as
    /// infinite.
    public var median: Double {
      let sorted = ordered
      let middle = sorted.count / 2
      return sorted.count % 2 == 1 ? sorted[middle] : 0.5 * sorted[middle - 1] + 0.5 * sorted[middle]
    }

    /// The smallest number.
    public var smallest: Double { ordered[0] }

    /// The largest number.
    public var largest: Double { ordered[values.count - 1] }

    private var ordered: [Double] { values.map { $0.isNaN ? .infinity : $0 }.sorted() }
  }

  /// Some rows with the same figures.
  public struct Table: Sendable {
    /// The name of the table in the files.
    public let name: String
    /// What the table shows.
    public let title: String
    /// The names of what tells the rows apart, such as the horizon.
    public let labels: [String]
    /// The rows: a text for each label, and the figures.
    public let rows: [(labels: [String], figures: [Figure])]

    /// Creates a table.
    public init(
      _ name: String, title: String, labels: [String], rows: [(labels: [String], figures: [Figure])]
    ) {
      self.name = name
      self.title = title
      self.labels = labels
      self.rows = rows
    }
  }

  /// The beginning of the names of the files.
  public let name: String
  /// What was run, for the printed tables.
  public let title: String
  /// What a reader of the printed tables has to know.
  public let note: String
  /// The options that all seeds have in common, under the keys of the JSON file.
  public let options: [JSONValue.Member]
  /// The seeds.
  public let seeds: [UInt64]
  /// The tables.
  public let tables: [Table]

  /// Creates a summary.
  ///
  /// - Parameters:
  ///   - name: the beginning of the names of the files.
  ///   - title: what was run, for the printed tables.
  ///   - note: what a reader of the printed tables has to know.
  ///   - options: the options of one of the runs. Those that follow from its seed are left out.
  ///   - seeds: the seeds, at least one.
  ///   - tables: tables whose figures have a number for each seed.
  /// - Throws: `NoisyQuadraticError` if a figure has another number of values.
  public init(
    _ name: String, title: String, note: String = "", options: [JSONValue.Member], seeds: [UInt64],
    tables: [Table]
  ) throws(NoisyQuadraticError) {
    guard !seeds.isEmpty else { throw .invalidCount(field: "seeds", value: 0, expected: "at least 1") }
    for figure in tables.flatMap(\.rows).flatMap(\.figures) where figure.values.count != seeds.count {
      throw .lengthMismatch(field: figure.name, expected: seeds.count, actual: figure.values.count)
    }
    self.name = name
    self.title = title
    self.note = note
    self.options = options.filter { !["seed", "imagesChecksum"].contains($0.key) }
    self.seeds = seeds
    self.tables = tables
  }

  /// Writes `NAME-seeds.csv` and then `NAME-seeds.json`.
  ///
  /// - Throws: `FileError` if a file cannot be written. Then nothing is changed.
  public func write(to directory: OutputDirectory) throws(FileError) {
    try directory.write([("\(name)-seeds.csv", writeCSV), ("\(name)-seeds.json", writeJSON)])
  }

  /// Writes the CSV file: a row for every figure of every row, with the number of each seed.
  public func writeCSV(to sink: TextSink) {
    let csv = CSVWriter(
      to: sink,
      header: ["table", "row", "figure", "median", "smallest", "largest"] + seeds.map { "seed\($0)" })
    for table in tables {
      for row in table.rows {
        for figure in row.figures {
          csv.addRow { line in
            line.add(table.name)
            line.add(row.labels.joined(separator: " "))
            line.add(figure.name)
            for number in [figure.median, figure.smallest, figure.largest] + figure.values {
              line.add(number)
            }
          }
        }
      }
    }
  }

  /// Writes the JSON file.
  public func writeJSON(to sink: TextSink) {
    JSONObjectWriter.write(to: sink, onLines: true) { json in
      json.add("format", "noisy-quadratic/seeds")
      json.add("version", 1)
      json.add("options", options)
      json.add("seeds", numbers: seeds.map { Double($0) })
      json.addArray("tables", onLines: true) { json in
        for table in tables { json.addObject(onLines: true) { Self.fill(&$0, table) } }
      }
    }
  }

  private static func fill(_ json: inout JSONObjectWriter, _ table: Table) {
    json.add("name", table.name)
    json.addArray("rows", onLines: true) { json in
      for row in table.rows {
        json.addObject { json in
          for (label, text) in zip(table.labels, row.labels) { json.add(label, text) }
          for figure in row.figures {
            json.addObject(figure.name) { json in
              json.add("median", figure.median)
              json.add("smallest", figure.smallest)
              json.add("largest", figure.largest)
              json.add("values", numbers: figure.values)
            }
          }
        }
      }
    }
  }
}
