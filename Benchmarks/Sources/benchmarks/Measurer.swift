import NoisyQuadratic

/// Takes the runs of figures.
struct Measurer {
  /// Runs of a figure, if they do not take too long.
  let repetitions: Int
  /// No further run is begun after this many seconds.
  private static let patience = 60.0

  private var models: [Problem: NoisyQuadraticModel] = [:]

  init(repetitions: Int) { self.repetitions = repetitions }

  mutating func measure(_ figure: Figure) throws -> Sample {
    switch figure.work {
    case .curve(let problem, let steps, let usesMomentum):
      let timer = try CurveTimer(model(problem), steps: steps, usesMomentum: usesMomentum)
      // Some hundredths of a second each: more of them, since a moment's disturbance shows.
      return try sample(3 * repetitions) { (timer.nanoseconds(), timer.finalLoss) }
    case .network(let network):
      let timer = try NetworkTimer(network)
      return try sample(3 * repetitions) { (timer.microseconds(), timer.finalLoss) }
    case .solve:
      // The first process finds the program's pages on disk; one that takes longer than that matters counts.
      let first = try FreshProcess.solve(figure)
      return try sample(repetitions, counting: first.seconds > 2 ? (first.seconds, first.finalLoss) : nil) {
        let report = try FreshProcess.solve(figure)
        return (report.seconds, report.finalLoss)
      }
    }
  }

  private func sample(
    _ count: Int, counting first: (value: Double, finalLoss: Double)? = nil,
    _ run: () throws -> (value: Double, finalLoss: Double)
  ) throws -> Sample {
    var runs = first.map { [$0] } ?? []
    let start = ContinuousClock.now
    func hasTime() -> Bool { start.secondsSince + (first?.value ?? 0) < Self.patience }
    while runs.isEmpty || (runs.count < count && hasTime()) {
      runs.append(try run())
    }
    return Sample(runs.map(\.value), finalLoss: runs[0].finalLoss)
  }

  private mutating func model(_ problem: Problem) throws -> NoisyQuadraticModel {
    if let model = models[problem] { return model }
    let model = try problem.model()
    models[problem] = model
    return model
  }
}
