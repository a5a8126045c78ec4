import Foundation
import NoisyQuadratic
import Testing

/// The coded forms of schedules, models, limits, objectives and solutions.
@Suite struct CodedFormatTests {
  private func again<Value: Codable>(_ value: Value) throws -> Value {
    try JSONDecoder().decode(Value.self, from: try JSONEncoder().encode(value))
  }

  private func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// What is wrong with a text that must not decode.
  private func refusal<Value: Decodable>(_ type: Value.Type, _ text: String) -> (
    path: [String], reason: String
  )? {
    do {
      _ = try JSONDecoder().decode(type, from: Data(text.utf8))
      return nil
    } catch DecodingError.dataCorrupted(let context) {
      return (context.codingPath.map(\.stringValue), context.debugDescription)
    } catch DecodingError.keyNotFound(let key, let context) {
      return (context.codingPath.map(\.stringValue) + [key.stringValue], context.debugDescription)
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
      return (context.codingPath.map(\.stringValue), context.debugDescription)
    } catch {
      return ([], "\(error)")
    }
  }

  @Test("Equal values come back, to the bit")
  func roundTrips() throws {
    for convention in MomentumConvention.allCases {
      let schedule = try Schedule(
        learningRates: [0.1, 1 / 3, .leastNonzeroMagnitude, 1e300],
        momenta: [0, Schedule.smallestMomentum, 0.7, 1.5],
        convention: convention)
      #expect(try again(schedule) == schedule)
    }
    for learningRate: LearningRateLimit in [
      .firstStepGrowth, .twoOverMaximumCurvature, .oneOverMaximumCurvature, .value(1 / 3), .none,
    ] {
      let limits = HyperparameterLimits(learningRate: learningRate, momentum: 0.9999)
      #expect(try again(limits) == limits)
    }
    for objective: Objective in [
      .finalLoss, .averageLoss, .discountedLoss(discount: 0.9), .loss(atStep: 7), .weightedLoss([0, 0.1, 2]),
    ] {
      #expect(try again(objective) == objective)
    }
    let curvature: [Double] = [1 / 3, 0, 2]
    for model in [
      try NoisyQuadraticModel(
        curvature: curvature, gradientNoise: [0.1, 1e-300, 7], initialSecondMoment: [1, 0, 0.3],
        multiplicity: [1, 2.5, 1e9], batchSize: 0.7),
      try NoisyQuadraticModel(
        curvature: curvature, gradientNoise: [0, 0, 0], initialMean: [1, -2, 0], initialVariance: [0.1, 0, 0]),
    ] {
      #expect(try again(model) == model)
    }
  }

  @Test("Solutions come back with all their statistics; losses that are not finite are null")
  func solutions() throws {
    let model = try NoisyQuadraticModel(
      curvature: [1, 0.1], gradientNoise: [0.1, 0.1], initialSecondMoment: [1, 1])
    let limits = HyperparameterLimits(learningRate: .oneOverMaximumCurvature, momentum: 0.9)
    var full = FullHorizonSolver(limits: limits)
    full.objective = .averageLoss
    let solutions = [
      try full.solve(model, horizon: 5),
      try GrowthLimitedSolver(growthLimit: 1, limits: limits).solve(model, horizon: 3),
      try ConstantSolver(limits: limits).solve(model, horizon: 4),
    ]
    #expect(solutions[0].statistics.optimality != nil && solutions[1].statistics.growth != nil)
    for solution in solutions { #expect(try again(solution) == solution) }
    // A loss beyond the range of numbers.
    let coded = try text(solutions[2])
    let series = try #require(coded.firstMatch(of: /"loss":\[[^\]]*\]/))
    let diverged = coded.replacingCharacters(in: series.range, with: "\"loss\":[1,2,null,null,null]")
    let solution = try JSONDecoder().decode(Solution.self, from: Data(diverged.utf8))
    #expect(solution.losses.values == [1, 2, .infinity, .infinity, .infinity])
    #expect(solution.finalLoss == .infinity)
    #expect(try again(solution) == solution)
    let short = coded.replacingCharacters(in: series.range, with: "\"loss\":[1,2]")
    #expect(try #require(refusal(Solution.self, short)).reason == "loss has 2 elements, expected 5")
  }

  @Test("The forms are those of the files")
  func forms() throws {
    #expect(
      try text(Schedule(learningRates: [0.5, 0.25], momenta: [0, 0.5], convention: .optaxNesterov))
        == """
        {"format":"noisy-quadratic/schedule","learningRate":[0.5,0.25],"momentum":[0,0.5],\
        "momentumConvention":"optax-nesterov","stepIndexBase":0,"version":1}
        """)
    #expect(
      try text(NoisyQuadraticModel(curvature: [2], gradientNoise: [0], initialSecondMoment: [1]))
        == """
        {"batchSize":1,"curvature":[2],"format":"noisy-quadratic/problem","gradientNoise":[0],\
        "initialSecondMoment":[1],"multiplicity":[1],"version":1}
        """)
    #expect(
      try text(HyperparameterLimits(learningRate: .oneOverMaximumCurvature))
        == """
        {"format":"noisy-quadratic/limits","learningRateLimit":"1/hmax","momentumLimit":0,"version":1}
        """)
    #expect(
      try text(Objective.loss(atStep: 3))
        == "{\"format\":\"noisy-quadratic/objective\",\"kind\":\"loss\",\"step\":3,\"version\":1}")
  }

  @Test("What files may leave out may be absent, and unknown keys are ignored")
  func absentKeys() throws {
    let tag = "\"format\": \"noisy-quadratic/schedule\", \"version\": 1"
    func schedule(_ rest: String) throws -> Schedule {
      try JSONDecoder().decode(Schedule.self, from: Data("{\(tag), \(rest)}".utf8))
    }
    #expect(
      try schedule("\"learningRate\": [1, 2], \"provenance\": {\"a\": []}")
        == Schedule(learningRates: [1, 2]))
    let plain = "{\"curvature\": [1], \"gradientNoise\": [1], \"initialSecondMoment\": [1]}"
    #expect(try JSONDecoder().decode(NoisyQuadraticModel.self, from: Data(plain.utf8)).batchSize == 1)
  }

  @Test(
    "A schedule that is wrong is refused with its field",
    arguments: [
      ("\"version\": 2, \"learningRate\": [1]", ["version"], "a newer version of this package wrote it"),
      ("\"version\": 1, \"learningRate\": [1, -1]", ["learningRate"], "learningRate[1] is -1.0, expected"),
      ("\"version\": 1, \"learningRate\": [1], \"momentum\": []", ["momentum"], "momentum has 0 elements"),
      ("\"version\": 1, \"learningRate\": [1], \"momentum\": [0.5]", ["momentumConvention"], "is missing"),
      (
        "\"version\": 1, \"learningRate\": [1], \"momentumConvention\": \"adam\"", ["momentumConvention"],
        "adam"
      ),
      ("\"version\": 1, \"learningRate\": [1], \"stepIndexBase\": 1", ["stepIndexBase"], "expected 0"),
      ("\"version\": 1", ["learningRate"], "learningRate"),
      ("\"learningRate\": [1]", ["version"], "version"),
    ])
  func refusedSchedules(_ rest: String, _ path: [String], _ reason: String) throws {
    let tag = "\"format\": \"noisy-quadratic/schedule\""
    let wrong = try #require(refusal(Schedule.self, "{\(tag), \(rest)}"))
    #expect(wrong.path == path)
    #expect(wrong.reason.contains(reason), "\(wrong.reason)")
    #expect(!wrong.reason.contains { $0.isNewline })
  }

  @Test("Other values that are wrong are refused with their fields")
  func refused() throws {
    func expect<Value: Decodable>(_ type: Value.Type, _ text: String, _ path: [String], _ reason: String)
      throws
    {
      let wrong = try #require(refusal(type, text), "\(text)")
      #expect(wrong.path == path, "\(text)")
      #expect(wrong.reason.contains(reason), "\(wrong.reason)")
    }
    let format = "\"format\": \"noisy-quadratic/"
    try expect(Schedule.self, "{\(format)problem\", \"version\": 1}", ["format"], "noisy-quadratic/schedule")
    let model = "\"gradientNoise\": [1], \"initialSecondMoment\": [1]"
    try expect(
      NoisyQuadraticModel.self, "{\"curvature\": [-1], \(model)}", ["curvature"], "curvature[0] is -1.0")
    try expect(
      NoisyQuadraticModel.self, "{\"curvature\": [1], \(model), \"initialMean\": [1]}",
      ["initialSecondMoment"],
      "beside initialMean")
    try expect(
      NoisyQuadraticModel.self, "{\(format)problem\", \"version\": 3, \"curvature\": [1], \(model)}",
      ["version"], "version is 3, expected 1")
    let limits = "{\(format)limits\", \"version\": 1, \"learningRateLimit\": "
    try expect(
      HyperparameterLimits.self, limits + "-1, \"momentumLimit\": 0}", ["learningRateLimit"], "is -1.0")
    try expect(
      HyperparameterLimits.self, limits + "\"3/hmax\", \"momentumLimit\": 0}", ["learningRateLimit"], "3/hmax"
    )
    try expect(HyperparameterLimits.self, limits + "1, \"momentumLimit\": 1}", ["momentumLimit"], "below 1")
    let objective = "{\(format)objective\", \"version\": 1, \"kind\": "
    try expect(Objective.self, objective + "\"best\"}", ["kind"], "final-loss, average-loss")
    try expect(
      Objective.self, objective + "\"discounted-loss\", \"discount\": 2}", ["discount"], "discount is 2.0")
    try expect(Objective.self, objective + "\"loss\", \"step\": 0}", ["step"], "step is 0")
    try expect(
      Objective.self, objective + "\"weighted-loss\", \"weights\": [1, 0]}", ["weights"], "one above 0")
    try expect(
      Objective.self, objective + "\"weighted-loss\", \"weights\": []}", ["weights.count"],
      "weights.count is 0")
  }

  @Test("A schedule as functions from steps to single-precision numbers")
  func singlePrecision() throws {
    let schedule = try Schedule(
      learningRates: [0.1, 1 / 3, 2], momenta: [0, Schedule.smallestMomentum, 0.9], convention: .pytorch)
    let (rate, momentum): (@Sendable (Int) -> Float, @Sendable (Int) -> Float) = (
      schedule.learningRate(at:), schedule.momentum(at:)
    )
    let (rates, momenta): ([Float], [Float]) = ([0.1, 1 / 3, 2, 2, 2], [0, 1e-30, 0.9, 0.9, 0.9])
    #expect((0..<5).map(rate) == rates)
    #expect((0..<5).map(momentum) == momenta)
  }
}
