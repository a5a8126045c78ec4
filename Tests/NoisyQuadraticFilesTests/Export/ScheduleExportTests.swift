import Foundation
import NoisyQuadratic
import NoisyQuadraticFiles
import TestSupport
import Testing

/// Exports, read back and run under the rule of every framework.
@Suite struct ScheduleExportTests {
  /// Numbers of a NumPy file, read without this package's help.
  private static func numbers(_ path: String) throws -> [Double] {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    try #require(bytes.starts(with: [0x93] + Array("NUMPY".utf8) + [1, 0]))
    let length = Int(bytes[8]) + 256 * Int(bytes[9])
    let body = bytes[(10 + length)...]
    #expect((10 + length) % 64 == 0)
    let header = String(decoding: bytes[10..<10 + length], as: UTF8.self)
    let count = body.count / 8
    #expect(
      header.hasPrefix("{'descr': '<f8', 'fortran_order': False, 'shape': (\(count),), }")
        && header.hasSuffix("\n"))
    return (0..<count).map { i in
      let place = body.startIndex + 8 * i
      return Double(bitPattern: (0..<8).reduce(UInt64(0)) { $0 | UInt64(body[place + $1]) << (8 * $1) })
    }
  }

  /// A quadratic with noise that is the same for every run.
  private struct Quadratic {
    let curvature, start: [Double]
    let noise: [[Double]]

    init(steps: Int, seed: UInt64) {
      var random = Xoshiro256StarStar(seed: seed)
      curvature = (0..<3).map { _ in Double.random(in: 0.01...2, using: &random) }
      start = curvature.map { _ in Double.random(in: -2...2, using: &random) }
      noise = (0..<steps).map { _ in (0..<3).map { _ in Double.random(in: -1...1, using: &random) } }
    }

    /// The parameters after every step. `update` moves one parameter by its gradient and its buffer.
    func path(_ update: (_ t: Int, _ x: inout Double, _ v: inout Double?, _ g: Double) -> Void) -> [[Double]]
    {
      var (x, v) = (start, [Double?](repeating: nil, count: 3))
      return noise.indices.map { t in
        for i in x.indices { update(t, &x[i], &v[i], curvature[i] * x[i] + noise[t][i]) }
        return x
      }
    }
  }

  /// The parameters of a run under a framework's SGD, stated as its source has it.
  private static func framework(
    _ name: String, _ rates: [Double], _ momenta: [Double], nesterov: Bool, _ quadratic: Quadratic
  ) -> [[Double]] {
    quadratic.path { t, x, v, g in
      let (lr, mu) = (rates[t], momenta[t])
      var direction = g
      switch name {
      case "pytorch":
        if mu != 0 {
          // A buffer that does not exist yet becomes the gradient.
          let buffer = v.map { $0 * mu + g } ?? g
          v = buffer
          direction = nesterov ? g + mu * buffer : buffer
        }
      case "optax":
        let trace = g + mu * (v ?? 0)
        v = trace
        direction = nesterov ? g + mu * trace : trace
      default:
        if mu > 0 {
          let buffer = mu * (v ?? 0) + g
          v = buffer
          direction = nesterov ? g + mu * buffer : buffer
        }
      }
      x -= lr * direction
    }
  }

  /// The parameters of a run under the schedule's own rule.
  private static func own(_ schedule: Schedule, _ quadratic: Quadratic) -> [[Double]] {
    let (rates, momenta) = (schedule.learningRates, schedule.momenta)
    switch schedule.convention {
    case .velocity, .velocityNesterov:
      return quadratic.path { t, x, v, g in
        let velocity = momenta[t] * (v ?? 0) - rates[t] * g
        v = velocity
        x += schedule.convention == .velocity ? velocity : momenta[t] * velocity - rates[t] * g
      }
    case .normalized:
      return quadratic.path { t, x, v, g in
        let average = momenta[t] * (v ?? 0) + (1 - momenta[t]) * g
        v = average
        x -= rates[t] * average
      }
    case .pytorch, .pytorchNesterov, .optax, .optaxNesterov:
      let name = schedule.convention.rawValue
      return framework(
        String(name.prefix { $0 != "-" }), rates, momenta, nesterov: schedule.convention.isNesterov, quadratic
      )
    }
  }

  /// A schedule with warmup and momenta that are 0 at some steps; with one rate where rates cannot differ.
  private static func schedule(_ convention: MomentumConvention, seed: UInt64) throws -> Schedule {
    var random = Xoshiro256StarStar(seed: seed)
    let steps = 14
    let rates = (0..<steps).map { t in
      convention == .velocityNesterov
        ? 0.2 : Double.random(in: 0.05...0.4, using: &random) * min(1, Double(t + 1) / 4)
    }
    // A buffer that outlives steps without momentum is PyTorch's alone.
    let keepsBuffer = convention == .pytorch || convention == .pytorchNesterov
    let momenta = (0..<steps).map { t in
      t < 2 || (!keepsBuffer && t % 5 == 0) ? 0 : Double.random(in: 0.1...0.95, using: &random)
    }
    return try Schedule(learningRates: rates, momenta: momenta, convention: convention)
  }

  @Test("A NumPy file holds numbers of every kind to the bit, in any number")
  func arrayFiles() throws {
    let scratch = try Scratch()
    let directory = try OutputDirectory(scratch.path)
    let kinds = [0, -0.0, 1 / 3, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -.infinity, .nan]
    // The last one is longer than a block.
    for count in [0, 1, 7, 9000] {
      let numbers = (0..<count).map { kinds[$0 % kinds.count] }
      try directory.write([("a.npy", { NumPyWriter.write(numbers, to: $0) })])
      let read = try Self.numbers(directory.file("a.npy"))
      #expect(read.map(\.bitPattern) == numbers.map(\.bitPattern))
    }
  }

  private static let names = ["pytorch", "optax", "mlx"]

  @Test(
    "Read back, an export takes the same path under the rule of every framework",
    arguments: MomentumConvention.allCases, 1...3 as ClosedRange<UInt64>)
  func paths(_ convention: MomentumConvention, _ seed: UInt64) throws {
    let schedule = try Self.schedule(convention, seed: seed)
    let export = try ScheduleExport(schedule)
    #expect(export.omissions.isEmpty)
    let scratch = try Scratch()
    try export.write(to: OutputDirectory(scratch.path))
    let quadratic = Quadratic(steps: schedule.count, seed: seed)
    let expected = Self.own(schedule, quadratic)
    for name in Self.names {
      let files = try Self.arrays(of: scratch.read("schedule_\(name).py"))
      try #require(files.count == 2)
      let path = Self.framework(
        name, try Self.numbers(scratch.path + "/" + files[0]),
        try Self.numbers(scratch.path + "/" + files[1]),
        nesterov: convention.isNesterov, quadratic)
      for (x, y) in zip(path.joined(), expected.joined()) {
        #expect(abs(x - y) <= 1e-12 * max(1, abs(y)), "\(name)")
      }
      #expect(path.count == schedule.count)
    }
    // The numbers of another rule are another path: the comparison above can tell.
    if convention == .velocity {
      let wrong = Self.framework(
        "optax", schedule.learningRates, schedule.momenta, nesterov: false, quadratic)
      #expect(zip(wrong.joined(), expected.joined()).contains { abs($0 - $1) > 1e-3 })
    }
  }

  /// The files that a script reads, in order.
  private static func arrays(of script: String) -> [String] {
    script.matches(of: /HERE \/ "([^"]+)"/).map { String($0.1) }
  }

  @Test("The files of an export are all there, hold the schedule, and say where it is from")
  func files() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.1], gradientNoise: [0.1, 0.1], initialSecondMoment: [1, 1])
    let solution = try FullHorizonSolver(
      limits: HyperparameterLimits(learningRate: .oneOverMaximumCurvature, momentum: 0.9)
    ).solve(model, horizon: 6)
    let problem = try NamedProblem(name: "two", model: model)
    let export = try ScheduleExport(solution, of: problem, options: [.init("program", .string("test"))])
    let scratch = try Scratch()
    try export.write(to: OutputDirectory(scratch.path))
    #expect(
      try scratch.names() == [
        "learning_rate_optax.npy", "learning_rate_pytorch.npy", "learning_rate_velocity.npy",
        "momentum_optax.npy", "momentum_pytorch.npy", "momentum_velocity.npy", "schedule.csv",
        "schedule.json", "schedule_mlx.py", "schedule_optax.py", "schedule_pytorch.py",
      ])
    let json = try scratch.read("schedule.json")
    #expect(try JSONDecoder().decode(Schedule.self, from: Data(json.utf8)) == solution.schedule)
    #expect(try ScheduleFile(contentsOf: scratch.path + "/schedule.csv").schedule == solution.schedule)
    #expect(
      try Self.numbers(scratch.path + "/learning_rate_velocity.npy") == solution.schedule.learningRates)
    #expect(
      json.contains(
        """
         "provenance": {"problem": "two", "horizon": 6, "finalLoss": \(solution.finalLoss), \
        "learningRateLimit": 1, "momentumLimit": 0.9, "options": {"program": "test"}}
        """))
    let optax = try solution.schedule.converted(to: .optax)
    #expect(try Self.numbers(scratch.path + "/momentum_optax.npy") == optax.momenta)
    #expect(export.schedule(in: .optax) == optax)
    #expect(export.schedule(in: .normalized) == nil)
  }

  @Test("A convention without an equal schedule is left out with its scripts, and the first step is named")
  func omissions() throws {
    let scratch = try Scratch()
    let directory = try OutputDirectory(scratch.path)
    try ScheduleExport(Schedule(learningRates: [0.1, 0.2], momenta: [0, 0.5])).write(to: directory)
    let schedule = try Schedule(learningRates: [0.1, 0.1, 0, 0.1], momenta: [0, 0.9, 0.9, 0.9])
    let export = try ScheduleExport(schedule)
    #expect(
      export.omissions == [
        "nothing is exported for PyTorch and MLX: momentumConvention is velocity, and step 2 has no equal in "
          + "pytorch: its rate is 0, but its velocity moves the parameter",
        "nothing is exported for optax: momentumConvention is velocity, and step 2 has no equal in "
          + "optax: its rate is 0, but its velocity moves the parameter",
      ])
    try export.write(to: directory)
    // Those of the first export, which are of another schedule, are gone.
    #expect(
      try scratch.names()
        == ["learning_rate_velocity.npy", "momentum_velocity.npy", "schedule.csv", "schedule.json"])
  }

  @Test("Scripts ask for Nesterov's momentum where the schedule has it, and say when 1e-30 stands for 0")
  func scripts() throws {
    let scratch = try Scratch()
    func scripts(_ convention: MomentumConvention) throws -> [String] {
      let schedule = try Self.schedule(convention, seed: 1)
      try ScheduleExport(schedule).write(to: OutputDirectory(scratch.path))
      return try Self.names.map { try scratch.read("schedule_\($0).py") }
    }
    for (convention, hasNesterov) in [(MomentumConvention.optax, false), (.optaxNesterov, true)] {
      let texts = try scripts(convention)
      for text in texts {
        #expect(text.contains("nesterov=True") == hasNesterov)
        #expect(text.contains("(g + momentum * v)") == hasNesterov)
      }
      #expect(texts.map { $0.contains("1e-30") } == [true, false, true])
    }
  }

  @Test("If a file cannot be written, nothing is changed")
  func wholeOrNotAtAll() throws {
    let scratch = try Scratch()
    let url = scratch.url.appendingPathComponent("schedule.json")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    let export = try ScheduleExport(Schedule(learningRates: [0.1]))
    #expect(throws: FileError.self) { try export.write(to: OutputDirectory(scratch.path)) }
    #expect(try scratch.names() == ["schedule.json"])
    #expect(throws: NoisyQuadraticError.self) { try ScheduleExport(Schedule(learningRates: [])) }
  }
}
