import Foundation

/// Measures the figures asked for and prints the table.
struct MeasureCommand {
  private let arguments: MeasureArguments
  private let figures: [Figure]
  private let baseline: Baseline?

  init(_ arguments: MeasureArguments) throws(Failure) {
    self.arguments = arguments
    figures = try Catalogue.chosen(arguments)
    var baseline: Baseline?
    if let path = arguments.baseline { baseline = try Baseline(contentsOf: path) }
    self.baseline = baseline
    let scaling = figures.filter { $0.name.hasPrefix("scaling") }
    if arguments.plot != nil, scaling.count < 2 {
      throw Failure(.usage, "--plot needs at least two of the scaling figures, expected a wider --filter")
    }
    // Before minutes of work whose result could not be kept.
    for (option, path) in [("--save", arguments.save), ("--plot", arguments.plot)] {
      guard let path else { continue }
      let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
      guard FileManager.default.isWritableFile(atPath: directory) else {
        throw Failure(.cannotCreate, "\(option): cannot create \(path), expected a directory to write to")
      }
    }
  }

  func run() throws {
    if arguments.list { return list() }
    let machine = Machine.current
    var limit = MachineLimit()
    print(machine.text)
    if let load = Machine.load, load > 0.5 {
      print("Other work runs on this machine (load \(load.fixed(1))): figures may be too high.")
    }
    fflush(nil)
    var measurer = Measurer(repetitions: arguments.repetitions)
    var results: [Result] = []
    for figure in figures {
      progress("\(figure.name) …")
      results.append(Result(figure: figure, sample: try measurer.measure(figure)))
      limit.measure()
    }
    print(
      "Its limit: \(limit.multiplyAdd.significant(3)) ns a multiply-add, so \(limit.sgdStep.significant(3)) ns a "
        + "coordinate and step of SGD, \(limit.heavyBallStep.significant(3)) ns of heavy ball.")
    if figures.contains(where: { if case .network = $0.work { true } else { false } }) {
      print("In float \(limit.singleMultiplyAdd.significant(3)) ns a multiply-add.")
    }
    if let baseline, baseline.machine != machine {
      print("The baseline is another machine's (\(baseline.machine.text)): ratios to it compare machines.")
    }
    print("")
    print(ResultTable(results: results, limit: limit, baseline: baseline).text)
    print("")
    for figure in figures { print("\(figure.name): \(figure.meaning)") }
    reportHypergradient(results)
    print("Targets in ns are for AVX-512 (x86-64-v4), whose registers are twice as wide as AVX2's.")
    warnOfHigherLosses(results)
    if let path = arguments.save {
      try Baseline(results).write(to: path)
      print("Saved: \(path)")
    }
    if let path = arguments.plot, let plot = ScalingPlot(results) {
      print("Drawn: " + (try plot.write(to: path)).joined(separator: ", "))
    }
  }

  private func list() {
    for figure in figures { print("\(figure.name): \(figure.meaning)\(figure.isLong ? " (--long)" : "")") }
  }

  /// What derivatives add to a training step.
  private func reportHypergradient(_ results: [Result]) {
    func median(_ name: String) -> Double? { results.first { $0.figure.name == name }?.sample.median }
    guard let step = median("network-step"), let both = median("network-hypergradient") else { return }
    print("network-hypergradient takes \((both / step).significant(3)) times network-step.")
  }

  private func warnOfHigherLosses(_ results: [Result]) {
    for result in results {
      guard let before = baseline?.figures[result.figure.name]?.finalLoss, let now = result.sample.finalLoss,
        now > before * (1 + 1e-9)
      else { continue }
      print("\(result.figure.name) ends at \(now), higher than the baseline's \(before).")
    }
  }

  private func progress(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data("benchmarks: \(text)\n".utf8))
  }
}
