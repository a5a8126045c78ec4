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
      return try sample { (timer.nanoseconds(), timer.finalLoss) }
    case .solve:
      // The first process finds the program's pages on disk; one that takes longer than that matters counts.
      let first = try FreshProcess.solve(figure)
      return try sample(counting: first.seconds > 2 ? (first.seconds, first.finalLoss) : nil) {
        let report = try FreshProcess.solve(figure)
        return (report.seconds, report.finalLoss)
      }
    }
  }

  private func sample(
    counting first: (value: Double, finalLoss: Double)? = nil,
    _ run: () throws -> (value: Double, finalLoss: Double)
  ) throws -> Sample {
    var runs = first.map { [$0] } ?? []
    let start = ContinuousClock.now
    while runs.isEmpty
      || runs.count < repetitions
        && start.secondsSince + (first?.value ?? 0) < Self.patience
    {
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
