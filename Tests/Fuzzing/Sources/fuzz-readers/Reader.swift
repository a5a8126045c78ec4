import CZlib
import Foundation

@testable import MetaOptimization
@testable import MetaOptimizationFiles
@testable import NoisyQuadratic
@testable import NoisyQuadraticFiles
@testable import WorkUnits

/// The readers of this package, each as a function of bytes that ends the process where it breaks a promise.
enum Reader: String, CaseIterable {
  case problem, schedule, log, family, numpy, spectrum, idx, cifar, gzip, unit

  /// The one that the environment names.
  static let chosen = ProcessInfo.processInfo.environment["FUZZ_READER"].flatMap(Reader.init(rawValue:))

  /// What messages call the input.
  private static let path = "input"

  /// Reads, and checks what was read or why not.
  func read(_ bytes: [UInt8]) {
    do {
      switch self {
      case .problem: try Self.problem(bytes)
      case .schedule: try Self.schedule(bytes)
      case .log: try Self.log(bytes)
      case .family: try Self.family(bytes)
      case .numpy: try Self.numpy(bytes)
      case .spectrum: try Self.spectrum(bytes)
      case .idx: try Self.idx(bytes)
      case .cifar: try Self.cifar(bytes)
      case .gzip: try Self.gzip(bytes)
      case .unit: try Self.unit(bytes)
      }
    } catch {
      let message = "\(error)"
      Self.require(!message.contains { $0.isNewline }, "a message is one line: \(message)")
      Self.require(message.unicodeScalars.count < 1000, "a message is short: \(message)")
    }
  }

  private static func problem(_ bytes: [UInt8]) throws {
    guard let value = try? JSONReader.read(bytes) else {
      _ = try NamedProblem(bytes, path: path)
      fatalError("a problem that is not JSON")
    }
    require((try? JSONReader.read(Array(value.text.utf8))) == value, "JSON reads back as the same")
    // What is asked for is allocated, up to the memory of the machine.
    guard dimension(value) <= 10_000 else { return }
    let problem = try NamedProblem(bytes, path: path)
    let echo = try? NamedProblem(Array(problem.definition.text.utf8), path: path)
    require(echo?.model == problem.model && echo?.definition == problem.definition, "an echo is the same")
    if let copy = try? NamedProblem(name: problem.name, model: problem.model) {
      let echo = try? NamedProblem(Array(copy.definition.text.utf8), path: path)
      require(echo == copy && echo?.model == problem.model, "a model in memory reads back as the same")
    }
    require(problem.model.initialLoss.isFinite && problem.model.maximumCurvature > 0, "a model is one")
  }

  private static func dimension(_ value: JSONValue) -> Double {
    guard case .object(let members) = value,
      case .object(let spectrum) = members.first(where: { $0.key == "curvature" })?.value,
      case .number(let dimension) = spectrum.first(where: { $0.key == "dimension" })?.value
    else { return 0 }
    return dimension
  }

  private static func schedule(_ bytes: [UInt8]) throws {
    var options = TrainingLog.Options()
    // What is interpolated stays between the rows, and what is asked for is allocated.
    options.between = bytes.last.map { $0 % 2 == 0 ? .hold : .linear }
    let log = try TrainingLog(
      bytes, blocks: 1 + Int(bytes.first ?? 0), required: [.learningRate], optional: [.momentum])
    let steps = log.learningRate?.steps ?? []
    guard let first = steps.first, let last = steps.last, last - first < 1000 else { return }
    let schedule = try ScheduleFile(log, options: options).schedule
    check(schedule)
    require(schedule.count == last - first + 1, "as many steps as the log")
    require(
      log.momentumConvention != nil || schedule.momenta.allSatisfy { $0 < 1 }, "momenta of logs are below 1")
    var text = "step,learningRate,momentum,momentumConvention\n"
    for (t, step) in schedule.enumerated() {
      text += "\(t),\(step.learningRate.jsonText),\(step.momentum.jsonText),\(schedule.convention.rawValue)\n"
    }
    let again = try? ScheduleFile(TrainingLog(Array(text.utf8), blocks: 1 << 16, required: [.learningRate]))
    require(again?.schedule == schedule, "a schedule reads back as the same")
  }

  private static func log(_ bytes: [UInt8]) throws {
    let whole = Result { try TrainingLog(bytes, blocks: max(bytes.count, 1)) }
    // In blocks that end anywhere.
    let pieces = Result { try TrainingLog(bytes, blocks: 1 + Int(bytes.first ?? 0) % 16) }
    guard case .success(let log) = whole, case .success(let other) = pieces else {
      let messages = [whole, pieces].map { result in
        if case .failure(let error) = result { "\(error)" } else { "none" }
      }
      require(messages[0] == messages[1], "pieces fail as the whole does: \(messages)")
      _ = try whole.get()
      return
    }
    require(log == other, "pieces are those of the whole")
    for series in [log.learningRate, log.momentum, log.loss].compactMap({ $0 }) {
      require(!series.steps.isEmpty && series.steps.count == series.values.count, "a value for every step")
      require(zip(series.steps, series.steps.dropFirst()).allSatisfy { $0 < $1 }, "steps increase")
      require(series.values.allSatisfy(\.isFinite) && series.steps[0] >= 0, "numbers are in their domain")
    }
    require(log.momentum == nil || log.momentum?.steps == log.learningRate?.steps, "momenta belong to rates")
    for note in log.notes {
      require(
        !"\(note)".contains { $0.isNewline } && "\(note)".unicodeScalars.count < 1000, "notes are short")
    }
  }

  private static func family(_ bytes: [UInt8]) throws {
    let schedule = try FamilyText(String(decoding: bytes, as: UTF8.self)).schedule(steps: 40)
    require(schedule.count == 40, "as many steps as were asked for")
    check(schedule)
  }

  private static func check(_ schedule: Schedule) {
    require(!schedule.isEmpty, "a schedule has a step")
    require(
      (schedule.learningRates + schedule.momenta).allSatisfy { $0 >= 0 && $0.isFinite },
      "a schedule has finite numbers ≥ 0")
  }

  // MARK: Spectra

  private static func numpy(_ bytes: [UInt8]) throws {
    let file = try NumPyFile(bytes, path: path)
    require(file.values.count == file.shape.reduce(1, *) && !file.values.isEmpty, "all numbers")
    require(file.values.allSatisfy(\.isFinite), "finite numbers")
    if file.shape.count == 2 {
      let matrix = try file.matrix(path: path)
      require(matrix.transposed.transposed == matrix, "a matrix is one")
    }
  }

  private static func spectrum(_ bytes: [UInt8]) throws {
    let source = try NumberSource(bytes, path: path)
    if let list = try? NumberListFile(source, path: path, .gradientNoise) {
      require(list.values.allSatisfy { $0 >= 0 && $0.isFinite }, "numbers ≥ 0")
    }
    let file = try SpectrumFile(source, path: path)
    let density = file.spectrum.density
    require(density.eigenvalues.allSatisfy(\.isFinite), "finite eigenvalues")
    require(density.weights.allSatisfy { $0 >= 0 } && density.mass > 0, "weights")
    require(file.notes.allSatisfy { !$0.text.contains(where: \.isNewline) }, "a note is one line")
    let spectrum = try CurvatureSpectrum(density)
    require(spectrum.kept.allSatisfy { density.eigenvalues[$0] > spectrum.floor }, "what is kept")
    let model = try spectrum.model()
    require(model.dimension == spectrum.kept.count, "a direction per entry")
  }

  // MARK: Images

  private static func idx(_ bytes: [UInt8]) throws {
    // Labels or images, as the header says.
    let dimensions = bytes.count > 3 && bytes[3] == 1 ? 1 : 3
    let file = try IDXFile(source(bytes, block: 4096), dimensions: dimensions)
    require(file.sizes.count == dimensions && file.bytes.count == file.sizes.reduce(1, *), "all bytes")
  }

  private static func cifar(_ bytes: [UInt8]) throws {
    let file = try CIFARFile(source(bytes, block: 1000))
    require(!file.labels.isEmpty && file.labels.allSatisfy { $0 < 10 }, "labels")
    require(file.pixels.count == 3072 * file.labels.count, "pixels")
  }

  private static func gzip(_ bytes: [UInt8]) throws {
    let limit = 1 << 20
    let whole = Result { try source(bytes, block: bytes.count).read(limit) }
    // Other blocks, in pieces of any size, give the same.
    let block = bytes.starts(with: [0x1F, 0x8B]) ? 2 + bytes.count % 7 : bytes.count
    let piece = 1 + 100 * Int(bytes.last ?? 0)
    let pieces = Result {
      let source = try source(bytes, block: block)
      var all: [UInt8] = []
      while all.count < limit {
        let next = try source.read(min(piece, limit - all.count))
        all += next
        if next.isEmpty { break }
      }
      return all
    }
    switch (whole, pieces) {
    case (.success(let whole), .success(let pieces)):
      require(whole == pieces && whole.count <= limit, "pieces are those of the whole")
    case (.failure(let error), .failure): throw error
    default: fatalError("read whole or in pieces, but not both")
    }
  }

  private static func source(_ bytes: [UInt8], block: Int) throws(FileError) -> ByteSource {
    var rest = bytes[...]
    return try ByteSource(path) { () throws(FileError) in
      defer { rest = rest.dropFirst(block) }
      return Array(rest.prefix(block))
    }
  }

  // MARK: Units of work

  /// Checked once, and never written to.
  private static let directory = Result { try OutputDirectory(NSTemporaryDirectory()) }

  private static func unit(_ bytes: [UInt8]) throws {
    let file = try UnitFile("u", in: directory.get(), configuration: [])
    var data = Data(bytes)
    if !bytes.starts(with: "NQUNITS1".utf8) {
      // The content alone, for which the fuzzer could not find the checksum.
      let sum = data.reduce(crc32(0, nil, 0)) { sum, byte in
        withUnsafeBytes(of: byte) { crc32_z(sum, $0.bindMemory(to: UInt8.self).baseAddress, 1) }
      }
      data = Data("NQUNITS1".utf8) + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) } + data
    }
    if let online: OnlineWork = try? file.state(in: data) { check(online, [PlannedWork.online]) }
    if let comparison: CalibrationWork = try? file.state(in: data) {
      check(comparison, [PlannedWork.calibration])
    }
    check(try file.state(in: data), PlannedWork.offline)
  }

  /// Checks a state that a run goes on with.
  private static func check<Work: ResumableWork>(_ work: Work, _ planned: [Work?]) {
    for planned in planned {
      guard let planned else { fatalError("a planned unit does not decode") }
      guard work.continues(planned) else { continue }
      require((0...1).contains(work.share), "the share of what is done is one")
      if case .descent(var descent, _) = work as? OfflineWork, !descent.hasDiverged {
        descent.advance(Hypergradient(loss: 1, derivatives: [1, -1]))
        require(descent.decay.count == 2, "a descent goes on")
      }
      if var run = (work as? OnlineWork)?.run {
        require(run.adam.next([1, -1]).count == 2, "an adaptation goes on")
        require(run.state.velocity.count == run.state.parameters.count, "a state is whole")
      }
      if let comparison = (work as? CalibrationWork)?.progress.comparison {
        require(comparison.runs.count == 7, "a comparison has all runs")
        require(comparison.runs.allSatisfy { (0...2).contains($0.reach(tolerance: 0.2)) }, "a run is whole")
      }
    }
  }

  /// Ends the process, in builds of any kind, where a promise is broken.
  private static func require(_ holds: Bool, _ promise: @autoclosure () -> String) {
    if !holds { fatalError("broken promise: \(promise())") }
  }
}

extension TrainingLog {
  /// Reads bytes in blocks of a size.
  fileprivate init(
    _ bytes: [UInt8], blocks: Int, required: Set<Quantity> = [],
    optional: Set<Quantity> = Set(Quantity.allCases)
  ) throws {
    var reader = TrainingLogReader(path: "input", required: required, optional: optional)
    var rest = bytes[...]
    while !rest.isEmpty {
      let block = rest.prefix(blocks)
      try reader.append(block)
      rest = rest.dropFirst(block.count)
    }
    self = try reader.finish()
  }
}
