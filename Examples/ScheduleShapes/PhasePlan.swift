import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport
import WorkUnits

/// What follows from several arguments of `phases` together: the points of the diagram.
struct PhasePlan {
  /// The work of a point of the continuous limit, and of a step of an exact optimum without and with momentum, in
  /// a unit of their own. Only their ratios matter: they decide which units are done first.
  private static let (continuousEffort, stepEffort, momentumEffort) = (1e6, 1e4, 5e4)

  private let settings: [PhaseSetting]
  private let studies: [PhaseStudy]
  /// The options that all units depend on.
  private let common: [JSONValue.Member]
  /// Everything needed to compute the report again, for the JSON file.
  private let options: [JSONValue.Member]

  init(_ arguments: Phases) throws(Failure) {
    try arguments.units.check()
    if arguments.learningRateLimit == .none {
      throw .usage("--learning-rate-limit is none, expected a limit: the hard phase is that of the limit")
    }
    if arguments.given("--continuous-horizons") != nil {
      let refusal =
        "--continuous-horizons is \(arguments.continuousHorizons.typed.cutForMessage), expected none "
      guard arguments.noise == .additive else {
        throw .usage(
          refusal
            + "with --noise \(arguments.noise.rawValue), because the continuous limit has additive noise only"
        )
      }
      guard arguments.momentumLimits.contains(0) else {
        throw .usage(
          refusal + "without 0 among --momentum-limits, because the continuous limit has no momentum")
      }
    }
    // Points of the continuous limit have additive noise and no momentum.
    let hasContinuous = arguments.noise == .additive && arguments.momentumLimits.contains(0)
    let count = [
      arguments.sources.count, arguments.capacities.count, arguments.momentumLimits.count,
      arguments.horizons.count + arguments.continuousHorizons.count,
    ].reduce(1.0) { $0 * Double($1) }
    guard count <= Double(UnitOptions.most) else {
      throw .usage(
        "the grid of exponents, limits and horizons has \(count.jsonText) points, expected at most "
          + "\(UnitOptions.most)")
    }
    var (settings, studies): ([PhaseSetting], [PhaseStudy]) = ([], [])
    for source in arguments.sources {
      for capacity in arguments.capacities {
        for momentumLimit in arguments.momentumLimits {
          var study = try Program.solving { () throws(NoisyQuadraticError) in
            try PhaseStudy(
              SourceCapacityProblem(
                source: source, capacity: capacity, dimension: arguments.dimension,
                noiseScale: arguments.noiseScale, noise: arguments.noise),
              limits: HyperparameterLimits(
                learningRate: arguments.learningRateLimit.limit, momentum: momentumLimit))
          }
          study.options.maximumSweeps = arguments.sweeps
          let continuous = momentumLimit == 0 && hasContinuous ? arguments.continuousHorizons : []
          for (horizons, isContinuous) in [(arguments.horizons, false), (continuous, true)] {
            for horizon in horizons {
              settings.append(
                PhaseSetting(
                  source: source, capacity: capacity, noise: arguments.noise, momentumLimit: momentumLimit,
                  horizon: horizon,
                  isContinuous: isContinuous))
              studies.append(study)
            }
          }
        }
      }
    }
    self.settings = settings
    self.studies = studies
    common =
      [
        .init("dimension", arguments.dimension.json), .init("noiseScale", arguments.noiseScale.json),
        .init("noise", arguments.noise.json),
        .init("learningRateLimit", arguments.learningRateLimit.text.json),
        .init("sweeps", arguments.sweeps.json),
      ] + ScheduleShapes.identity
    options =
      arguments.reported(hasContinuous ? [:] : ["continuousHorizons": .null]) + ScheduleShapes.identity
  }

  /// The units, one for every point, and how each is done.
  var units: UnitPlan<PhaseWork> {
    let units = settings.map { setting in
      WorkUnit(
        setting.name,
        effort: setting.isContinuous
          ? Self.continuousEffort
          : Double(setting.horizon) * (setting.momentumLimit > 0 ? Self.momentumEffort : Self.stepEffort)
      )
    }
    return UnitPlan(units) { unit in
      let setting = settings[unit]
      return [
        .init("source", setting.source.json), .init("capacity", setting.capacity.json),
        .init("momentumLimit", setting.momentumLimit.json), .init("horizon", setting.horizon.json),
        .init("isContinuous", setting.isContinuous.json),
      ] + common
    } begin: { unit, _ throws(NoisyQuadraticError) in
      PhaseWork(horizon: settings[unit].horizon)
    } advance: { unit, _, work throws(NoisyQuadraticError) in
      let (setting, study) = (settings[unit], studies[unit])
      try work.advance { () throws(NoisyQuadraticError) in
        setting.isContinuous
          ? try study.continuousPoint(horizon: setting.horizon) : try study.point(horizon: setting.horizon)
      }
    }
  }

  /// The report on finished units.
  func report(_ works: [PhaseWork]) throws(Failure) -> PhaseReport {
    try Program.solving { () throws(NoisyQuadraticError) in
      try PhaseReport(options: options, settings: settings, outcomes: works.compactMap(\.outcome))
    }
  }
}
