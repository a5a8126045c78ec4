import Foundation
import NoisyQuadraticFiles
import Testing
import WorkUnits

@testable import MetaOptimization
@testable import MetaOptimizationFiles
@testable import NoisyQuadratic

@Suite("Comparisons of model and training as units of work")
struct CalibrationWorkTests {
  private let images: LabeledImages

  init() throws {
    var random = RandomProblem(21)
    images = try random.images(ImageShape(channels: 1, height: 2, width: 3), count: 24, classes: 3)
  }

  private func study(
    momentum: Double = 0, learningRate: Double = 0.1
  ) throws -> CalibrationStudy<Float> {
    var options = CalibrationWork.Options()
    options.budget = 3
    options.batchSize = 6
    options.learningRate = learningRate
    options.momentum = momentum
    options.repeats = 2
    options.tuningRepeats = 1
    options.metaSteps = 4
    options.metaStepsPerStep = 1
    options.calibration.lanczosSteps = 4
    let network = try Network<Float>(
      .perceptron(
        input: images.shape, hidden: [4], classes: 3, activation: learningRate > 1 ? .relu : .tanh))
    return try CalibrationStudy(network, images: images, options: options)
  }

  /// The state as another process would read it.
  private func reloaded(_ work: CalibrationWork) throws -> CalibrationWork {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: directory) }
    let file = UnitFile("u", in: try OutputDirectory(directory.path), configuration: [])
    try file.save(work)
    return try #require(try file.load())
  }

  /// Does a unit, which is stored and read again after every stage.
  private func finished(
    _ study: CalibrationStudy<Float>, at checkpoint: Int, isFirst: Bool
  ) throws -> CalibrationWork {
    let planned = try CalibrationWork(study, at: checkpoint, isFirst: isFirst)
    var (work, share) = (planned, 0.0)
    while !work.isFinished {
      try #require(work.continues(planned) && work.share >= share && work.share < 1)
      share = work.share
      try work.advance(study)
      work = try reloaded(work)
    }
    #expect(work.continues(planned) && work.share == 1)
    return work
  }

  private func text(_ report: CalibrationReport) throws -> [String] {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: directory) }
    try report.write(to: OutputDirectory(directory.path))
    return try ["calibrated-comparison.json", "runs.csv", "spectra.csv"].map {
      try String(contentsOf: directory.appendingPathComponent($0), encoding: .utf8)
    }
  }

  @Test("Units that are stored after every stage are the plain comparison, bit for bit", arguments: [0, 0.8])
  func stages(momentum: Double) throws {
    let study = try study(momentum: momentum)
    let checkpoints = momentum > 0 ? [9] : [0, 9]
    let result = try study.run(checkpoints: checkpoints)
    let plain = CalibrationReport(source: "", options: [], checkpoints: result.comparisons, end: result.end)
    // Nor do threads matter.
    let works = try checkpoints.enumerated().map { i, checkpoint in
      try finished(study.with(workers: 2 * i + 1), at: checkpoint, isFirst: i == 0)
    }
    #expect(plain.checkpoints.map(\.step) == checkpoints)
    #expect(try text(CalibrationReport(source: "", options: [], works: works)) == text(plain))
    // A meta-descent that is never interrupted.
    let progress = try #require(works.last?.progress)
    var options = LookAheadDescent<Float>.Options()
    options.seed = 9
    var descent = try LookAheadDescent(
      Trainer(study.network, optimizer: momentum > 0 ? .heavyBall(.inside) : .sgd), images: images,
      batchSize: 6, rate: 0.1, momentum: momentum, options: options)
    let settled = try descent.settle(at: progress.state, metaSteps: 4)
    #expect(progress.findings.settled == [settled.rate, settled.momentum])
    let online = try descent.schedule(from: progress.state, steps: 3, metaSteps: 1, order: 2)
    #expect(progress.findings.schedules[3] == online)
  }

  @Test("More than 200 training steps are several stages")
  func training() throws {
    let study = try study()
    var work = try CalibrationWork(study, at: 450, isFirst: true)
    for step in [200, 400] {
      try work.advance(study)
      work = try reloaded(work)
      #expect(work.progress.state.step == step)
    }
    try work.advance(study)
    #expect(work.progress.state.step == 0 && work.progress.findings.isTrained)
    let trainer = Trainer(study.network, optimizer: .sgd)
    var state = trainer.initialState(seed: 0)
    var batches = try BatchSequence(images, batchSize: 6, seed: 0)
    for t in 0..<450 { trainer.step(&state, on: batches.batch(t), learningRate: 0.1, momentum: 0) }
    #expect(work.progress.state.parameters == state.parameters)
  }

  @Test("What cannot be measured is an error at the first checkpoint, and elsewhere the end")
  func ends() throws {
    // Rectified units overflow, or none lives and there is no curvature.
    let wild = try study(learningRate: 1e30)
    let end = try finished(wild, at: 9, isFirst: false)
    let report = try CalibrationReport(
      source: "", options: [], works: [finished(wild, at: 0, isFirst: true), end, end])
    let plain = try wild.run(checkpoints: [0, 9])
    #expect(report.checkpoints.count == 1 && report.end == plain.end && plain.end != nil)
    // One image per class and no difference between them: no noise, no gradient, nothing to measure.
    let grey = try LabeledImages(
      shape: images.shape, pixels: [UInt8](repeating: 0, count: 6 * 6), labels: [0, 0, 0, 0, 0, 0], classes: 1
    )
    let flat = try CalibrationStudy(
      Network<Float>(.perceptron(input: images.shape, hidden: [4], classes: 1)), images: grey,
      options: study().options)
    let first = try finished(flat, at: 3, isFirst: false)
    #expect(first.progress.end?.step == 3 && first.progress.comparison == nil)
    #expect(throws: NoisyQuadraticError.self) { try finished(flat, at: 3, isFirst: true) }
    #expect(throws: NoisyQuadraticError.self) { try CalibrationWork(flat, at: -1, isFirst: true) }
  }

  /// Whether a state with another value at a path goes on.
  private func goesOn(
    _ work: CalibrationWork, _ planned: CalibrationWork, _ path: String = "step", _ value: Any = 9
  ) throws -> Bool {
    let object = try changed(
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(work)), path.split(separator: ".")[...],
      value)
    let text = try JSONSerialization.data(withJSONObject: object)
    guard let read = try? JSONDecoder().decode(CalibrationWork.self, from: text) else { return false }
    return read.continues(planned)
  }

  /// A unit before its first stage, and after each.
  private func states() throws -> [CalibrationWork] {
    let study = try study()
    var states = [try CalibrationWork(study, at: 9, isFirst: true)]
    while let last = states.last, !last.isFinished {
      var next = last
      try next.advance(study)
      states.append(next)
    }
    return states
  }

  private func changed(_ object: Any, _ path: ArraySlice<Substring>, _ value: Any) throws -> Any {
    guard let key = path.first else { return value }
    if var list = object as? [Any] {
      let place = try #require(Int(key))
      list[place] = try changed(list[place], path.dropFirst(), value)
      return list
    }
    var members = try #require(object as? [String: Any])
    members[String(key)] = try changed(members[String(key)] ?? NSNull(), path.dropFirst(), value)
    return members
  }

  @Test func whatIsSavedGoesOn() throws {
    let states = try states()
    try #require(states.count == 14)
    for state in states { #expect(try goesOn(state, states[0])) }
    #expect(try goesOn(states[2], states[0], "findings.end", ["step": 9, "reason": "x"]))
  }

  @Test("No state of the unit: stages out of order, numbers and lists that would trap")
  func refused() throws {
    let (none, states) = (NSNull(), try states())
    let cases: [(Int, String, Any)] = [
      (0, "step", 10), (0, "isFirst", false), (0, "images", 25), (0, "options.budget", 7),
      (0, "state.step", 10), (0, "state.step", -1), (0, "state.parameterCount", 1),
      (0, "findings.descent.logarithms", [0.1]), (0, "findings.descent.metaSteps", 4),
      (0, "findings.descent.adam.memory", []),
      (0, "findings.end", ["step": 10, "reason": ""]), (0, "findings.constant", 0.1),
      (2, "findings.isTrained", false), (2, "state.step", 1),
      (2, "findings.calibration.gradient.weights", [1]), (2, "findings.calibration.model.curvature", []),
      (5, "findings.constant", none), (5, "findings.constant", 0), (5, "findings.cosine", -1),
      (5, "findings.settled", [0.1]), (5, "findings.settled", [0, 0]),
      (5, "findings.descent.metaSteps", 1 << 62), (7, "findings.schedules", []),
      (7, "findings.schedules.0.learningRate", [0.1]), (7, "findings.runs.0.name", "x"),
      (7, "findings.runs.0.predicted", [1]), (7, "findings.runs.0.local", []),
      (7, "findings.runs.0.measured.steps", [0, 1, 2, 4]),
      (7, "findings.runs.0.measured.means", []), (13, "findings.runs", []),
      (7, "findings.rates", [["name": "x", "momentum": 0]]), (13, "findings.end", ["step": 9, "reason": ""]),
    ]
    for (stages, path, value) in cases {
      #expect(try !goesOn(states[stages], states[0], path, value), "\(stages) \(path)")
    }
  }
}
