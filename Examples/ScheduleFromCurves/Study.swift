import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport
import TrainingCurves
import TrainingCurvesFiles

/// The computations: the fit, its bands, the predictions and the schedules.
struct Study {
  let plan: Plan
  let arguments: Arguments

  /// The lengths of decays that are compared, as shares of the free steps.
  private static let shares = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1]

  func report() throws(Failure) -> CurveFitReport {
    let fit = try fit()
    let bands = try bands(fit)
    let (fitted, tests) = phase("predicting curves") { _ in
      func compare(_ sources: [Plan.Source]) -> [CurveComparison] {
        sources.map { CurveComparison(file: $0.file, $0.curve, fit, bands) }
      }
      return (compare(plan.fitted), compare(plan.tests))
    }
    return try solving("looking for the best schedules") { progress throws(NoisyQuadraticError) in
      let planner = CurvePlanner(model: fit.model, plan: plan.limits)
      let families = ClassicFamily.allCases
      let steps = plan.limits.freeSteps
      let shares = arguments.noDecays ? [] : Self.shares
      let lengths = Set(shares.map { max(1, Int(($0 * Double(steps)).rounded())) }).sorted()
      let tasks = Double(families.count + lengths.count + 1)
      var members: [PlannedSchedule] = []
      for family in families {
        members.append(try planner.bestMember(of: family))
        progress.report(Double(members.count) / tasks)
      }
      let optimum = try planner.optimum(besides: members)
      let best = try members.map { member throws(NoisyQuadraticError) in try forecast(member, bands) }
      progress.report(Double(families.count + 1) / tasks)
      var decays: [DecayOutcome] = []
      for length in lengths {
        decays += try planner.decays([length])
        progress.report(Double(families.count + 1 + decays.count) / tasks)
      }
      return CurveFitReport(
        fit: fit, bands: bands, fitted: fitted, tests: tests, plan: plan.limits,
        optimum: try forecast(optimum.schedule, bands), leastLoss: optimum.leastLoss, families: best,
        decays: decays, trueOptimum: try plan.truth?.optimalLoss(plan.limits), options: plan.options,
        fullSeries: arguments.fullSeries)
    }
  }

  private func forecast(
    _ schedule: PlannedSchedule, _ bands: CurveBands?
  ) throws(NoisyQuadraticError) -> ScheduleForecast {
    ScheduleForecast(
      schedule, bands, trueFinalLoss: try plan.truth?.finalLoss(of: schedule.learningRates))
  }

  private func fit() throws(Failure) -> CurveFit {
    var options = CurveFitter.Options()
    options.optimizer = arguments.optimizer
    return try ofFiles("fitting") { progress throws(NoisyQuadraticError) in
      try CurveFitter(options: options).fit(plan.fitted.map(\.curve), progress: progress.report)
    }
  }

  private func bands(_ fit: CurveFit) throws(Failure) -> CurveBands? {
    guard arguments.replicates > 0 else { return nil }
    var options = CurveBands.Options()
    options.level = arguments.level
    options.replicates = arguments.replicates
    options.seed = arguments.seed
    return try ofFiles("computing bands") { progress throws(NoisyQuadraticError) in
      try CurveBands(fit, options: options, progress: progress.report)
    }
  }

  /// Does work on the curves. An error is one of the files' data.
  private func ofFiles<T>(
    _ activity: String, _ body: (Progress) throws(NoisyQuadraticError) -> T
  ) throws(Failure) -> T {
    let names = plan.fitted.map(\.file).joined(separator: ", ")
    let progress = Progress(activity, isSilent: arguments.quiet)
    defer { progress.end() }
    do throws(NoisyQuadraticError) {
      return try body(progress)
    } catch {
      let failure = Failure(error, in: names)
      throw failure.status == .usage ? Failure(status: .badData, message: failure.message) : failure
    }
  }

  private func solving<T>(
    _ activity: String, _ body: (Progress) throws(NoisyQuadraticError) -> T
  ) throws(Failure) -> T {
    let progress = Progress(activity, isSilent: arguments.quiet)
    defer { progress.end() }
    return try Program.solving { () throws(NoisyQuadraticError) in try body(progress) }
  }

  private func phase<T>(_ activity: String, _ body: (Progress) -> T) -> T {
    let progress = Progress(activity, isSilent: arguments.quiet)
    defer { progress.end() }
    return body(progress)
  }
}
