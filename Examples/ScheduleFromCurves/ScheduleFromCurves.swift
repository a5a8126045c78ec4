import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport
import TrainingCurvesFiles

/// Predicts losses from a few training curves and finds the best schedule.
@main
enum ScheduleFromCurves {
  static func main() { Program.main(run) }

  static func run(_ arguments: Arguments) throws(Failure) {
    let directory = try arguments.directory()
    let exportDirectory = try arguments.export.directory()
    let plan = try Plan(arguments)
    Program.say(plan.notes, of: Arguments.self)
    let report = try Study(plan: plan, arguments: arguments).report()
    for warning in report.warnings { Program.warn(warning) }
    let plots = arguments.noPlots ? [] : report.plots()
    let exports = try Exports(
      to: exportDirectory,
      report.forecasts.enumerated().map { i, forecast in
        (i == 0 ? nil : forecast.schedule.name, report.schedule(forecast), provenance(forecast, plan))
      })
    try Program.finish(report.text, plots, in: directory, exporting: exports, isSilent: arguments.quiet) {
      () throws(FileError) in
      try report.write(to: directory, plots: plots)
    }
  }

  private static func provenance(_ forecast: ScheduleForecast, _ plan: Plan) -> [JSONValue.Member] {
    [
      .init("name", .string(forecast.schedule.name)),
      .init("horizon", .number(Double(plan.limits.horizon))),
      .init("predictedFinalLoss", .optional(forecast.schedule.predictedFinalLoss)),
      .init(
        "parameters",
        .object(forecast.schedule.parameters.map { .init($0.name, .optional($0.value)) })),
      .init("options", .object(plan.options)),
    ]
  }
}
