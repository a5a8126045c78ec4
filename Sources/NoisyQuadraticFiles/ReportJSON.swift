import NoisyQuadratic

/// The parts that the JSON files of all programs share.
extension ProblemFile {
  /// The value of the key `problem`.
  func summary(informationBound: Double) -> JSONValue {
    .object([
      .init("name", .string(name)),
      .init("dimension", .number(Double(model.dimension))),
      .init("initialLoss", .optional(model.initialLoss)),
      .init("irreducibleLoss", .optional(model.irreducibleLoss)),
      .init("informationBound", .optional(informationBound)),
      .init("definition", definition),
    ])
  }
}

extension SolverStatistics {
  /// The value of the key `statistics`.
  var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("sweeps", .number(Double(sweeps))),
      .init("evaluations", .number(Double(evaluations))),
      .init("unconvergedWindows", .number(Double(unconvergedWindows.count))),
      .init("kktResidual", .optional(kktResidual)),
    ]
    if let secondOrder {
      members += [
        .init("newtonSteps", .number(Double(newtonSteps))),
        .init("secondOrder", .string(secondOrder.rawValue)),
        .init("perturbations", .number(Double(perturbations))),
        .init("improvingPerturbations", .number(Double(improvingPerturbations))),
      ]
    }
    if let optimality {
      members += [
        .init("smallestEigenvalue", .optional(optimality.smallestEigenvalue)),
        .init("freeVariables", .number(Double(optimality.freeVariables))),
        .init("ratesAtLimit", .number(Double(optimality.ratesAtLimit.count))),
        .init("ratesAtZero", .number(Double(optimality.ratesAtZero.count))),
        .init("momentaAtLimit", .number(Double(optimality.momentaAtLimit.count))),
        .init("momentaAtZero", .number(Double(optimality.momentaAtZero.count))),
      ]
    }
    if let compression {
      members.append(
        .init(
          "compression",
          .object([
            .init("directions", .number(Double(compression.directions))),
            .init("nodes", .number(Double(compression.nodes))),
            .init("certifiedError", .optional(compression.certifiedError)),
            .init("measuredError", .optional(compression.measuredError)),
            .init("evaluationError", .optional(compression.evaluationError)),
          ])))
    }
    if let growth {
      members += [
        .init("growthLimit", .number(growth.limit)),
        .init("largestGrowth", growth.largest.json),
        .init("pullingLimits", .number(Double(growth.pulling))),
        .init("unlimitedLoss", .number(growth.unlimitedLoss)),
        .init("unlimitedGrowth", growth.unlimited.json),
      ]
    }
    if !starts.isEmpty {
      members += [
        .init("startSpread", .optional(startSpread)),
        .init("startNames", .array(starts.map { .string($0.name) })),
        .init("startLosses", .array(starts.map { .optional($0.finalLoss) })),
        .init("startSweeps", .array(starts.map { .number(Double($0.sweeps)) })),
        .init("startNewtonSteps", .array(starts.map { .number(Double($0.newtonSteps)) })),
      ]
    }
    return .object(members)
  }
}

extension LossGrowth {
  /// `{"factor", "direction", "step"}`.
  fileprivate var json: JSONValue {
    .object([
      .init("factor", .optional(factor)), .init("direction", .number(Double(direction))),
      .init("step", .number(Double(step))),
    ])
  }
}

extension TextSink {
  /// Appends members of an object, each on its own line.
  mutating func append(members: [JSONValue.Member]) {
    for member in members { append("\(JSONValue.string(member.key).text): \(member.value.text),\n ") }
  }

  /// Appends a key with an array of numbers.
  mutating func append(_ key: String, numbers: some Sequence<Double>) {
    append("\"\(key)\": [")
    append(numbers: numbers)
    append("]")
  }

  /// Appends a key with the numbers of a series at the given steps.
  mutating func append(_ key: String, _ series: [Double], at steps: some Collection<Int>) {
    // The selection is lazy, because a list of the chosen numbers would copy the series.
    append(key, numbers: steps.lazy.map { series[$0] })
  }

  /// Appends the keys `steps` and `lossSteps`.
  mutating func append(_ sampled: SampledSteps) {
    for (key, indices) in [("steps", sampled.steps), ("lossSteps", sampled.lossSteps)] {
      append(key, numbers: indices.lazy.map(Double.init))
      append(",\n ")
    }
  }

  /// Appends the beginning of an object: the name and final loss of a schedule, its rates, momenta and
  /// losses.
  mutating func append(
    _ name: String, _ schedule: Schedule, _ losses: ExpectedLossCurve, at sampled: SampledSteps
  ) {
    append("{\"name\": \(JSONValue.string(name).text), \"finalLoss\": \(losses.final.jsonText)")
    for (key, series, steps) in [
      ("learningRate", schedule.learningRates, sampled.steps), ("momentum", schedule.momenta, sampled.steps),
      ("loss", losses.values, sampled.lossSteps),
    ] {
      append(",\n   ")
      append(key, series, at: steps)
    }
  }
}
