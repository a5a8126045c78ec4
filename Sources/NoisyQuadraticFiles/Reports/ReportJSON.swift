import NoisyQuadratic

/// The parts that the JSON files of all programs share.
extension JSONObjectWriter {
  /// Adds the key `problem`.
  mutating func add(_ problem: NamedProblem, informationBound: Double) {
    let model = problem.model
    addObject("problem") { json in
      json.add("name", problem.name)
      json.add("dimension", model.dimension)
      json.add("initialLoss", model.initialLoss)
      json.add("irreducibleLoss", model.irreducibleLoss)
      json.add("informationBound", informationBound)
      json.add("definition", problem.definition)
    }
  }

  /// Adds the keys `steps` and `lossSteps`.
  mutating func add(_ sampled: SampledSteps) {
    add("steps", counts: sampled.steps)
    add("lossSteps", counts: sampled.lossSteps)
  }

  /// Adds the name, final loss, rates, momenta and losses of a schedule, and the reason why its solver
  /// stopped, if there is one.
  mutating func add(
    _ name: String, _ schedule: Schedule, _ losses: ExpectedLossCurve, at sampled: SampledSteps,
    _ termination: Termination? = nil
  ) {
    add("name", name)
    add("finalLoss", losses.final)
    // The selection is lazy, because a list of the chosen numbers would copy the series.
    addSeries("learningRate", sampled.steps.lazy.map { schedule.learningRates[$0] })
    addSeries("momentum", sampled.steps.lazy.map { schedule.momenta[$0] })
    if let batchSizes = schedule.batchSizes {
      addSeries("batchSize", sampled.steps.lazy.map { batchSizes[$0] })
    }
    addSeries("loss", sampled.lossSteps.lazy.map { losses.values[$0] })
    if let termination { add("termination", termination.rawValue) }
  }

  /// Adds the key `statistics`.
  mutating func add(_ statistics: SolverStatistics) {
    addObject("statistics") { json in
      json.add("sweeps", statistics.sweeps)
      json.add("evaluations", statistics.evaluations)
      json.add("unconvergedWindows", statistics.unconvergedWindows.count)
      json.add("kktResidual", statistics.kktResidual)
      if let secondOrder = statistics.secondOrder {
        json.add("newtonSteps", statistics.newtonSteps)
        json.add("secondOrder", secondOrder.rawValue)
        json.add("perturbations", statistics.perturbations)
        json.add("improvingPerturbations", statistics.improvingPerturbations)
        json.add("runs", statistics.runs)
        json.add("agreeingRuns", statistics.agreeingRuns)
      }
      if let optimality = statistics.optimality {
        json.add("smallestEigenvalue", optimality.smallestEigenvalue)
        json.add("freeVariables", optimality.freeVariables)
        json.add("ratesAtLimit", optimality.ratesAtLimit.count)
        json.add("ratesAtZero", optimality.ratesAtZero.count)
        json.add("momentaAtLimit", optimality.momentaAtLimit.count)
        json.add("momentaAtZero", optimality.momentaAtZero.count)
      }
      if let compression = statistics.compression {
        json.addObject("compression") { json in
          json.add("directions", compression.directions)
          json.add("nodes", compression.nodes)
          json.add("certifiedError", compression.certifiedError)
          json.add("measuredError", compression.measuredError)
          json.add("evaluationError", compression.evaluationError)
        }
      }
      if let growth = statistics.growth {
        json.add("growthLimit", growth.limit)
        json.add("largestGrowth", growth.largest)
        json.add("pullingLimits", growth.pulling)
        json.add("unlimitedLoss", growth.unlimitedLoss)
        json.add("unlimitedGrowth", growth.unlimited)
      }
      let starts = statistics.starts
      if !starts.isEmpty {
        json.add("startSpread", statistics.startSpread)
        json.add("startNames", .array(starts.map { .string($0.name) }))
        json.add("startLosses", numbers: starts.map(\.finalLoss))
        json.add("startSweeps", counts: starts.map(\.sweeps))
        json.add("startNewtonSteps", counts: starts.map(\.newtonSteps))
      }
    }
  }

  private mutating func add(_ key: String, _ growth: LossGrowth) {
    addObject(key) { json in
      json.add("factor", growth.factor)
      json.add("direction", growth.direction)
      json.add("step", growth.step)
    }
  }
}
