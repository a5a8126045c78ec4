import NoisyQuadratic

/// A schedule as files that training frameworks read and run.
///
/// | file | content |
/// |---|---|
/// | `schedule.json` | the schedule in its own convention, with its provenance |
/// | `schedule.csv` | the same as a table |
/// | `learning_rate_NAME.npy`, `momentum_NAME.npy` | its numbers in the convention NAME: its own, PyTorch's and optax's |
/// | `batch_size.npy` | the batch sizes, if the schedule has its own |
/// | `schedule_pytorch.py`, `schedule_optax.py`, `schedule_mlx.py` | scripts that run it; MLX has PyTorch's rule |
///
/// A convention that has no equal schedule is left out, with the scripts that need it; ``omissions`` tells why.
/// The formats are described in Docs/ScheduleFormat.md.
public struct ScheduleExport: Sendable {
  /// The schedule in its own convention.
  public let schedule: Schedule
  /// What `schedule.json` says about the schedule's origin.
  public let provenance: [JSONValue.Member]
  /// One line for every convention that is left out, with the first step that has no equal.
  public let omissions: [String]
  /// The schedule in its own convention and in those of the frameworks.
  private let versions: [Schedule]

  /// Converts a schedule to the conventions of the frameworks.
  ///
  /// - Parameters:
  ///   - schedule: at least one step.
  ///   - provenance: the schedule's origin, for people and for programs that know the keys.
  /// - Throws: `NoisyQuadraticError` for a schedule without steps.
  public init(_ schedule: Schedule, provenance: [JSONValue.Member] = []) throws(NoisyQuadraticError) {
    guard !schedule.isEmpty else {
      throw .invalidCount(field: "schedule.count", value: 0, expected: "at least 1")
    }
    self.schedule = schedule
    self.provenance = provenance
    var (versions, omissions) = ([schedule], [String]())
    for framework in Framework.allCases {
      let convention = framework.convention(for: schedule)
      guard !versions.contains(where: { $0.convention == convention }) else { continue }
      do throws(NoisyQuadraticError) {
        versions.append(try schedule.converted(to: convention))
      } catch {
        let titles = Framework.allCases.filter { $0.convention(for: schedule) == convention }.map(\.title)
        let line = "nothing is exported for \(titles.joined(separator: " and ")): \(error)"
        if !omissions.contains(line) { omissions.append(line) }
      }
    }
    (self.versions, self.omissions) = (versions, omissions)
  }

  /// Exports the schedule of a solution. Its provenance is the problem's name, the horizon, the final loss, the
  /// limits and the options.
  ///
  /// - Parameters:
  ///   - solution: a solution of the problem.
  ///   - problem: the problem.
  ///   - options: what is needed to compute the schedule again, such as the options of a program.
  /// - Throws: `NoisyQuadraticError` for a schedule without steps.
  public init(
    _ solution: Solution, of problem: NamedProblem, options: [JSONValue.Member] = []
  ) throws(NoisyQuadraticError) {
    try self.init(
      solution.schedule,
      provenance: [
        .init("problem", .string(problem.name)), .init("horizon", .number(Double(solution.schedule.count))),
        .init("finalLoss", .optional(solution.finalLoss)),
        .init("learningRateLimit", .optional(solution.learningRateLimit)),
        .init("momentumLimit", .number(solution.momentumLimit)), .init("options", .object(options)),
      ])
  }

  /// The schedule in a convention; `nil` if it is left out, or if neither the schedule nor a framework has it.
  public func schedule(in convention: MomentumConvention) -> Schedule? {
    versions.first { $0.convention == convention }
  }

  /// Writes all files, `schedule.json` last. Files of an earlier export that are not among them are removed.
  ///
  /// - Parameter directory: the directory to write to.
  /// - Throws: ``FileError`` if a file cannot be written. Then nothing is changed.
  public func write(to directory: OutputDirectory) throws(FileError) {
    var files: [OutputDirectory.File] = [
      ("schedule.csv", { [schedule] in ScheduleFile.write(schedule, to: $0) })
    ]
    for version in versions {
      let names = Self.arrays(version.convention)
      files.append((names.learningRate, { NumPyWriter.write(version.learningRates, to: $0) }))
      files.append((names.momentum, { NumPyWriter.write(version.momenta, to: $0) }))
    }
    if let batchSizes = schedule.batchSizes {
      files.append((Self.batchSizes, { NumPyWriter.write(batchSizes, to: $0) }))
    }
    for framework in Framework.allCases {
      guard let version = self.schedule(in: framework.convention(for: schedule)) else { continue }
      files.append((framework.script, { $0.append(framework.snippet(version)) }))
    }
    files.append(("schedule.json", writeJSON))
    let arrays = MomentumConvention.allCases.map(Self.arrays)
    try directory.write(
      files,
      removing: Framework.allCases.map(\.script) + arrays.map(\.learningRate) + arrays.map(\.momentum)
        + [Self.batchSizes])
  }

  /// Writes `schedule.json`.
  public func writeJSON(to sink: TextSink) {
    JSONObjectWriter.write(to: sink, onLines: true) { json in
      json.add("format", CodedFormat.schedule.rawValue)
      json.add("version", CodedFormat.version)
      json.add("momentumConvention", schedule.convention.rawValue)
      json.add("stepIndexBase", 0)
      json.add("learningRate", numbers: schedule.learningRates)
      json.add("momentum", numbers: schedule.momenta)
      if let batchSizes = schedule.batchSizes { json.add("batchSize", numbers: batchSizes) }
      if !provenance.isEmpty { json.add("provenance", provenance) }
    }
  }

  /// The name of the file with the batch sizes.
  static let batchSizes = "batch_size.npy"

  /// The names of the files with the numbers of a convention.
  static func arrays(_ convention: MomentumConvention) -> (learningRate: String, momentum: String) {
    ("learning_rate_\(convention.rawValue).npy", "momentum_\(convention.rawValue).npy")
  }
}
