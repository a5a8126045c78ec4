import ArgumentParser
import Foundation
import NoisyQuadratic

/// The command that follows how the gap of a certificate closes with time.
struct BoundsArguments: ParsableArguments {
  @Option(help: "Seconds for each proof.") var seconds = 60.0
  @Option(help: "Draw gap against seconds to this SVG file.") var plot: String?

  mutating func validate() throws {
    guard seconds > 0, seconds.isFinite else {
      throw ValidationError("--seconds is \(seconds), expected a number > 0")
    }
  }
}

/// Proves a lower bound on four problems and prints the gap that is open after some seconds.
enum BoundsCommand {
  static let name = "bounds"

  /// The gap of one proof over time.
  struct Trace {
    let name: String
    let method: String
    let points: [(seconds: Double, gap: Double)]

    /// The gap after some seconds; 1 before the first bound.
    func gap(after seconds: Double) -> Double { points.last { $0.seconds <= seconds }?.gap ?? 1 }
  }

  private static let cases: [(name: String, problem: Problem, limits: HyperparameterLimits)] = [
    ("wu2018", .wu2018, HyperparameterLimits(learningRate: .firstStepGrowth)),
    ("power-law", .powerLaw(dimension: 1000), HyperparameterLimits()),
    ("wu2018-momentum", .wu2018, HyperparameterLimits(learningRate: .firstStepGrowth, momentum: 0.9999)),
    ("power-law-momentum", .powerLaw(dimension: 1000), HyperparameterLimits(momentum: 0.9999)),
  ]

  static func run(_ arguments: BoundsArguments) throws {
    var traces: [Trace] = []
    for (name, problem, limits) in cases {
      traces.append(try trace(name, problem.model(), limits, arguments.seconds))
    }
    let times = [1, 10, 60].map(Double.init).filter { $0 <= arguments.seconds }
    print("Gap between the bounds after some seconds of proof, 250 steps\n")
    let heads = ["problem"] + times.map { "\($0.fixed(0)) s" } + ["at the end", "after, s", "method"]
    print("| " + heads.joined(separator: " | ") + " |")
    print("|" + heads.map { _ in "---|" }.joined())
    for trace in traces {
      let cells =
        [trace.name] + times.map { percent(trace.gap(after: $0)) }
        + [percent(trace.gap(after: .infinity)), (trace.points.last?.seconds ?? 0).fixed(1), trace.method]
      print("| " + cells.joined(separator: " | ") + " |")
    }
    if let path = arguments.plot {
      for file in try Picture.write(path, script: { script(traces, $0) }) { print("wrote \(file)") }
    }
  }

  private static func percent(_ gap: Double) -> String { (100 * gap).significant(3) + "%" }

  private static func trace(
    _ name: String, _ model: NoisyQuadraticModel, _ limits: HyperparameterLimits, _ seconds: Double
  ) throws -> Trace {
    let horizon = 250
    let known = try FullHorizonSolver(limits: limits).solve(model, horizon: horizon)
    var solver = CertifiedSolver(limits: limits, gap: 0)
    // Time ends the proof, not work.
    solver.options.maximumWork = .infinity
    solver.options.findsPolicy = false
    var points: [(seconds: Double, gap: Double)] = []
    let start = ContinuousClock.now
    func note(_ lower: Double, _ upper: Double) {
      let gap = (upper - lower) / upper
      if lower > 0, gap < points.last?.gap ?? 1 { points.append((max(start.secondsSince, 1e-3), gap)) }
    }
    let certificate = try solver.certify(model, horizon: horizon, known: known) { progress in
      note(progress.lowerBound, progress.upperBound)
      return start.secondsSince < seconds
    }
    note(certificate.lowerBound, certificate.upperBound)
    return Trace(name: name, method: certificate.method.rawValue, points: points)
  }

  private static func script(_ traces: [Trace], _ picture: String) -> String {
    let blocks = traces.enumerated().map { i, trace in
      "$proof\(i) << EOD\n" + trace.points.map { "\($0.seconds) \($0.gap)" }.joined(separator: "\n")
        + "\nEOD\n"
    }
    let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"]
    let curves = traces.enumerated().map { i, trace in
      "$proof\(i) using 1:2 title \"\(trace.name)\" with steps linewidth 2 linecolor rgb \"\(colors[i])\""
    }
    return """
      # Gap between the bounds against the seconds of the proof
      set encoding utf8
      \(blocks.joined())
      set terminal svg size 720,440 dynamic enhanced font "Helvetica,14" background "white"
      set output "\(picture)"
      set logscale xy
      set grid linecolor rgb "#d0d0d0"
      set format "10^{%L}"
      set key outside bottom center horizontal height 1 Left reverse spacing 1.2 noenhanced
      set xlabel "seconds of proof"
      set ylabel "gap, (upper - lower)/upper"
      plot \(curves.joined(separator: ", \\\n  "))

      """
  }
}
