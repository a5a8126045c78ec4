import Foundation
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport
import TrainingCurves
import TrainingCurvesFiles

/// What follows from several arguments together: the curves, and the limits of the schedules.
struct Plan {
  /// A curve and where it comes from.
  typealias Source = (file: String, curve: TrainingCurve)

  let fitted: [Source]
  let tests: [Source]
  let limits: SchedulePlan
  /// The model behind simulated curves.
  let truth: SimulatedRuns?
  /// What was assumed about the files.
  let notes: [LogNote]
  /// Everything needed to run the program again, for the JSON file.
  let options: [JSONValue.Member]

  /// Reads the files, or simulates curves.
  init(_ arguments: Arguments) throws(Failure) {
    if arguments.continue != nil { try arguments.refuse("--warmup", beside: "--continue") }
    var notes = FileNotes()
    if let paths = arguments.fit {
      let rates = try Self.scheduleFiles(arguments, paths.count, arguments.test?.count ?? 0)
      var sources: [Source] = []
      let all = paths + (arguments.test ?? [])
      let names = Self.names(all)
      for ((path, name), schedule) in zip(zip(all, names), rates) {
        let file = try Program.files { () throws(FileError) in
          try TrainingCurveFile(
            contentsOf: path, schedule: schedule, options: arguments.readerOptions, name: name)
        }
        notes.add(file.notes)
        sources.append((path, file.curve))
      }
      (fitted, tests) = (Array(sources.prefix(paths.count)), Array(sources.dropFirst(paths.count)))
      truth = nil
    } else {
      for option in [
        "--test", "--schedules", "--step-column", "--rate-column", "--loss-column", "--first-step",
        "--between",
        "--continue",
      ] where arguments.given(option) != nil {
        throw .usage("\(option) is given without --fit, expected both")
      }
      let runs = try Program.solving { () throws(NoisyQuadraticError) in
        try SimulatedRuns(seed: arguments.seed)
      }
      func sources(_ curves: [TrainingCurve]) -> [Source] { curves.map { ("simulated \($0.name)", $0) } }
      (fitted, tests, truth) = (sources(runs.fitted), sources(runs.tests), runs)
    }
    let curves = fitted.map(\.curve)
    let peak = arguments.peak ?? curves.map(\.peakRate).max() ?? 0
    let longest = curves.map { $0.steps[$0.steps.count - 1] }.max() ?? 0
    let horizon = arguments.horizon ?? (truth == nil ? longest : SimulatedRuns.horizon)
    let found = curves.map(\.warmupSteps).max() ?? 0
    // A warmup that was not asked for leaves steps to plan.
    let warmup = arguments.warmup ?? max(0, min(found, horizon - 1))
    if let path = arguments.continue {
      let run = try Program.files { () throws(FileError) in
        try LoggedRatesFile(contentsOf: path, options: arguments.readerOptions)
      }
      notes.add(run.notes)
      let done = run.rates.learningRates.count
      guard arguments.horizon != nil || horizon > done else {
        throw .usage(
          "--continue has \(done) steps, and the default horizon is \(horizon), expected --horizon above \(done)"
        )
      }
      limits = try Program.solving { () throws(NoisyQuadraticError) in
        try SchedulePlan(
          horizon: horizon, givenRates: run.rates.learningRates, peakRate: peak, floor: arguments.floor,
          isMonotone: arguments.monotone)
      }
    } else {
      limits = try Program.solving { () throws(NoisyQuadraticError) in
        try SchedulePlan(
          horizon: horizon, warmupSteps: warmup, peakRate: peak, floor: arguments.floor,
          isMonotone: arguments.monotone)
      }
    }
    self.notes = notes.merged
    options =
      arguments.reported([
        "horizon": horizon.json, "peak": peak.json,
        "warmup": arguments.continue == nil ? warmup.json : .null,
      ]) + Arguments.identity
  }

  /// The names of curves: those of their files without extension, or whole paths if some of these are equal.
  private static func names(_ paths: [String]) -> [String] {
    let names = paths.map { URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent }
    return Set(names).count == names.count ? names : paths
  }

  /// The files with the learning rates of all curves; `nil` for curves that have their own.
  private static func scheduleFiles(
    _ arguments: Arguments, _ fitted: Int, _ tests: Int
  ) throws(Failure) -> [String?] {
    guard let schedules = arguments.schedules else { return Array(repeating: nil, count: fitted + tests) }
    guard schedules.count == fitted || schedules.count == fitted + tests else {
      let expected = tests == 0 ? "\(fitted)" : "\(fitted), or \(fitted + tests) with those of --test"
      throw .usage("--schedules has \(schedules.count) files, expected \(expected), as many as --fit")
    }
    return schedules + Array(repeating: nil, count: fitted + tests - schedules.count)
  }
}

extension Arguments {
  /// How files are read.
  fileprivate var readerOptions: TrainingLog.Options {
    var options = TrainingLog.Options()
    options.stepColumn = stepColumn?.text
    options.rateColumn = rateColumn?.text
    options.lossColumn = lossColumn?.text
    options.firstStep = firstStep
    options.between = between
    return options
  }

  /// The directory to write to.
  ///
  /// - Throws: ``Failure`` if no file can be created there, or if a file that is read would be replaced.
  func directory() throws(Failure) -> OutputDirectory {
    let inputs = (fit ?? []) + (test ?? []) + (schedules ?? []) + [`continue`].compactMap { $0 }
    try Self.refuseReplacing(inputs, "--output", output, CurveFitReport.fileNames)
    if let export = export.export {
      try Self.refuseReplacing(inputs, "--export", export, ExportOptions.readableFiles)
    }
    return try Program.output(output)
  }

  private static func refuseReplacing(
    _ inputs: [String], _ option: String, _ directory: String, _ names: [String]
  ) throws(Failure) {
    for input in inputs where Program.wouldReplace(input, in: directory, names) {
      throw .usage(
        "\(option) is \(directory.cutForMessage), where it would replace \(input.cutForMessage), expected another "
          + "directory")
    }
  }
}
