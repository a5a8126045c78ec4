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
    /// The regret of all these steps together, in the problem's unit.
    public let regret: Double
    /// Their share of the excess; 0 if there is no excess.
    public let share: Double
    /// The judgement on their rates.
    public let verdict: Verdict
  }

  /// The problem.
  public let problem: NamedProblem
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
    problem: NamedProblem, name: String, options: [JSONValue.Member], gap: ScheduleGap,
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
  ///
  /// - Throws: ``FileError`` if a file cannot be written. Then nothing is changed.
  public func write(to directory: OutputDirectory, plots: [PlotScript] = []) throws(FileError) {
    let best = gap.optimum.schedule
    try directory.write(
      plots, outOf: [Self.plotName],
      before: [
        ("schedule-gap.csv", writeCSV),
        // This file lists every step whatever the other files list, because it can serve as input again.
        ("optimal-schedule.csv", { ScheduleFile.write(best, to: $0) }),
      ],
      after: [("schedule-gap.json", writeJSON)])
  }

  /// Writes `schedule-gap.csv`: both schedules with their losses, the loss still attainable, and the batch sizes if
  /// the schedule has its own, at every listed step.
  public func writeCSV(to sink: TextSink) {
    let columns = ["given", "optimal"].flatMap { name in
      ["learningRate", "momentum", "loss"].map { "\(name).\($0)" }
    }
    let csv = CSVWriter(
      to: sink,
      header: ["step"] + columns + ["best.learningRate", "best.momentum", "attainable", "regret"]
        + (gap.schedule.batchSizes == nil ? [] : ["batchSize"]))
    let horizon = gap.schedule.count
    let segments = gap.regret?.segments ?? []
    var segment = 0
    for t in sampled.lossSteps {
      let isStep = t < horizon
      let best = isStep ? gap.regret?.bestResponse[t] : nil
      // The numbers of a segment are in the line of its first step, or of the first listed step after it. If
      // several segments share a line, their regrets are added. The last attainable loss follows the run.
      let first = segment
      var regret: Double?
      while segment < segments.count, segments[segment].steps.lowerBound <= t {
        regret = regret.map { $0 + segments[segment].regret } ?? segments[segment].regret
        segment += 1
      }
      let shown = isStep ? first : segments.count
      csv.addRow { line in
        line.add(t)
        line.add(gap.schedule, gap.losses, at: t)
        line.add(gap.optimum.schedule, gap.optimum.losses, at: t)
        line.add(best?.learningRate)
        line.add(best?.momentum)
        line.add(regret != nil || !isStep ? gap.regret?.attainable[shown] : nil)
        line.add(regret)
        if let sizes = gap.schedule.batchSizes { line.add(isStep ? sizes[t] : nil) }
      }
    }
  }

  /// Writes `schedule-gap.json`.
  public func writeJSON(to sink: TextSink) {
    let optimum = gap.optimum
    JSONObjectWriter.write(to: sink, onLines: true) { json in
      json.add("format", "noisy-quadratic/schedule-gap")
      json.add("version", 1)
      json.add(problem, informationBound: optimum.informationBound)
      json.add("options", options)
      json.add("horizon", gap.schedule.count)
      json.add("stepIndexBase", 0)
      json.add("momentumConvention", gap.schedule.convention.rawValue)
      json.add("learningRateLimit", optimum.learningRateLimit)
      json.add("momentumLimit", optimum.momentumLimit)
      json.add("stepsBeyondLimits", gap.stepsBeyondLimits)
      json.add("excess", gap.excess)
      json.add("ratio", gap.ratio)
      json.addArray("parts") { json in
        for part in parts { json.addObject { Self.fill(&$0, part) } }
      }
      json.addArray("bands") { json in
        for (given, optimal) in zip(gap.spectrum.bands, gap.optimalSpectrum.bands) {
          json.addObject { Self.fill(&$0, given, optimal) }
        }
      }
      // If the key is absent, every step is listed, as in the files of short runs.
      if sampled.isThinned { json.add(sampled) }
      if let regret = gap.regret {
        json.addObject("regret") { fill(&$0, regret) }
      } else {
        json.add("regret", .null)
      }
      json.addArray("schedules", onLines: true) { json in
        json.addObject { $0.add("given", gap.schedule, gap.losses, at: sampled) }
        json.addObject { json in
          json.add("optimal", optimum.schedule, optimum.losses, at: sampled, optimum.termination)
          json.add(optimum.statistics)
        }
      }
    }
  }

  private func fill(_ json: inout JSONObjectWriter, _ regret: RegretProfile) {
    json.add("unconvergedSearches", regret.unconvergedSearches)
    json.addSeries("firstStep", regret.segments.lazy.map { Double($0.steps.lowerBound) })
    json.addSeries("regret", regret.segments.lazy.map(\.regret))
    json.addSeries("slope", regret.segments.lazy.map(\.slope))
    json.addSeries("attainable", regret.attainable)
    json.addSeries("bestLearningRate", sampled.steps.lazy.map { regret.bestResponse.learningRates[$0] })
    json.addSeries("bestMomentum", sampled.steps.lazy.map { regret.bestResponse.momenta[$0] })
  }

  private static func fill(_ json: inout JSONObjectWriter, _ part: Part) {
    json.add("firstStep", part.steps.lowerBound)
    json.add("steps", part.steps.count)
    json.add("regret", part.regret)
    json.add("share", part.share)
    json.add("verdict", part.verdict.rawValue)
  }

  private static func fill(
    _ json: inout JSONObjectWriter, _ given: SpectralLoss.Band, _ optimal: SpectralLoss.Band
  ) {
    json.add("lowestCurvature", given.curvatures.lowerBound)
    json.add("highestCurvature", given.curvatures.upperBound)
    json.add("directions", given.multiplicity)
    json.add("givenSignal", given.signal)
    json.add("givenNoise", given.noise)
    json.add("optimalSignal", optimal.signal)
    json.add("optimalNoise", optimal.noise)
  }
}
