import NoisyQuadratic

/// The distance of a schedule from the best one, ready to be written.
///
/// The formats are described in Docs/ScheduleFormat.md.
public struct ScheduleGapReport: Sendable {
  /// A judgement on the learning rates of a part of the run (G6).
  public enum Verdict: String, Sendable {
    /// The rates are too large. A common factor below 1 would regain a third or more of the regret of these
    /// steps. The factor applies to the rates of the part or to all rates up to its end; the momenta do not
    /// change.
    case tooLarge = "too-large"
    /// The rates are too small. A common factor above 1 would regain as much, or all rates of the part are 0.
    case tooSmall = "too-small"
    /// No common factor would regain as much. The rates are wrong relative to each other, or the momenta are
    /// wrong.
    case mixed
    /// The part contributes less than a hundredth of the excess.
    case aboutRight = "about-right"
  }

  /// A fifth of the run.
  public struct Part: Sendable, Equatable {
    /// The steps of the part.
    public let steps: Range<Int>
    /// The regret of all these steps together.
    public let regret: Double
    /// Their share of the excess.
    public let share: Double
    /// The judgement on their rates.
    public let verdict: Verdict
  }

  /// The problem.
  public let problem: ProblemFile
  /// The name of the schedule: its file name, or its family with parameters.
  public let name: String
  /// The options needed to repeat the comparison, under the keys of the JSON file.
  public let options: [JSONValue.Member]
  /// The schedule compared with the best one.
  public let gap: ScheduleGap
  /// The fifths of the run, or single steps if there are fewer. The list is empty if the schedule's loss
  /// overflows.
  public let parts: [Part]
  /// The steps that `schedule-gap.json` and `schedule-gap.csv` list.
  public let sampled: SampledSteps

  /// Creates a report.
  ///
  /// With `fullSeries` the files list every step, otherwise at most ``SampledSteps/maximum``.
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
    // A factor does not change a rate of 0.
    let isZero = steps.allSatisfy { gap.schedule.learningRates[$0] == 0 }
    let verdict: Verdict =
      share < 0.01
      ? .aboutRight
      : isZero
        ? .tooSmall
        : scaling.gain < scaling.regret / 3 ? .mixed : scaling.factor < 1 ? .tooLarge : .tooSmall
    return Part(steps: steps, regret: regret, share: share, verdict: verdict)
  }

  /// Writes `schedule-gap.csv`, `optimal-schedule.csv`, the plot scripts, and finally `schedule-gap.json`.
  /// Scripts and pictures of an earlier run are removed. ``PlotRenderer`` draws the new pictures.
  public func write(to directory: OutputDirectory, plots: [PlotScript] = []) throws(FileError) {
    let best = gap.optimum.schedule
    try directory.write(
      plots, outOf: [Self.plotName],
      before: [
        ("schedule-gap.csv", writeCSV),
        // This file lists every step whatever the other files list, because it can serve as input again.
        ("optimal-schedule.csv", { ScheduleFile.write(best, to: &$0) }),
      ],
      after: [("schedule-gap.json", writeJSON)])
  }

  /// Writes `schedule-gap.csv`: both schedules with their losses, and the loss still attainable, at every
  /// listed step.
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
      // The numbers of a segment are in the line of its first step, or of the first listed step after it. If
      // several segments share a line, their regrets are added. The last attainable loss follows the run.
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

  /// Writes `schedule-gap.json`.
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
    // If the key is absent, every step is listed, as in the files of short runs.
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
