import Foundation
import NoisyQuadratic
import TestSupport
import Testing
import TrainingCurves

@testable import NoisyQuadraticFiles
@testable import TrainingCurvesFiles

/// The report of a small fit: its numbers in the files, its warnings and its plots.
@Suite struct CurveFitReportTests {
  private static let small = Result { try Self.make() }

  /// A fit of two curves, and what follows from it.
  private static func make() throws -> CurveFitReport {
    let scratch = try Scratch()
    func curve(_ rates: [Double], _ name: String) throws -> TrainingCurve {
      try TrainingCurveFile(contentsOf: scratch.write(SampleCurve.text(rates), to: name + ".csv")).curve
    }
    let curves = [try curve(SampleCurve.cosine(40), "cosine"), try curve(SampleCurve.drop(40), "drop")]
    let constant = try curve(Array(repeating: 0.1, count: 60), "constant")
    var options = CurveFitter.Options()
    (options.optimizer, options.noiseExponent, options.driftExponent) = (.adaptive, 1, 0)
    let fit = try CurveFitter(options: options).fit(curves)
    var bandOptions = CurveBands.Options()
    bandOptions.replicates = 2
    let bands = try CurveBands(fit, options: bandOptions)
    let plan = try SchedulePlan(horizon: 200, warmupSteps: 3, peakRate: 0.2, floor: 0)
    let planner = CurvePlanner(model: fit.model, plan: plan)
    let optimum = try planner.optimum()
    return CurveFitReport(
      fit: fit, bands: bands, fitted: curves.map { CurveComparison(file: "\($0.name).csv", $0, fit, bands) },
      tests: [CurveComparison(file: "constant.csv", constant, fit, bands)], plan: plan,
      optimum: ScheduleForecast(optimum.schedule, bands), leastLoss: optimum.leastLoss,
      families: try [.constant].map { ScheduleForecast(try planner.bestMember(of: $0), bands) },
      decays: try planner.decays([20]), options: [.init("a", .number(1))])
  }

  @Test("The JSON file has the numbers of the fit, and the optimum first")
  func json() throws {
    let report = try Self.small.get()
    let directory = try Scratch()
    try report.write(to: OutputDirectory(directory.path + "/out"), plots: report.plots())
    #expect(
      try directory.names(in: "out")
        == [
          "curve-fit.csv", "curve-fit.gp", "curve-fit.json", "curve-prediction.gp", "decay-length.gp",
          "optimal-schedule.csv", "schedules.csv", "schedules.gp",
        ])
    let json = try JSONReader.read(Array(try directory.read("out/curve-fit.json").utf8))
    #expect(json["format"] == .string("noisy-quadratic/curve-fit") && json["version"] == .number(1))
    #expect(json["horizon"] == .number(200) && json["givenSteps"] == .number(3))
    #expect(json["options"]?["a"] == .number(1))
    let fit = try #require(json["fit"])
    #expect(fit["form"]?["kind"] == .string("adaptive"))
    #expect(fit["effectiveParameters"] == .number(report.fit.effectiveParameters))
    #expect(fit["model"]?["asymptote"] == .number(report.fit.model.asymptote))
    #expect(fit["bands"]?["scale"] == .number(try #require(report.bands).scale))
    #expect(fit["curves"]?.elements?.map { $0["name"] } == [.string("cosine"), .string("drop")])
    let test = try #require(json["tests"]?.elements?.first)
    let (curve, metrics) = (report.tests[0].curve, report.tests[0].metrics)
    #expect(test["file"] == .string("constant.csv"))
    for (key, value) in [
      ("r2", metrics.r2), ("mae", metrics.mae), ("rmse", metrics.rmse),
      ("meanRelativeError", metrics.meanRelativeError), ("worstRelativeError", metrics.worstRelativeError),
    ] { #expect(test[key] == .number(value), "\(key)") }
    #expect(test["losses"] == .number(Double(curve.steps.count)))
    let schedules = try #require(json["schedules"]?.elements)
    #expect(schedules.first?["name"] == .string("optimal"))
    let losses = schedules.compactMap { $0["predictedFinalLoss"]?.number }
    #expect(losses.count == 2 && losses == losses.sorted())
    #expect(schedules.allSatisfy { $0["learningRate"]?.numbers?.count == 200 })
    for schedule in schedules {
      let (low, high) = try (#require(schedule["lower"]?.number), #require(schedule["upper"]?.number))
      let loss = try #require(schedule["predictedFinalLoss"]?.number)
      #expect(low < loss && loss < high)
    }
    #expect(schedules[1]["parameters"]?["peakValue"]?.number != nil)
    #expect(json["decays"]?.elements?.map { $0["decaySteps"] } == [.number(20)])
  }

  @Test("The tables have a row for every loss and step, with the numbers of the report")
  func tables() throws {
    let report = try Self.small.get()
    let directory = try Scratch()
    try report.write(to: OutputDirectory(directory.path + "/out"))
    func rows(_ name: String) throws -> [[Substring]] {
      try directory.read("out/" + name).split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false)
      }
    }
    let curves = try rows("curve-fit.csv")
    #expect(curves[0] == ["curve", "use", "step", "learningRate", "loss", "prediction", "lower", "upper"])
    #expect(curves.count == 1 + 10 + 10 + 15)
    #expect(curves[21][0...2] == ["constant", "test", "4"])
    // The error of the test from its rows alone.
    let errors: [Double] = try curves[21...].map { row in
      let loss = try #require(Double(row[4]))
      let prediction = try #require(Double(row[5]))
      return abs(loss - prediction) / loss
    }
    let largest = try #require(errors.max())
    #expect(abs(largest - report.tests[0].metrics.worstRelativeError) < 1e-12)
    let schedules = try rows("schedules.csv")
    #expect(
      schedules.count == 202 && schedules[0].prefix(3) == ["step", "optimal.learningRate", "optimal.loss"])
    #expect(schedules[201][2] == Substring(report.optimum.schedule.predictedFinalLoss.jsonText))
    let read = try ScheduleFile(contentsOf: directory.path + "/out/optimal-schedule.csv")
    #expect(read.schedule.learningRates == report.optimum.schedule.learningRates)
  }

  @Test("Warnings tell of too few curves and of every kind of extrapolation")
  func warnings() throws {
    let warnings = try Self.small.get().warnings
    #expect(warnings.contains { $0.contains("two curves cannot test") })
    #expect(
      warnings.contains { $0.contains("horizon of 200 steps is 5.0 times the longest fitted run of 40") })
    #expect(
      warnings.contains {
        $0.contains("largest rate of the schedules, 0.2000, is above the largest fitted rate 0.1000")
      })
    #expect(
      warnings.contains { $0.contains("steps below it are extrapolation") && $0.contains("of optimal") })
  }

  @Test("The shortest decay that is close to the best one")
  func decays() throws {
    let report = try Self.small.get()
    #expect(report.shortestDecay(within: 1e9)?.decaySteps == 20)
    #expect(report.shortestDecay(within: -1) == nil)
  }

  @Test("Gnuplot draws the plots without a word", .enabled(if: Gnuplot.executable != nil, "no gnuplot"))
  func plots() throws {
    let report = try Self.small.get()
    let scratch = try Scratch()
    for plot in report.plots() {
      #expect(try Gnuplot.draw(plot, in: scratch) == "", "\(plot.name)")
      let drawn = try SVGText(try scratch.read(plot.name + ".svg")).drawn
      #expect(drawn.contains { $0.contains(plot.title.prefix(10)) }, "\(plot.name)")
    }
  }
}
