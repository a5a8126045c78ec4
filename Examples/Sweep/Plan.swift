import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport
import WorkUnits

/// What follows from several arguments together: the points of the grid.
struct Plan {
  private let problems: [NamedProblem]
  private let labels: [String]
  private let points: [SweepPoint]
  /// The limit on the learning rate of every point.
  private let rateLimits: [LearningRateLimit]
  private let lookaheads: [Int]
  private let gap: Double?
  private let search: FullHorizonOptions
  /// The options that all units depend on.
  private let common: [JSONValue.Member]
  /// Everything needed to compute the report again, for the JSON file.
  private let options: [JSONValue.Member]

  init(_ arguments: Arguments) throws(Failure) {
    try arguments.units.check()
    let files = arguments.problems ?? []
    let presets = arguments.presets ?? (files.isEmpty ? [Arguments.preset] : [])
    try Self.checkCount(arguments, problems: presets.count + files.count)
    var problems: [NamedProblem] = []
    for preset in presets {
      problems.append(
        try Program.solving { () throws(NoisyQuadraticError) in try NamedProblem(preset) })
    }
    for file in files {
      problems.append(
        try Program.files { () throws(FileError) in try NamedProblem(contentsOf: file) })
    }
    let sources = presets.map(\.rawValue) + files
    let identifiers = problems.map(\.identifier)
    var places: [String: Int] = [:]
    for (i, identifier) in identifiers.enumerated() {
      if let other = places.updateValue(i, forKey: identifier) {
        throw .usage(
          "--problems has \(sources[i].cutForMessage), which is the same problem as "
            + "\(sources[other].cutForMessage), expected different ones")
      }
    }
    let names = problems.map(\.name)
    labels = Set(names).count == names.count ? names : sources
    var points: [SweepPoint] = []
    var rateLimits: [LearningRateLimit] = []
    for (i, problem) in problems.enumerated() {
      let standard = RateLimit.standard(for: i < presets.count ? presets[i] : nil)
      for batchSize in arguments.batchSizes ?? [problem.model.batchSize] {
        for rateLimit in arguments.learningRateLimits ?? [standard] {
          for momentumLimit in arguments.momentumLimits {
            for horizon in arguments.horizons {
              points.append(
                SweepPoint(
                  problem: i, batchSize: batchSize, rateLimit: rateLimit.text, momentumLimit: momentumLimit,
                  horizon: horizon))
              rateLimits.append(rateLimit.limit)
            }
          }
        }
      }
    }
    self.problems = problems
    self.points = points
    self.rateLimits = rateLimits
    lookaheads = arguments.lookaheads
    gap = arguments.certify
    var search = FullHorizonOptions()
    search.starts = arguments.starts
    search.effort = arguments.effort
    search.seed = arguments.seed
    self.search = search
    common =
      [
        .init("lookaheads", arguments.lookaheads.json), .init("certify", arguments.certify.json),
        .init("starts", arguments.starts.json), .init("effort", arguments.effort.json),
        .init("seed", arguments.seed.json),
      ] + Arguments.identity
    options =
      arguments.reported(["presets": presets.isEmpty ? .null : presets.json]) + Arguments.identity
    try checkMemory(arguments.units)
  }

  /// Refuses a grid with too many points, before anything is read.
  private static func checkCount(_ arguments: Arguments, problems: Int) throws(Failure) {
    let counts = [
      problems, arguments.batchSizes?.count ?? 1, arguments.learningRateLimits?.count ?? 1,
      arguments.momentumLimits.count, arguments.horizons.count,
    ]
    // The product of the numbers may exceed the largest integer.
    let count = counts.reduce(1.0) { $0 * Double($1) }
    guard count <= Double(UnitOptions.most) else {
      throw .usage(
        "the grid of problems, batch sizes, limits and horizons has \(count.jsonText) points, expected at most "
          + "\(UnitOptions.most)")
    }
  }

  /// Refuses a horizon that does not fit into memory, before hours of work. To list or to merge needs no memory.
  private func checkMemory(_ units: UnitOptions) throws(Failure) {
    guard !units.listUnits, units.merge.isEmpty else { return }
    let selected = try units.selected(of: points.count) ?? Array(points.indices)
    guard let longest = selected.max(by: { points[$0].horizon < points[$1].horizon }) else { return }
    _ = try Program.solving { () throws(NoisyQuadraticError) in try study(longest) }
  }

  private func study(_ unit: Int) throws(NoisyQuadraticError) -> HorizonBiasStudy {
    try HorizonBiasStudy(
      horizon: points[unit].horizon, lookaheads: lookaheads,
      limits: HyperparameterLimits(
        learningRate: rateLimits[unit], momentum: points[unit].momentumLimit),
      options: search, gap: gap)
  }

  /// The units, one for every point, and how each is done.
  var units: UnitPlan<SweepWork> {
    let identifiers = problems.map(\.identifier)
    let units = points.map { point in
      WorkUnit(
        point.name(of: identifiers[point.problem]), seed: search.seed, effort: effort(point))
    }
    return UnitPlan(units) { unit in
      let point = points[unit]
      return [
        .init("problem", problems[point.problem].definition), .init("batchSize", point.batchSize.json),
        .init("learningRateLimit", point.rateLimit.json), .init("momentumLimit", point.momentumLimit.json),
        .init("horizon", point.horizon.json),
      ] + common
    } begin: { unit, _ throws(NoisyQuadraticError) in
      SweepWork(horizon: points[unit].horizon, lookaheads: lookaheads)
    } advance: { unit, _, work throws(NoisyQuadraticError) in
      let point = points[unit]
      try work.advance(
        { () throws(NoisyQuadraticError) in
          try problems[point.problem].model.with(batchSize: point.batchSize)
        }, { () throws(NoisyQuadraticError) in try study(unit) })
    }
  }

  /// The approximate number of passes over directions and steps, ten times as many with momentum.
  private func effort(_ point: SweepPoint) -> Double {
    let ahead = lookaheads.filter { $0 <= point.horizon }.reduce(0.0) { $0 + 4 * Double($1) }
    return Double(problems[point.problem].model.dimension) * Double(point.horizon) * (100 + ahead)
      * (point.momentumLimit > 0 ? 10 : 1)
  }

  /// The report on finished units.
  func report(_ works: [SweepWork]) throws(Failure) -> SweepReport {
    try Program.solving { () throws(NoisyQuadraticError) in
      try SweepReport(
        problems: problems, labels: labels, lookaheads: lookaheads, options: options, points: points,
        outcomes: works.compactMap(\.outcome))
    }
  }
}
