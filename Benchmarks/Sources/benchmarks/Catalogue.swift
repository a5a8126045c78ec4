/// Every figure, in the order of the table.
enum Catalogue {
  static let figures = curves + solves + networks + compression + scaling

  private static let curves = [
    Figure(
      name: "curve-sgd-1e3",
      meaning: "expected loss of 250 steps of SGD, 1000 directions, per direction and step",
      work: .curve(.powerLaw(dimension: 1000), steps: 250, usesMomentum: false), target: .value(0.10)),
    Figure(
      name: "curve-sgd-1e6", meaning: "the same for a million directions",
      work: .curve(.powerLaw(dimension: 1_000_000), steps: 250, usesMomentum: false),
      target: .multiple(1.3, of: "curve-sgd-1e3")),
    Figure(
      name: "curve-momentum-1e3",
      meaning: "expected loss of 250 steps of heavy ball, 1000 directions, per direction and step",
      work: .curve(.powerLaw(dimension: 1000), steps: 250, usesMomentum: true), target: .value(0.35)),
    Figure(
      name: "curve-momentum-1e6", meaning: "the same for a million directions",
      work: .curve(.powerLaw(dimension: 1_000_000), steps: 250, usesMomentum: true),
      target: .multiple(1.3, of: "curve-momentum-1e3")),
  ]

  private static let solves = [
    Figure(
      name: "solve-power-law", meaning: "best rates for 250 steps, curvatures 1/i, i to 1000",
      work: .solve(SolveCase(problem: .powerLaw(dimension: 1000), horizon: 250))),
    Figure(
      name: "solve-wu2018", meaning: "best rates for 250 steps, the problem of Wu et al. (2018)",
      work: .solve(SolveCase(problem: .wu2018, horizon: 250))),
    Figure(
      name: "solve-wu2018-momentum", meaning: "the same with a momentum for every step",
      work: .solve(SolveCase(problem: .wu2018, horizon: 250, momentumLimit: 0.9999))),
    Figure(
      name: "look-aheads",
      meaning: "receding horizons of eight look-aheads, 1000 steps, curvatures 1/i, i to 1000",
      work: .solve(
        SolveCase(problem: .powerLaw(dimension: 1000), horizon: 1000, method: .lookAheads)),
      target: .value(2)),
  ]

  // MARK: - Networks

  private static let networks = [
    Figure(
      name: "network-step",
      meaning: "a training step of 784-100-100-10 on 100 images, heavy ball, float, on up to two cores",
      work: .network(NetworkCase(workers: NetworkCase.standardWorkers))),
    Figure(
      name: "network-step-1", meaning: "the same with one worker",
      work: .network(NetworkCase(workers: 1))),
    Figure(
      name: "network-two-runs",
      meaning: "two such trainings side by side, one worker each, per step of either",
      work: .network(NetworkCase(workers: 1, runs: NetworkCase.standardWorkers))),
    Figure(
      name: "network-hypergradient",
      meaning: "network-step with the derivatives by effective rate and momentum",
      work: .network(NetworkCase(workers: NetworkCase.standardWorkers, hasHypergradient: true))),
  ]

  // MARK: - Spectrum compression

  private static let compression = [
    Figure(
      name: "compress-1e6", meaning: "the spectrum 1/i of a million directions to a few, for a million steps",
      work: .solve(
        SolveCase(problem: .powerLaw(dimension: 1_000_000), horizon: 1_000_000, method: .compression)),
      target: .value(1)),
    Figure(
      name: "solve-1e6-1e4", meaning: "best rates for 10 000 steps, a million directions",
      work: .solve(SolveCase(problem: .powerLaw(dimension: 1_000_000), horizon: 10_000))),
    Figure(
      name: "solve-1e6-1e6", meaning: "best rates for a million steps, a million directions",
      work: .solve(SolveCase(problem: .powerLaw(dimension: 1_000_000), horizon: 1_000_000)),
      target: .value(20), isLong: true),
  ]

  // MARK: - Growth with the horizon

  private static let scaling = [100, 1000, 10_000, 100_000, 1_000_000].map { horizon in
    Figure(
      name: "scaling-1e\(String(horizon).count - 1)",
      meaning: "best rates for \(horizon) steps, curvatures 1/i, i to 1000",
      work: .solve(SolveCase(problem: .powerLaw(dimension: 1000), horizon: horizon)),
      isLong: horizon > 10_000)
  }

  /// The figure of a name.
  static func figure(_ name: String) -> Figure? { figures.first { $0.name == name } }

  /// The figures that the arguments ask for.
  static func chosen(_ arguments: MeasureArguments) throws(Failure) -> [Figure] {
    let parts = arguments.filter?.split(separator: ",")
    let matching = figures.filter { figure in parts?.contains { figure.name.contains($0) } ?? true }
    guard !matching.isEmpty else {
      throw Failure(
        .usage,
        "--filter is \(arguments.filter ?? ""), expected part of one of "
          + figures.map(\.name).joined(separator: ", "))
    }
    let chosen = matching.filter { arguments.long || arguments.list || !$0.isLong }
    guard !chosen.isEmpty else {
      throw Failure(
        .usage,
        "--filter matches \(matching.map(\.name).joined(separator: ", ")) only, expected --long with it"
      )
    }
    return chosen
  }
}
