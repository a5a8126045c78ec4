import NoisyQuadratic

/// How far a schedule is from the best one, ready to be written.
///
/// The formats are described in Docs/ScheduleFormat.md.
public struct ScheduleGapReport: Sendable {
  /// What is wrong with the rates of a part of the run (G6).
  public enum Verdict: String, Sendable {
    /// A common factor below 1 on the part's rates, or on all rates up to its end, momenta as they are, would regain a
    /// third of these steps' regret or more.
    case tooLarge = "too-large"
    /// A factor above 1 would.
    case tooSmall = "too-small"
    /// No common factor would: the rates are wrong relative to each other, or the momenta are.
    case mixed
    /// The part holds less than a hundredth of the excess.
    case aboutRight = "about-right"
  }

  /// A fifth of the run.
  public struct Part: Sendable, Equatable {
    /// Its steps.
    public let steps: Range<Int>
    /// The regret of all of them.
    public let regret: Double
    /// Their part of the excess.
    public let share: Double
    /// What is wrong with their rates.
    public let verdict: Verdict
  }

  /// The problem.
  public let problem: ProblemFile
  /// What the schedule is called: its file's name or its family with parameters.
  public let name: String
  /// All that is needed to run the comparison again, under the keys of the JSON file.
  public let options: [JSONValue.Member]
  /// The schedule beside the best one.
  public let gap: ScheduleGap
  /// The fifths of the run, or single steps if there are fewer; empty when the schedule's loss overflows.
  public let parts: [Part]
  /// The steps that `schedule-gap.json` and `schedule-gap.csv` list.
  public let sampled: SampledSteps

  /// A report.
  ///
  /// With `fullSeries` its files list every step, else at most ``SampledSteps/maximum``.
  public init(
    problem: ProblemFile, name: String, options: [JSONValue.Member], gap: ScheduleGap,
    fullSeries: Bool = false
  ) {
    self.problem = problem
    self.name = name
    self.options = options
    self.gap = gap
    sampled = SampledSteps(horizon: gap.schedule.count, fullSeries: fullSeries)
    parts =
      gap.regret.map { regret in
        zip(regret.parts(5), regret.scalings).map { Self.part($0, $1, gap) }
      } ?? []
  }

  private static func part(
    _ segments: ArraySlice<RegretProfile.Segment>, _ scaling: RegretProfile.Scaling, _ gap: ScheduleGap
  ) -> Part {
    let regret = segments.reduce(0) { $0 + $1.regret }
    let share = gap.excess > 0 ? regret / gap.excess : 0
    let steps = (segments.first?.steps.lowerBound ?? 0)..<scaling.steps.upperBound
    // No factor changes a rate of 0.
    let isZero = steps.allSatisfy { gap.schedule.learningRates[$0] == 0 }
    let verdict: Verdict =
      share < 0.01
      ? .aboutRight
      : isZero
        ? .tooSmall
        : scaling.gain < scaling.regret / 3 ? .mixed : scaling.factor < 1 ? .tooLarge : .tooSmall
    return Part(steps: steps, regret: regret, share: share, verdict: verdict)
  }

  /// Writes `schedule-gap.csv`, `optimal-schedule.csv`, the plot scripts, and last `schedule-gap.json`. Scripts
  /// and pictures of an earlier run are removed; ``PlotRenderer`` draws the new ones.
  public func write(to directory: OutputDirectory, plots: [PlotScript] = []) throws(FileError) {
    let best = gap.optimum.schedule
    try directory.write(
      plots, outOf: [Self.plotName],
      before: [
        ("schedule-gap.csv", writeCSV),
        // Every step, whatever the other files list: it is an input again.
        ("optimal-schedule.csv", { ScheduleFile.write(best, to: &$0) }),
      ],
      after: [("schedule-gap.json", writeJSON)])
  }

  /// `schedule-gap.csv`: both schedules with their losses, and what was still attainable, at every listed step.
  public func writeCSV(to sink: inout TextSink) {
    sink.append("step")
    for schedule in ["given", "optimal"] {
      for column in ["learningRate", "momentum", "loss"] { sink.append(",\(schedule).\(column)") }
    }
    sink.append(",best.learningRate,best.momentum,attainable,regret\n")
    func cell(_ number: Double?) -> String { number.map { $0.isFinite ? $0.jsonText : "" } ?? "" }
    let horizon = gap.schedule.count
    let segments = gap.regret?.segments ?? []
    var segment = 0
    for t in sampled.lossSteps {
      let isStep = t < horizon
      var cells: [Double?] = []
      for (schedule, losses) in [
        (gap.schedule, gap.losses), (gap.optimum.schedule, gap.optimum.losses),
      ] {
        let step = isStep ? schedule[t] : nil
        cells += [step?.learningRate, step?.momentum, losses.values[t]]
      }
      let best = isStep ? gap.regret?.bestResponse[t] : nil
      cells += [best?.learningRate, best?.momentum]
      // A segment's numbers stand at its first step, or the first one listed after it; where several
      // segments share a line, their regrets are added up. The last attainable loss stands after the run.
      let first = segment
      var regret: Double?
      while segment < segments.count, segments[segment].steps.lowerBound <= t {
        regret = regret.map { $0 + segments[segment].regret } ?? segments[segment].regret
        segment += 1
      }
      let shown = isStep ? first : segments.count
      cells += [regret != nil || !isStep ? gap.regret?.attainable[shown] : nil, regret]
      sink.append("\(t),\(cells.map(cell).joined(separator: ","))\n")
    }
  }

  /// `schedule-gap.json`.
  public func writeJSON(to sink: inout TextSink) {
    let optimum = gap.optimum
    sink.append("{")
    sink.append(members: [
      .init("format", .string("noisy-quadratic/schedule-gap")),
      .init("version", .number(1)),
      .init("problem", problem.summary(informationBound: optimum.informationBound)),
      .init("options", .object(options)),
      .init("horizon", .number(Double(gap.schedule.count))),
      .init("stepIndexBase", .number(0)),
      .init("momentumConvention", .string("velocity")),
      .init("learningRateLimit", .optional(optimum.learningRateLimit)),
      .init("momentumLimit", .number(optimum.momentumLimit)),
      .init("stepsBeyondLimits", .number(Double(gap.stepsBeyondLimits))),
      .init("excess", .optional(gap.excess)),
      .init("ratio", .optional(gap.ratio)),
      .init("parts", .array(parts.map(\.json))),
      .init("bands", .array(zip(gap.spectrum.bands, gap.optimalSpectrum.bands).map(Self.band))),
    ])
    // Absent means every step, as in files of short runs.
    if sampled.isThinned { sink.append(sampled) }
    sink.append("\"regret\": ")
    if let regret = gap.regret { append(regret, to: &sink) } else { sink.append("null") }
    sink.append(",\n \"schedules\": [\n  ")
    sink.append("given", gap.schedule, gap.losses, at: sampled)
    sink.append("},\n  ")
    sink.append("optimal", optimum.schedule, optimum.losses, at: sampled)
    sink.append(",\n   \"termination\": \"\(optimum.termination.rawValue)\"")
    sink.append(", \"statistics\": \(optimum.statistics.json.text)}\n ]}\n")
  }

  private func append(_ regret: RegretProfile, to sink: inout TextSink) {
    func column(_ key: String, _ numbers: some Sequence<Double>) {
      sink.append(",\n   ")
      sink.append(key, numbers: numbers)
    }
    sink.append("{\"unconvergedSearches\": \(regret.unconvergedSearches)")
    column("firstStep", regret.segments.lazy.map { Double($0.steps.lowerBound) })
    column("regret", regret.segments.lazy.map(\.regret))
    column("slope", regret.segments.lazy.map(\.slope))
    column("attainable", regret.attainable)
    column("bestLearningRate", sampled.steps.lazy.map { regret.bestResponse.learningRates[$0] })
    column("bestMomentum", sampled.steps.lazy.map { regret.bestResponse.momenta[$0] })
    sink.append("}")
  }

  private static func band(_ given: SpectralLoss.Band, _ optimal: SpectralLoss.Band) -> JSONValue {
    .object([
      .init("lowestCurvature", .number(given.curvatures.lowerBound)),
      .init("highestCurvature", .number(given.curvatures.upperBound)),
      .init("directions", .number(given.multiplicity)),
      .init("givenSignal", .optional(given.signal)),
      .init("givenNoise", .optional(given.noise)),
      .init("optimalSignal", .optional(optimal.signal)),
      .init("optimalNoise", .optional(optimal.noise)),
    ])
  }
}

extension ScheduleGapReport.Part {
  fileprivate var json: JSONValue {
    .object([
      .init("firstStep", .number(Double(steps.lowerBound))),
      .init("steps", .number(Double(steps.count))),
      .init("regret", .number(regret)),
      .init("share", .number(share)),
      .init("verdict", .string(verdict.rawValue)),
    ])
  }
}
